// The keys of the top level.
#include <algorithm>
#include <array>

#include "daemon/config/name.h"
#include "daemon/config/peers_form.h"
#include "daemon/config/policy_forms.h"

namespace vrfd::config {

template <>
std::span<const Word<PolicyChange>> words_of<PolicyChange>() {
  static constexpr std::array<Word<PolicyChange>, 2> words{
      {{PolicyChange::manual, "manual"}, {PolicyChange::automatic, "automatic"}}};
  return words;
}

namespace {

constexpr auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };

// RFC 4456: four octets, written as an address or as a number.
struct ClusterId {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, IpAddress& out) {
    const bool number = value.kind == JsonValue::Kind::integer && value.integer > 0 && value.integer <= 0xFFFFFFFF;
    if (number) {
      out = IpAddress::v4(static_cast<std::uint32_t>(value.integer));
    } else if (value.kind == JsonValue::Kind::text) {
      RouterId::read(reader, value, limits, out);
    } else {
      reader.refuse(value, "an IPv4 address or a whole number from 1 to 4294967295");
    }
  }
  static Json schema(const Limits& limits) {
    return or_schema(RouterId::schema(limits), Number::schema({1, 4294967295}));
  }
};

// For editors; vrfd checks against its own tables.
struct SchemaReference {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, Config&) {
    std::string ignored;
    Text::read(reader, value, limits, ignored);
  }
  static Json schema(const Limits& limits) { return Text::schema(limits); }
  static bool same(const Config&, const Config&) { return true; }
};

// Groups go to the reader, which peers inherit from; of the configuration itself they are names.
struct GroupsForm {
  static void read(Reader& reader, const JsonValue& value, const Limits&, std::vector<std::string>& out) {
    if (!expect_object(reader, value)) return;
    for (const JsonMember& member : value.members) {
      const auto step = reader.enter(member.key);
      expect_name(reader, member, "a group name", group_name_limits);
      Peer group = reader.inheritance.top;
      read_object(reader, member.value, in_group, group);
      reader.inheritance.groups.insert_or_assign(member.key, std::move(group));
      out.push_back(member.key);
    }
    std::sort(out.begin(), out.end());
  }
  static Json schema(const Limits&) { return named_schema(object_schema<Peer>(in_group), group_name_limits); }
};

struct PublicPeers {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, Config& config) {
    PeersForm::read(reader, value, limits, config.public_instance.peers);
  }
  static Json schema(const Limits& limits) { return PeersForm::schema(limits); }
  static bool same(const Config& a, const Config& b) { return a.public_instance.peers == b.public_instance.peers; }
};

struct VpnInstancesForm {
  static void read(Reader& reader, const JsonValue& value, const Limits&, std::vector<VpnInstance>& out) {
    if (!expect_object(reader, value)) return;
    for (const JsonMember& member : value.members) {
      const auto step = reader.enter(member.key);
      expect_name(reader, member, "the name of a VPN instance", instance_name_limits);
      VpnInstance instance{.name = member.key};
      read_object(reader, member.value, in_vpn_instance, instance);
      out.push_back(std::move(instance));
    }
    std::sort(out.begin(), out.end(), by_name);
  }
  static Json schema(const Limits&) {
    return named_schema(object_schema<VpnInstance>(in_vpn_instance), instance_name_limits);
  }
};

// Named lists: of prefixes, of the terms of a policy.
template <auto Items, class ItemsForm>
struct NamedLists {
  using T = typename MemberPointer<decltype(Items)>::Owner;
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, std::vector<T>& out) {
    if (!expect_object(reader, value)) return;
    for (const JsonMember& member : value.members) {
      const auto step = reader.enter(member.key);
      expect_name(reader, member, "a name", policy_name_limits);
      T named;
      named.name = member.key;
      if (expect_list(reader, member.value, {})) ItemsForm::read_items(reader, member.value, limits, named.*Items);
      out.push_back(std::move(named));
    }
    std::sort(out.begin(), out.end(), by_name);
  }
  static Json schema(const Limits& limits) { return named_schema(ItemsForm::schema(limits), policy_name_limits); }
};

using PrefixListsForm = NamedLists<&PrefixList::entries, ListOf<PrefixListEntryForm>>;
using PoliciesForm = NamedLists<&PolicyDefinition::terms, ListOf<Object<PolicyTerm>>>;

constexpr std::array label_range_keys{
    key<&LabelRange::first>("first", "The least label").between(16, 1048575).by_default("100000"),
    key<&LabelRange::last>("last", "The greatest label").between(16, 1048575).by_default("1048575"),
};

constexpr std::array top_keys{
    key_of<Config, SchemaReference>("$schema", "The JSON Schema of this file").between(0, 4096),
    key<&Config::as>("as", "The own AS number; needed as soon as there is a peer or a VPN instance")
        .takes(Effect::reset),
    key<&Config::router_id, RouterId>("router_id",
                                      "The BGP identifier; needed as soon as there is a peer or a VPN instance")
        .takes(Effect::reset),
    key<&Config::listen_port>("listen_port", "TCP port for incoming sessions, in every instance")
        .between(1, 65535)
        .by_default("179"),
    key<&Config::cluster_id, Nullable<ClusterId>>("cluster_id",
                                                  "Cluster of this route reflector (RFC 4456); null is the router id")
        .by_default("null")
        .takes(Effect::refresh_both),
    key<&Config::fib>("fib", "false writes nothing to the kernel and takes next hops as reachable").by_default("true"),
    key<&Config::policy_change>("policy_change",
                                "Changed policies wait for a refresh, or refresh what they touch by themselves")
        .by_default(R"("manual")"),
    key<&Config::manage_sysctls>("manage_sysctls", "Set the sysctls that forwarding needs").by_default("true"),
    key<&Config::core_interfaces, ListOf<DeviceName>>("core_interfaces", "Links that take labelled packets")
        .by_default("[]"),
    key<&Config::label_range, Object<LabelRange>>(
        "label_range", "Labels to allocate from; the default leaves the lower ones to other daemons"),
    key<&Config::prefix_lists, PrefixListsForm>("prefix_lists", "Lists of prefixes for policies")
        .by_default("{}")
        .takes(Effect::apart),
    key<&Config::policies, PoliciesForm>("policies",
                                         "Policies: terms from first to last; what no term accepts is rejected")
        .by_default("{}")
        .takes(Effect::apart),
    key<&Config::groups, GroupsForm>("groups", "What several peers have in common; own keys win")
        .by_default("{}")
        .takes(Effect::apart),
    key<&Config::public_instance, Object<VpnInstance, in_public>>("public",
                                                                  "The instance of the peers outside of every VPN")
        .takes(Effect::apart),
    key_of<Config, PublicPeers>("peers",
                                "Peers outside of every VPN by address, or by prefix for all that connect from it")
        .by_default("{}")
        .takes(Effect::apart),
    key<&Config::vpn_instances, VpnInstancesForm>("vpn_instances", "VPN instances by name")
        .by_default("{}")
        .takes(Effect::apart),
};

}  // namespace

template <>
Keys<LabelRange> keys_of<LabelRange>() {
  return label_range_keys;
}
template <>
Keys<Config> keys_of<Config>() {
  return top_keys;
}

}  // namespace vrfd::config
