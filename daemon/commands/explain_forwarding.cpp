#include "daemon/commands/explain_parts.h"
#include "daemon/commands/fib_stream.h"
#include "vrf/vrf_export.h"

namespace vrfd::commands {

using protocol::ExplainExport;
using protocol::ExplainFib;
using protocol::ExplainNextHop;

namespace {

std::string_view state_name(NextHopState state) {
  constexpr std::array<std::string_view, 4> names{"pending", "reachable", "unreachable", "assumed"};
  return names[static_cast<std::size_t>(state)];
}

// The export policy on a path as VrfExport gives it; nothing if it accepts.
std::optional<std::string> rejecting_export_policy(const Explained& what, const InstanceSettings& settings) {
  if (!settings.export_policy) return std::nullopt;
  AttributeTable& attributes = what.router.core().attributes();
  const Path& path = what.table.path(what.best());
  const AttributesRef marked(attributes,
                             attributes.intern(marked_for_export(attributes[path.attributes].value(), settings)));
  const Nlri nlri{{}, what.prefix};
  const IpAddress& from = what.router.core().sources()[path.source].address;
  const PolicyResult result = settings.export_policy->evaluate(marked.id(), {nlri, what.table.family(), from, {}, {}});
  attributes.release(result.attributes);
  if (result.accepted) return std::nullopt;
  return describe(*settings.export_policy, result.term);
}

std::optional<std::string> missing_setting(const InstanceSettings& settings) {
  if (!settings.rd) return "no_rd";
  if (settings.export_targets.empty()) return "no_export_targets";
  if (!settings.label) return "no_label";
  return std::nullopt;
}

void set_reason(const Explained& what, const InstanceSettings& settings, ExplainExport& out) {
  if (what.best() == no_index) {
    out.reason = "no_best_path";
  } else if (what.table.path(what.best()).has(PathFlag::imported)) {
    out.reason = "imported";
  } else if (const auto missing = missing_setting(settings)) {
    out.reason = *missing;
  } else {
    out.policy = rejecting_export_policy(what, settings);
    out.reason = out.policy ? "policy" : "not_yet";
  }
}

void set_label(Router& router, Label label, ExplainExport& out) {
  out.label = label.value();
  if (!router.kernel().programs()) return;
  const auto row = router.kernel().labels().row(label);
  out.label_state = row && row->label == label ? name_of(row->state) : name_of(FibState::pending);
}

}  // namespace

ExplainNextHop explain_next_hop(Router& router, const NextHop& next_hop) {
  ExplainNextHop row;
  row.next_hop = to_string(next_hop.address);
  if (const Instance* where = router.instance(next_hop.instance)) row.vpn_instance = where->name_or_null();
  row.state = state_name(next_hop.state);
  if (next_hop.state != NextHopState::reachable) return row;
  row.resolved_by = to_string(next_hop.resolution.matched);
  row.metric = next_hop.resolution.metric;
  row.next_hops = hop_rows(router, next_hop.resolution.hops);
  return row;
}

void explain_fib(const Explained& what, ExplainFib& out) {
  KernelSide& kernel = what.router.kernel();
  if (const KernelInstance* where = kernel.instance(what.instance.id()); where && !where->device_name.empty())
    out.vrf_device = where->device_name;
  const Fib* fib = kernel.fib(what.instance.id(), what.prefix.family());
  if (fib == nullptr) return;
  out.programmed = true;
  out.table = fib->table().value();
  if (what.dest == no_index || fib->next(what.dest) != what.dest) return;
  const FibRow row = fib->row(what.dest);
  out.state = std::string(name_of(row.state));
  out.next_hops = hop_rows(what.router, row.hops);
  if (row.error != 0) out.kernel_error = row.error;
  if (!row.text.empty())
    out.error = row.text;
  else if (row.reason != PendingReason::none)
    out.error = std::string(name_of(row.reason));
}

void explain_export(const Explained& what, ExplainExport& out) {
  Core& core = what.router.core();
  const VpnInstance& instance = *core.instance(what.instance.id());
  const InstanceSettings& settings = instance.settings;
  if (settings.rd) out.rd = to_string(*settings.rd);
  for (RouteTarget target : settings.export_targets) out.targets.push_back(to_string(target));
  const RouteTable& vpn = core.table(public_instance, vpn_of(what.prefix.family()));
  const DestId dest = settings.rd ? vpn.find({*settings.rd, what.prefix}) : no_index;
  const PathId path = dest != no_index ? vpn.find_path(dest, instance.self, 0) : no_index;
  out.exported = path != no_index;
  if (out.exported)
    set_label(what.router, vpn.extra(path).label, out);
  else
    set_reason(what, settings, out);
}

}  // namespace vrfd::commands
