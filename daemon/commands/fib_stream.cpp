#include "daemon/commands/fib_stream.h"

namespace vrfd::commands {

namespace {
constexpr std::size_t rows_per_slice = 500;
}

std::vector<protocol::HopRow> hop_rows(Router& router, const ForwardingHops& hops) {
  std::vector<protocol::HopRow> rows;
  for (const ForwardingHop& hop : hops) {
    protocol::HopRow row;
    if (hop.via) row.via = to_string(*hop.via);
    if (hop.device != IfIndex{}) row.dev = router.kernel().interface_name(hop.device);
    for (Label label : hop.labels) row.labels.push_back(label.value());
    rows.push_back(row);
  }
  return rows;
}

bool FibStream::rows(const Instance& instance, const Fib& fib, std::size_t& budget) {
  for (DestId dest = fib.next(next_); dest != no_index; dest = fib.next(next_)) {
    if (budget == 0 || !responder_.ready()) return false;
    --budget;
    next_ = dest + 1;
    const FibRow row = fib.row(dest);
    if (drift_ && row.state == FibState::installed) continue;
    protocol::FibRow shown{.vpn_instance = instance.name_or_null(),
                           .table = fib.table().value(),
                           .prefix = to_string(row.prefix),
                           .state = std::string(name_of(row.state)),
                           .next_hops = hop_rows(context_.router, row.hops),
                           .error = {}};
    if (!row.text.empty())
      shown.error = row.text;
    else if (row.reason != PendingReason::none)
      shown.error = std::string(name_of(row.reason));
    responder_.row(shown);
  }
  return true;
}

void FibStream::go_on() {
  if (responder_.closed()) return;
  std::size_t budget = rows_per_slice;
  for (; fib_ / address_families < instances_.size(); ++fib_, next_ = 0) {
    const Instance* instance = context_.router.instance(instances_[fib_ / address_families]);
    if (instance == nullptr) continue;
    const Fib* fib =
        context_.router.kernel().fib(instance->id(), AddressFamily{static_cast<std::uint8_t>(fib_ % address_families)});
    if (fib == nullptr || rows(*instance, *fib, budget)) continue;
    const auto again = [self = shared_from_this()] { self->go_on(); };
    return responder_.ready() ? context_.later(again) : responder_.on_ready(again);
  }
  responder_.end();
}

}  // namespace vrfd::commands
