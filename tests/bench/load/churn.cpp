#include "tests/bench/load/churn.h"

#include "tests/bench/load/attributes.h"

namespace vrfd::bench {

namespace {

// Probes announce prefixes of their own that nobody else has.
Route probe_route(std::size_t number) {
  return {.address = 0xdf000000u + (static_cast<std::uint32_t>(number) << 4), .length = 28};
}

}  // namespace

Churn::Churn(const Table& table, ChurnOrder order, Speaker& source) : table_(table), order_(order), source_(source) {}

// A route of the table with another attribute set than it had: the path gets longer by a number of its own.
void Churn::put_update(Buffer& out) {
  const Table::Group& group = table_.groups[random_() % table_.groups.size()];
  const Route& route = table_.routes[group.begin + random_() % (group.end - group.begin)];
  AttributeSet set = group.attributes;
  for (Attribute& attribute : set) {
    if (attribute.code != code_as_path) continue;
    ++attribute.value[1];
    put32(attribute.value, 100000 + random_() % 100000);
  }
  put_route(out, set, order_.next_hop, route);
}

void Churn::put_probe(Buffer& out, std::int64_t now) {
  const Route route = probe_route(probes_++);
  by_key_[key_of(route.address, route.length)].sent = now;
  put_route(out, table_.groups.front().attributes, order_.next_hop, route);
}

bool Churn::tick(std::int64_t now) {
  constexpr std::int64_t second = 1'000'000'000;
  if (begin_ == 0) begin_ = now;
  if (now - begin_ > order_.seconds * second) return false;
  const auto due = static_cast<std::size_t>((now - begin_) * order_.rate / second);
  Buffer out;
  for (; sent_ < due; ++sent_) {
    if (sent_ % order_.probe_every == 0)
      put_probe(out, now);
    else
      put_update(out);
  }
  if (!out.empty()) source_.send(std::make_shared<Buffer>(std::move(out)));
  return true;
}

void Churn::seen(std::uint64_t key, bool by_kernel, std::int64_t now) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  std::int64_t& when = by_kernel ? found->second.installed : found->second.told;
  if (when == 0) when = now;
}

std::vector<std::int64_t> Churn::delays(bool in_kernel) const {
  std::vector<std::int64_t> found;
  for (const auto& [key, probe] : by_key_)
    if (const std::int64_t when = in_kernel ? probe.installed : probe.told; when != 0)
      found.push_back(when - probe.sent);
  return found;
}

}  // namespace vrfd::bench
