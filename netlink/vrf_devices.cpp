#include "netlink/vrf_devices.h"

#include <algorithm>
#include <cerrno>

#include "netlink/link_codec.h"
#include "netlink/numbers.h"
#include "netlink/route_codec.h"
#include "netlink/rule_codec.h"

namespace vrfd::netlink {

namespace {

constexpr unsigned dump_attempts = 5;

Result<void> outcome(const Answer& answer, const std::string& what) {
  if (answer.error == 0) return {};
  return error("cannot " + what + ": " + answer.text);
}

// Dumps until nothing changed meanwhile.
template <class Object, class Decode>
Result<std::vector<Object>> all_of(Query& query, const Query::Encode& encode, Decode decode, const std::string& what) {
  std::vector<Object> objects;
  Answer answer;
  for (unsigned attempt = 0; attempt < dump_attempts; ++attempt) {
    objects.clear();
    answer = query.dump(encode, [&](const Message& message) {
      if (auto object = decode(message.body)) objects.push_back(std::move(*object));
    });
    if (answer.error != 0) return error("cannot list " + what + ": " + answer.text);
    if (!answer.interrupted) return objects;
  }
  return error("cannot list " + what + ": they keep changing");
}

}  // namespace

Result<VrfDevices> VrfDevices::open() {
  auto socket = KernelSocket::for_requests();
  if (!socket) return socket.error();
  auto links = VrfLinks::open();
  if (!links) return links.error();
  return VrfDevices(Query(std::move(*socket)), std::move(*links));
}

Result<std::vector<Link>> VrfDevices::links() { return all_of<Link>(query_, encode_link_dump, decode_link, "links"); }

Result<std::vector<Rule>> VrfDevices::rules(AddressFamily family) {
  return all_of<Rule>(
      query_,
      [family](std::span<std::uint8_t> space, std::uint32_t sequence) {
        return encode_rule_dump(space, family, sequence);
      },
      decode_rule, "routing policy rules");
}

Result<VrfDevice> VrfDevices::ensure(const VrfDeviceRequest& request, std::vector<Link>& links) {
  const auto adopted = device_to_adopt(links, request);
  if (!adopted) return adopted.error();
  const auto link = *adopted ? Result<Link>(**adopted) : created(request);
  if (!link) return link.error();
  if (const auto complete = completed(*link, request); !complete) {
    // Half-made, it would be taken for somebody else's the next time.
    if (!*adopted) (void)remove(link->index);
    return complete.error();
  }
  if (!*adopted) links.push_back(*link);
  return VrfDevice{link->index, link->name, request.table, adopted->has_value()};
}

Result<void> VrfDevices::completed(const Link& link, const VrfDeviceRequest& request) {
  if (!link.up)
    if (const auto up = vrf_links_.set_up(link.index); !up) return up.error();
  if (const auto named = name(link, request.instance); !named) return named.error();
  for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6})
    if (const auto added = add_unreachable_default(request.table, family); !added) return added.error();
  return {};
}

Result<Link> VrfDevices::created(const VrfDeviceRequest& request) {
  const std::string device = device_name_of(request);
  if (const auto made = vrf_links_.create(device, request.table); !made) return made.error();
  std::optional<Link> found;
  query_.ask([&](std::span<std::uint8_t> space,
                 std::uint32_t sequence) { return encode_link_lookup(space, device, sequence); },
             [&](const Message& message) {
               if (auto link = decode_link(message.body)) found = std::move(*link);
             });
  if (!found) return error("VRF device '" + device + "' was deleted as soon as it was made");
  return *found;
}

Result<void> VrfDevices::name(const Link& link, const std::string& instance) {
  if (link.alias != instance)
    if (const auto set = vrf_links_.set_alias(link.index, instance); !set) return set.error();
  const auto& names = link.alternative_names;
  const bool has_name = link.name == instance || std::find(names.begin(), names.end(), instance) != names.end();
  if (has_name || !is_legal_alternative_name(instance)) return {};
  // A convenience for `ip link show`, and the mark by which a device is found again; the alias stays if it is refused.
  query_.ask([&](std::span<std::uint8_t> space, std::uint32_t sequence) {
    return encode_alternative_name(space, link.index, instance, sequence);
  });
  return {};
}

Result<void> VrfDevices::add_unreachable_default(TableId table, AddressFamily family) {
  const KernelRoute route{.key = {table, *Prefix::from(family == AddressFamily::ipv4 ? "0.0.0.0/0" : "::/0")},
                          .type = RouteType::unreachable,
                          .protocol = route_protocol,
                          .metric = unreachable_metric,
                          .hops = {}};
  const Answer answer = query_.ask([&](std::span<std::uint8_t> space, std::uint32_t sequence) {
    return encode_route_replace(space, route, sequence);
  });
  if (family == AddressFamily::ipv6 && answer.error == EOPNOTSUPP) return {};  // a kernel without IPv6
  return outcome(answer, "add the unreachable default to table " + std::to_string(table.value()));
}

Result<void> VrfDevices::remove(IfIndex device) { return vrf_links_.remove(device); }
Result<void> VrfDevices::enslave(IfIndex link, IfIndex device) { return vrf_links_.enslave(link, device); }
Result<void> VrfDevices::release(IfIndex link) { return vrf_links_.release(link); }

Result<void> VrfDevices::ensure_rules() {
  for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    const auto existing = rules(family);
    if (!existing) return existing.error();
    for (const RuleStep& step : missing_rule_steps(*existing, family))
      if (const auto applied = apply(step); !applied) return applied.error();
  }
  return {};
}

Result<void> VrfDevices::apply(const RuleStep& step) {
  const bool adds = step.kind == RuleStep::Kind::add;
  const Answer answer = query_.ask([&](std::span<std::uint8_t> space, std::uint32_t sequence) {
    return adds ? encode_rule_add(space, step.rule, sequence) : encode_rule_delete(space, step.rule, sequence);
  });
  if (answer.error == (adds ? EEXIST : ENOENT)) return {};
  return outcome(answer,
                 std::string(adds ? "add" : "delete") + " the rule of priority " + std::to_string(step.rule.priority));
}

}  // namespace vrfd::netlink
