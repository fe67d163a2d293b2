#include "daemon/config/peers_form.h"

#include <algorithm>
#include <set>

#include "daemon/config/suggestion.h"

namespace vrfd::config {

namespace {

constexpr std::string_view peer_expected =
    "a peer's address like \"192.0.2.1\" or \"2001:db8::1\", or a prefix like \"192.0.2.0/24\"";

bool set_remote(std::string_view text, Peer& peer) {
  if (text.find('/') == std::string_view::npos) {
    auto address = IpAddress::from(text);
    if (!address || address->is_unspecified() || address->is_multicast()) return false;
    peer.address = *address;
    return true;
  }
  peer.range = strict_prefix_from(text);
  if (peer.range) peer.address = peer.range->address();
  return peer.range.has_value();
}

using Remotes = std::set<std::pair<IpAddress, std::optional<Prefix>>>;

// Says what is wrong with the key of a peer, if anything is.
bool read_remote(Reader& reader, const JsonMember& member, Remotes& seen, Peer& peer) {
  if (!set_remote(member.key, peer)) {
    reader.refuse_at(member.offset, "found \"" + member.key + "\"", std::string(peer_expected));
    return false;
  }
  const bool is_new = seen.insert({peer.address, peer.range}).second;
  if (!is_new)
    reader.refuse_at(member.offset, "the peer " + name_of(peer) + " occurs twice in this instance", "each peer once");
  return is_new;
}

// What the peer starts from.
Peer inherited_by(Reader& reader, const JsonValue& value) {
  const JsonValue* group = find_member(value, "group");
  if (group == nullptr || group->kind != JsonValue::Kind::text) return reader.inheritance.top;
  const auto& groups = reader.inheritance.groups;
  if (auto found = groups.find(group->text); found != groups.end()) return found->second;
  std::vector<std::string_view> names;
  for (const auto& [name, peer] : groups) names.push_back(name);
  const auto step = reader.enter("group");
  reader.refuse_at(group->offset, "there is no group " + shown(*group), one_of(names, "a group under /groups"));
  return reader.inheritance.top;
}

}  // namespace

void PeersForm::read(Reader& reader, const JsonValue& value, const Limits&, std::vector<Peer>& out) {
  if (!expect_object(reader, value)) return;
  Remotes seen;
  const std::string above = reader.pointer() + "/";
  for (const JsonMember& member : value.members) {
    const auto step = reader.enter(member.key);
    Peer peer = inherited_by(reader, member.value);
    const bool taken = read_remote(reader, member, seen, peer);
    if (taken && name_of(peer) != member.key) reader.spellings[above + pointer_token(name_of(peer))] = reader.pointer();
    read_object(reader, member.value, in_peer, peer);
    if (taken && member.value.kind == JsonValue::Kind::object) out.push_back(std::move(peer));
  }
  std::sort(out.begin(), out.end(),
            [](const Peer& a, const Peer& b) { return std::tie(a.address, a.range) < std::tie(b.address, b.range); });
}

Json PeersForm::schema(const Limits&) {
  return {{"type", "object"}, {"additionalProperties", {{"$ref", "#/$defs/peer"}}}};
}

void RouterId::read(Reader& reader, const JsonValue& value, const Limits&, IpAddress& out) {
  std::optional<IpAddress> address;
  if (value.kind == JsonValue::Kind::text) address = IpAddress::from(value.text);
  if (address && address->is_v4() && !address->is_unspecified()) {
    out = *address;
  } else {
    reader.refuse(value, "an IPv4 address other than 0.0.0.0");
  }
}

Json RouterId::schema(const Limits&) { return {{"type", "string"}, {"format", "ipv4"}}; }

}  // namespace vrfd::config
