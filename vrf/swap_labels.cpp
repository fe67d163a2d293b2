#include "vrf/swap_labels.h"

namespace vrfd {

namespace {
// Pairs of next hop and label that are remembered in any case.
constexpr std::size_t least_known = 1024;
}  // namespace

NextHopId SwapLabels::next_hop_of(const RouteTable& table, DestId dest, const Path& path) {
  const auto next_hop = decision_.next_hop_of(table, path, public_instance);
  return next_hop ? *next_hop : next_hops_.track(public_instance, table.nlri(dest).prefix.address());
}

bool SwapLabels::program(MplsFib* fib, bool possible) {
  if (programs_in(fib) && possible == possible_) return false;
  move_to(fib);
  possible_ = possible;
  known_.clear();
  return true;
}

SwapLabels::Answer SwapLabels::label_of(const RouteTable& table, DestId dest, PathId path) {
  if (!possible_) return {};
  const NextHopId next_hop = next_hop_of(table, dest, table.path(path));
  const Label received = decision_.is_local(table.path(path)) ? implicit_null : table.extra(path).label;
  const IpAddress address = next_hops_[next_hop].address;
  if (known_.size() > known_limit_) {
    known_.clear();
    known_limit_ = least_known + 2 * size();
  }
  Label& known = known_[std::uint64_t{index_of(next_hop)} << 32 | received.value()];
  const Row* row = find(known);
  // Most routes share their label with one that was announced before.
  if (row != nullptr && row->routes != 0 && row->next_hop == address && row->outgoing == received) return {known};

  const std::string key = "swap " + to_string(address) + " label " + std::to_string(received.value());
  const Row wanted{.label = {}, .sharing = LabelSharing::swap, .next_hop = address, .outgoing = received};
  const Lease own = lease(key, wanted, table.family(), dest, [&] {
    const auto outgoing = received == implicit_null ? std::nullopt : std::optional(received);
    const Leg leg = Leg::via(next_hop, AddressFamily::ipv4, outgoing);
    return forwarding_.intern({&leg, 1});
  });
  known = own.label;
  if (own.state == State::ready) return {own.label};
  return {.waits = own.state == State::waits};
}

}  // namespace vrfd
