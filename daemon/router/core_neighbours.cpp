#include "daemon/router/core_neighbours.h"

#include <algorithm>
#include <array>
#include <limits>

namespace vrfd {

namespace {

// Of an operation whose outcome nobody waits for.
constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

netlink::Cookie cookie(std::uint32_t index, std::uint16_t generation) {
  return FibCookie{FibOwner::neighbours, generation, index}.value();
}

}  // namespace

// The interface identifier says "VRFD" in ASCII before the IPv4 address; no interface has one like it.
IpAddress CoreNeighbours::name_of(const IpAddress& gateway) {
  std::array<std::uint8_t, 16> octets{0xFE, 0x80, 0, 0, 0, 0, 0, 0, 'V', 'R', 'F', 'D'};
  std::copy_n(gateway.octets().begin(), 4, octets.begin() + 12);
  return *IpAddress::from(ByteView(octets));
}

void CoreNeighbours::want(const Neighbour& neighbour, bool no_arp, TimePoint now) {
  const auto [at, added] = records_.try_emplace(neighbour);
  if (!added) return;
  at->second.index = static_cast<std::uint32_t>(by_index_.size());
  at->second.no_arp = no_arp;
  by_index_.push_back(neighbour);
  if (no_arp) settle(neighbour, at->second, true);
  check_at_ = now;
}

// ---- entries

void CoreNeighbours::send(const Neighbour& neighbour, Record& record) {
  if (record.no_arp || record.link_layer.empty()) return;
  ++record.generation;
  operations_.push_back({cookie(record.index, record.generation),
                         netlink::ReplaceNeighbour{neighbour.device, name_of(neighbour.gateway), record.link_layer}});
}

void CoreNeighbours::settle(const Neighbour& neighbour, Record& record, bool confirmed) {
  if (std::exchange(record.confirmed, confirmed) == confirmed) return;
  forwarding_.set_link_local(neighbour.device, neighbour.gateway,
                             confirmed ? std::optional(name_of(neighbour.gateway)) : std::nullopt);
}

CoreNeighbours::Records::iterator CoreNeighbours::answered(FibCookie cookie) {
  if (cookie.index >= by_index_.size()) return records_.end();
  const auto at = records_.find(by_index_[cookie.index]);
  return at->second.generation == cookie.generation ? at : records_.end();
}

void CoreNeighbours::acknowledge(FibCookie cookie) {
  const auto at = answered(cookie);
  if (at == records_.end()) return;
  at->second.error.clear();
  settle(at->first, at->second, true);
}

void CoreNeighbours::refuse(FibCookie cookie, const std::string& text) {
  const auto at = answered(cookie);
  if (at == records_.end()) return;
  at->second.error = text;
  settle(at->first, at->second, false);
}

// ---- what the kernel says

// The record whose second name the entry has.
CoreNeighbours::Records::iterator CoreNeighbours::named(const netlink::Neighbour& neighbour) {
  return std::find_if(records_.begin(), records_.end(), [&](const auto& entry) {
    return entry.first.device == neighbour.device && name_of(entry.first.gateway) == neighbour.address;
  });
}

void CoreNeighbours::seen(const netlink::Neighbour& neighbour) {
  if (records_.empty()) return;
  if (!neighbour.address.is_v4()) {
    const auto at = named(neighbour);
    if (at == records_.end()) return;
    at->second.listed = neighbour.permanent && neighbour.link_layer == at->second.link_layer;
    if (!at->second.listed) send(at->first, at->second);
    return;
  }
  const auto at = records_.find({neighbour.device, neighbour.address});
  if (at == records_.end()) return;
  at->second.verified = neighbour.verified;
  // While the kernel asks again, and where nobody answers, the address known last is the best guess.
  if (neighbour.link_layer.empty() || neighbour.link_layer == at->second.link_layer) return;
  at->second.link_layer = neighbour.link_layer;
  send(at->first, at->second);
}

void CoreNeighbours::gone(const netlink::Neighbour& neighbour) {
  const auto at = neighbour.address.is_v4() ? records_.end() : named(neighbour);
  if (at != records_.end()) send(at->first, at->second);
}

void CoreNeighbours::link_back(IfIndex device) {
  for (auto& [neighbour, record] : records_)
    if (neighbour.device == device) send(neighbour, record);
}

// ---- looking after them

std::set<IfIndex> CoreNeighbours::take_checks(TimePoint now) {
  std::set<IfIndex> devices;
  if (records_.empty() || now < check_at_) return devices;
  check_at_ = now + check_interval;
  for (const auto& [neighbour, record] : records_)
    if (!record.no_arp) devices.insert(neighbour.device);
  return devices;
}

void CoreNeighbours::begin_dump(IfIndex device) {
  for (auto& [neighbour, record] : records_)
    if (neighbour.device == device) record.verified = record.listed = false;
}

void CoreNeighbours::end_dump(IfIndex device) {
  for (auto& [neighbour, record] : records_) {
    if (neighbour.device != device) continue;
    if (!record.verified)
      operations_.push_back({cookie(nobody, 0), netlink::ProbeNeighbour{neighbour.device, neighbour.gateway}});
    if (!record.listed && record.confirmed) send(neighbour, record);
    if (!record.error.empty()) send(neighbour, record);
  }
}

void CoreNeighbours::sweep(const netlink::Neighbour& neighbour) {
  if (named(neighbour) == records_.end())
    operations_.push_back({cookie(nobody, 0), netlink::DeleteNeighbour{neighbour.device, neighbour.address}});
}

std::vector<std::string> CoreNeighbours::problems(const std::function<std::string(IfIndex)>& device_name) const {
  std::vector<std::string> texts;
  for (const auto& [neighbour, record] : records_) {
    if (record.confirmed) continue;
    const std::string who = to_string(neighbour.gateway) + " on " + device_name(neighbour.device);
    texts.push_back("IPv6 routes over the core neighbour " + who + " wait: " +
                    (record.error.empty() ? "its link-layer address is not known, it does not answer" : record.error));
  }
  return texts;
}

}  // namespace vrfd
