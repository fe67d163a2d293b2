#include "daemon/config/difference.h"

namespace vrfd::config {

namespace {

std::string instance_text(const std::string& name) {
  return name.empty() ? "the public instance" : "VPN instance " + name;
}

std::string peer_text(const PeerKey& key) {
  return "peer " + key.peer + (key.vpn_instance.empty() ? "" : " of VPN instance " + key.vpn_instance);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string waiting(const std::string& who, const std::vector<std::string>& keys, const std::string& command) {
  return "~ " + who + ": " + joined(keys) + ", takes effect with: " + command;
}

}  // namespace

std::vector<std::string> describe(const Difference& difference) {
  std::vector<std::string> lines;
  for (const std::string& key : difference.top_keys) lines.push_back("~ " + key);
  for (const std::string& name : difference.removed_instances) lines.push_back("- " + instance_text(name));
  for (const std::string& name : difference.added_instances) lines.push_back("+ " + instance_text(name));
  for (const InstanceChange& change : difference.changed_instances)
    lines.push_back("~ " + instance_text(change.vpn_instance) + ": " + joined(change.keys));
  for (const PeerKey& key : difference.removed_peers) lines.push_back("- " + peer_text(key));
  for (const PeerKey& key : difference.added_peers) lines.push_back("+ " + peer_text(key));
  for (const PeerChange& change : difference.changed_peers)
    lines.push_back("~ " + peer_text(change.key) + ": " + joined(change.keys));
  for (const PendingRefresh& refresh : difference.refreshes)
    lines.push_back(waiting(
        refresh.peer.empty() ? instance_text(refresh.vpn_instance) : peer_text({refresh.vpn_instance, refresh.peer}),
        refresh.keys, refresh.command));
  for (const PendingReset& reset : difference.resets)
    lines.push_back(waiting(peer_text(reset.key), reset.keys, reset.command));
  return lines;
}

}  // namespace vrfd::config
