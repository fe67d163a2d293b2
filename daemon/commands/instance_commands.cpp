// show vpn-instance
#include "daemon/commands/context.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

namespace {

std::string device_state_name(DeviceState state) {
  switch (state) {
    case DeviceState::none:
      break;
    case DeviceState::up:
      return "up";
    case DeviceState::down:
      return "down";
    case DeviceState::missing:
      return "missing";
    case DeviceState::conflict:
      return "conflict";
  }
  return "none";
}

std::string label_mode_name(config::LabelMode mode) {
  switch (mode) {
    case config::LabelMode::per_instance:
      break;
    case config::LabelMode::per_next_hop:
      return "per_next_hop";
    case config::LabelMode::per_route:
      return "per_route";
  }
  return "per_instance";
}

template <class T>
std::vector<std::string> texts_of(const std::vector<config::Written<T>>& written) {
  std::vector<std::string> texts;
  for (const auto& one : written) texts.push_back(one.text);
  return texts;
}

protocol::VpnInstanceRow row_of(Router& router, const Instance& instance) {
  const config::VpnInstance& config = instance.configured();
  const VpnInstance& core = *router.core().instance(instance.id());
  protocol::VpnInstanceRow row;
  row.name = config.name;
  if (!config.description.empty()) row.description = config.description;
  if (config.rd) row.rd = config.rd->text;
  row.import_targets = texts_of(config.import_targets);
  row.export_targets = texts_of(config.export_targets);
  row.table = instance.table().value();
  row.device_state = "none";
  if (const KernelInstance* kernel = router.kernel().instance(instance.id())) {
    if (!kernel->device_name.empty()) row.vrf_device = kernel->device_name;
    row.device_state = device_state_name(kernel->state);
  }
  row.interfaces = config.interfaces;
  if (instance.label()) row.label = instance.label()->value();
  row.label_mode = label_mode_name(config.label_mode);
  for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    row.routes += core.table(family).size();
    if (const PrefixLimit* limit = router.core().decision().limit_of(core.table(family)))
      row.over_limit += limit->refused();
    if (const Fib* fib = router.kernel().fib(instance.id(), family)) row.fib_routes += fib->installed();
  }
  if (config.maximum_prefixes) {
    row.maximum_prefixes = config.maximum_prefixes->limit;
    row.limit_state = std::string(
        name_of(std::max(instance.limit_state(AddressFamily::ipv4), instance.limit_state(AddressFamily::ipv6))));
  }
  return row;
}

}  // namespace

void add_instance_commands(control::Methods& methods, Context& context) {
  Router& router = context.router;
  methods.add<protocol::ShowVpnInstanceRequest>(
      [&router](const protocol::ShowVpnInstanceRequest& request, control::Responder responder) {
        protocol::VpnInstancesAnswer answer;
        if (request.name) {
          const auto found = find_instance(router, request.name);
          if (const auto* error = std::get_if<protocol::ErrorAnswer>(&found)) return responder.error(*error);
          answer.vpn_instances.push_back(row_of(router, *std::get<Instance*>(found)));
        } else {
          for (Instance* instance : router.instances())
            if (!instance->is_public()) answer.vpn_instances.push_back(row_of(router, *instance));
        }
        responder.result(answer);
      });
}

}  // namespace vrfd::commands
