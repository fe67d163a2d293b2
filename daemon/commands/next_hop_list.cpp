#include "daemon/commands/next_hop_list.h"

#include "daemon/commands/fib_stream.h"
#include "daemon/protocol/answers.h"

namespace vrfd::commands {

namespace {

constexpr std::size_t dests_per_slice = 1000;

protocol::NextHopRow next_hop_row(Router& router, const NextHop& next_hop) {
  protocol::NextHopRow row;
  row.next_hop = to_string(next_hop.address);
  if (const Instance* instance = router.instance(next_hop.instance)) row.vpn_instance = instance->name_or_null();
  const bool reachable = next_hop.state == NextHopState::reachable;
  row.state = reachable || next_hop.state == NextHopState::assumed ? "resolved" : "unresolved";
  if (reachable) {
    row.resolved_by = to_string(next_hop.resolution.matched);
    row.next_hops = hop_rows(router, next_hop.resolution.hops);
  }
  if (next_hop.state == NextHopState::pending) row.reason = std::string(name_of(PendingReason::next_hop_unknown));
  if (next_hop.state == NextHopState::unreachable)
    row.reason = std::string(name_of(PendingReason::next_hop_unreachable));
  return row;
}

}  // namespace

NextHopList::NextHopList(Context& context, control::Responder responder)
    : context_(context), responder_(std::move(responder)) {
  for (const Instance* instance : context.router.instances())
    for (const FamilyRow& family : families)
      if (family.unicast() || (instance->is_public() && !family.membership))
        tables_.emplace_back(instance->name(), family.family);
}

bool NextHopList::count(RouteTable& table, InstanceId owner, std::size_t& budget) {
  Decision& decision = context_.router.core().decision();
  for (; next_ < table.limit(); ++next_, --budget) {
    if (budget == 0) return false;
    if (!table.in_use(next_)) continue;
    for (PathId p = table.first(next_); p != no_index; p = table.next(p)) {
      if (!table.path(p).accepted()) continue;
      if (const auto next_hop = decision.next_hop_of(table, table.path(p), owner)) ++routes_[index_of(*next_hop)];
    }
  }
  return true;
}

void NextHopList::go_on() {
  if (responder_.closed()) return;
  std::size_t budget = dests_per_slice;
  for (; table_ != tables_.size(); ++table_, next_ = 0) {
    const auto& [name, family] = tables_[table_];
    const Instance* instance = context_.router.instance(name);
    if (instance == nullptr) continue;
    if (!count(context_.router.core().table(instance->id(), family), instance->id(), budget))
      return context_.later([self = shared_from_this()] { self->go_on(); });
  }
  answer();
}

void NextHopList::answer() {
  protocol::NextHopsAnswer answer;
  const NextHopTable& table = context_.router.core().next_hops();
  for (std::uint32_t i = 0; i != table.size(); ++i) {
    const NextHop& next_hop = table[NextHopId{i}];
    if (next_hop.dormant) continue;
    answer.next_hops.push_back(next_hop_row(context_.router, next_hop));
    if (const auto found = routes_.find(i); found != routes_.end()) answer.next_hops.back().routes = found->second;
  }
  responder_.result(answer);
}

}  // namespace vrfd::commands
