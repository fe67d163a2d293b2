#include "daemon/config/check.h"

#include "daemon/config/checker.h"
#include "daemon/config/suggestion.h"

namespace vrfd::config {

namespace {

template <class T>
std::string existing(const std::vector<T>& named, std::string_view wanted, std::string_view where) {
  std::vector<std::string_view> names;
  for (const T& one : named) names.push_back(one.name);
  if (auto meant = nearest_name(wanted, names)) return "\"" + std::string(*meant) + "\"";
  return one_of(names, where);
}

void check_identity(Checker& checker) {
  const Config& config = checker.config();
  if (config.vpn_instances.empty() && config.public_instance.peers.empty()) return;
  if (config.as == Asn{})
    checker.refuse("/as", "the key \"as\" is missing", "the own AS number, as there are peers or VPN instances");
  if (config.router_id.is_unspecified())
    checker.refuse("/router_id", "the key \"router_id\" is missing",
                   "the BGP identifier, as there are peers or VPN instances");
}

void check_labels(Checker& checker) {
  const LabelRange& range = checker.config().label_range;
  if (range.first > range.last)
    checker.refuse("/label_range/last", "found " + std::to_string(range.last.value()),
                   "a label from \"first\" " + std::to_string(range.first.value()) + " on");
}

}  // namespace

bool Checker::is_written(std::string_view pointer) const {
  const auto slash = pointer.rfind('/');
  const JsonValue& parent = nearest(root_, pointer.substr(0, slash));
  return &nearest(root_, pointer) != &parent;
}

std::string Checker::pointer_to(const VpnInstance& instance) const {
  return instance.name.empty() ? "/public" : "/vpn_instances/" + pointer_token(instance.name);
}

std::string Checker::pointer_to(const Peer& peer) const {
  const std::string above = peer.vpn_instance.empty() ? "" : "/vpn_instances/" + pointer_token(peer.vpn_instance);
  std::string pointer = above + "/peers/" + pointer_token(name_of(peer));
  const auto spelling = reader_.spellings.find(pointer);
  return spelling == reader_.spellings.end() ? pointer : spelling->second;
}

void Checker::check_policy(const std::string& pointer, const std::optional<std::string>& name) {
  if (!name || name->empty() || find_policy(config_, *name) != nullptr) return;
  refuse(pointer, "there is no policy \"" + *name + "\"",
         existing(config_.policies, *name, "a policy under /policies"));
}

void Checker::check_prefix_list(const std::string& pointer, const std::string& name) {
  if (name.empty() || find_prefix_list(config_, name) != nullptr) return;
  refuse(pointer, "there is no prefix list \"" + name + "\"",
         existing(config_.prefix_lists, name, "a prefix list under /prefix_lists"));
}

void check(Reader& reader, const JsonValue& root, const Config& config) {
  Checker checker(reader, root, config);
  check_identity(checker);
  check_labels(checker);
  check_instances(checker);
  check_peers(checker);
  check_policies(checker);
}

}  // namespace vrfd::config
