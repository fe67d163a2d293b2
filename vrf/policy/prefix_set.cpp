#include "vrf/policy/prefix_set.h"

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>

#include "vrf/policy/digest.h"

namespace vrfd {

namespace {

template <class Key>
Key key_of(const IpAddress& address);

template <>
std::uint32_t key_of(const IpAddress& address) {
  return address.v4_value();
}

template <>
Ipv6Key key_of(const IpAddress& address) {
  ByteReader octets(address.octets());
  const std::uint64_t high = octets.u64();
  return {high, octets.u64()};
}

// All bits below the first `length` of 64; `length` beyond 64 leaves none.
std::uint64_t low_bits(unsigned length) {
  return length >= 64 ? 0 : std::numeric_limits<std::uint64_t>::max() >> length;
}

std::uint32_t last_of(std::uint32_t first, unsigned length) {
  return first | static_cast<std::uint32_t>(low_bits(length + 32));
}

Ipv6Key last_of(Ipv6Key first, unsigned length) {
  return {first.high | low_bits(length), first.low | low_bits(length > 64 ? length - 64 : 0)};
}

// The number after `key`; zero after the last one.
std::uint32_t after(std::uint32_t key) { return key + 1; }
Ipv6Key after(Ipv6Key key) { return {key.low + 1 == 0 ? key.high + 1 : key.high, key.low + 1}; }

struct LengthBounds {
  unsigned least;
  unsigned most;
};

LengthBounds bounds_of(const PrefixListEntry& entry) {
  const unsigned own = entry.prefix.length();
  const unsigned without_le = entry.ge ? bits_of(entry.prefix.family()) : own;
  return {entry.ge.value_or(own), entry.le.value_or(without_le)};
}

LengthSet lengths_of(const PrefixListEntry& entry) {
  LengthSet lengths;
  const LengthBounds bounds = bounds_of(entry);
  for (unsigned length = bounds.least; length <= bounds.most; ++length) lengths.set(length);
  return lengths;
}

template <class Key>
LengthIntervals<Key> intervals_of(std::span<const PrefixListEntry> entries, AddressFamily family) {
  std::vector<typename LengthIntervals<Key>::Range> ranges;
  for (const PrefixListEntry& entry : entries) {
    if (entry.prefix.family() != family) continue;
    const Key first = key_of<Key>(entry.prefix.address());
    ranges.push_back({first, last_of(first, entry.prefix.length()), lengths_of(entry)});
  }
  return LengthIntervals<Key>(std::move(ranges));
}

// What is wrong with an entry: the member and why.
std::optional<std::pair<std::string, std::string>> fault_of(const PrefixListEntry& entry) {
  const unsigned own = entry.prefix.length();
  const unsigned limit = bits_of(entry.prefix.family());
  const std::string expected =
      ", expected " + std::to_string(own) + " to " + std::to_string(limit) + " for " + to_string(entry.prefix);
  if (entry.ge && (*entry.ge < own || *entry.ge > limit)) return {{"ge", "is " + std::to_string(*entry.ge) + expected}};
  if (entry.le && (*entry.le < own || *entry.le > limit)) return {{"le", "is " + std::to_string(*entry.le) + expected}};
  if (entry.ge && entry.le && *entry.ge > *entry.le)
    return {{"ge", "is " + std::to_string(*entry.ge) + ", expected at most le, which is " + std::to_string(*entry.le)}};
  return std::nullopt;
}

}  // namespace

// Walks the ranges in the order of their first address, outer before inner, and keeps those open that cover the point
// it has come to.
template <class Key>
class LengthIntervals<Key>::Sweep {
 public:
  explicit Sweep(LengthIntervals& out) : out_(out) { start(Key{}, {}); }

  void enter(Range range) {
    close_before(&range.first);
    if (!open_.empty()) range.lengths |= open_.back().lengths;
    start(range.first, range.lengths);
    open_.push_back(std::move(range));
  }
  void finish() { close_before(nullptr); }

 private:
  // Closes the open ranges that end before `point`; without a point, all.
  void close_before(const Key* point) {
    while (!open_.empty() && (point == nullptr || open_.back().last < *point)) {
      const Key next = after(open_.back().last);
      open_.pop_back();
      if (next != Key{}) start(next, open_.empty() ? LengthSet{} : open_.back().lengths);
    }
  }

  void start(const Key& at, const LengthSet& lengths) {
    if (!out_.starts_.empty() && out_.starts_.back() == at) {
      out_.starts_.pop_back();
      out_.set_of_.pop_back();
    }
    const auto [known, fresh] = index_.try_emplace(lengths, static_cast<std::uint32_t>(out_.sets_.size()));
    if (fresh) out_.sets_.push_back(lengths);
    if (!out_.set_of_.empty() && out_.set_of_.back() == known->second) return;
    out_.starts_.push_back(at);
    out_.set_of_.push_back(known->second);
  }

  LengthIntervals& out_;
  std::vector<Range> open_;
  std::unordered_map<LengthSet, std::uint32_t> index_;
};

template <class Key>
LengthIntervals<Key>::LengthIntervals(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.first != b.first ? a.first < b.first : b.last < a.last; });
  Sweep sweep(*this);
  for (Range& range : ranges) sweep.enter(std::move(range));
  sweep.finish();
}

template <class Key>
std::uint64_t LengthIntervals<Key>::fingerprint() const {
  Digest digest;
  for (std::size_t i = 0; i != starts_.size(); ++i) {
    if constexpr (std::is_same_v<Key, Ipv6Key>) digest.add(starts_[i].high).add(starts_[i].low);
    if constexpr (!std::is_same_v<Key, Ipv6Key>) digest.add(std::uint64_t{starts_[i]});
    const LengthSet& lengths = sets_[set_of_[i]];
    for (unsigned length = 0; length != lengths.size(); ++length)
      if (lengths.test(length)) digest.add(std::uint64_t{length});
  }
  return digest.value();
}

template class LengthIntervals<std::uint32_t>;
template class LengthIntervals<Ipv6Key>;

PrefixSet::PrefixSet(std::span<const PrefixListEntry> entries)
    : ipv4_(intervals_of<std::uint32_t>(entries, AddressFamily::ipv4)),
      ipv6_(intervals_of<Ipv6Key>(entries, AddressFamily::ipv6)) {}

Compilation<std::shared_ptr<const PrefixSet>> PrefixSet::compile(const PrefixList& list) {
  PolicyErrors errors;
  for (std::size_t i = 0; i != list.entries.size(); ++i)
    if (auto fault = fault_of(list.entries[i]))
      errors.push_back({PolicyPlace::prefix_list, list.name, i, std::move(fault->first), std::move(fault->second)});
  if (!errors.empty()) return errors;
  return std::shared_ptr<const PrefixSet>(new PrefixSet(list.entries));
}

PrefixSet PrefixSet::exactly(std::span<const Prefix> prefixes) {
  std::vector<PrefixListEntry> entries;
  for (const Prefix& prefix : prefixes) entries.push_back({prefix, {}, {}});
  return PrefixSet(entries);
}

bool PrefixSet::has(const Prefix& prefix) const {
  if (prefix.family() == AddressFamily::ipv4)
    return ipv4_.has(key_of<std::uint32_t>(prefix.address()), prefix.length());
  return ipv6_.has(key_of<Ipv6Key>(prefix.address()), prefix.length());
}

std::uint64_t PrefixSet::fingerprint() const {
  return Digest().add(ipv4_.fingerprint()).add(ipv6_.fingerprint()).value();
}

}  // namespace vrfd
