#include "vrf/attribute_table.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

namespace vrfd {

namespace {

constexpr std::uint32_t empty = 0xFFFFFFFF;
constexpr std::size_t initial_index = 1024;

std::uint32_t hash_of(ByteView octets) {
  const auto h = std::hash<std::string_view>{}({reinterpret_cast<const char*>(octets.data()), octets.size()});
  return static_cast<std::uint32_t>(h ^ h >> 32);
}

template <class T>
std::span<const T> span_at(const std::uint8_t* at, std::size_t count) {
  return {reinterpret_cast<const T*>(at), count};
}

}  // namespace

// Builds a record in a buffer: fields first, then the lists of the tail in their order.
class AttributeSetWriter {
 public:
  AttributeSetWriter(Bytes& out, const PathAttributes& value) : out_(out), value_(value) {}

  void write() {
    out_.assign(sizeof(AttributeSet), 0);
    write_tail();
    AttributeSet set;
    std::memset(static_cast<void*>(&set), 0, sizeof set);
    fill(set);
    std::memcpy(out_.data(), &set, sizeof set);
  }

 private:
  using Has = AttributeSet::Has;

  template <class T>
  void append(const std::vector<T>& values) {
    append_raw(values.data(), values.size() * sizeof(T));
  }
  void append_raw(const void* data, std::size_t size) {
    if (size == 0) return;
    const auto* octets = static_cast<const std::uint8_t*>(data);
    out_.insert(out_.end(), octets, octets + size);
  }
  void append_word(std::uint32_t word) { append_raw(&word, sizeof word); }

  void write_tail() {
    append(value_.extended_communities);
    append(value_.communities);
    append(value_.large_communities);
    for (const IpAddress& cluster : value_.cluster_list) append_word(cluster.v4_value());
    for (const AsSegment& segment : value_.as_path) {
      append_word(static_cast<std::uint32_t>(segment.type) << 16 | static_cast<std::uint32_t>(segment.asns.size()));
      append(segment.asns);
      path_words_ += 1 + segment.asns.size();
    }
    octets_start_ = out_.size();
    ByteWriter octets(out_);
    if (value_.next_hop_link_local) octets.bytes(value_.next_hop_link_local->octets());
    for (const UnknownAttribute& unknown : value_.unknown) {
      octets.u8(unknown.flags);
      octets.u8(unknown.type);
      octets.u16(static_cast<std::uint16_t>(unknown.value.size()));
      octets.bytes(unknown.value);
    }
  }

  void fill(AttributeSet& set) const {
    set.extended_count_ = static_cast<std::uint16_t>(value_.extended_communities.size());
    set.community_count_ = static_cast<std::uint16_t>(value_.communities.size());
    set.large_count_ = static_cast<std::uint16_t>(value_.large_communities.size());
    set.cluster_count_ = static_cast<std::uint16_t>(value_.cluster_list.size());
    set.path_word_count_ = static_cast<std::uint16_t>(path_words_);
    set.octet_count_ = static_cast<std::uint16_t>(out_.size() - octets_start_);
    set.next_hop_ = value_.next_hop;
    set.origin_ = value_.origin;
    set.hop_count_ = hop_count(value_.as_path);
    flag(set, Has::atomic_aggregate, value_.atomic_aggregate);
    flag(set, Has::link_local, value_.next_hop_link_local.has_value());
    flag(set, Has::med, value_.med.has_value());
    flag(set, Has::local_preference, value_.local_preference.has_value());
    set.med_ = value_.med.value_or(0);
    set.local_preference_ = value_.local_preference.value_or(0);
    if (value_.originator_id) set.originator_id_ = value_.originator_id->v4_value();
    flag(set, Has::originator_id, value_.originator_id.has_value());
    if (value_.aggregator) {
      set.aggregator_as_ = value_.aggregator->asn;
      set.aggregator_address_ = value_.aggregator->address.v4_value();
      flag(set, Has::aggregator, true);
    }
    if (auto first = first_as(value_.as_path)) {
      set.first_as_ = *first;
      flag(set, Has::first_as, true);
    }
  }

  static void flag(AttributeSet& set, Has what, bool on) {
    if (on) set.has_ = static_cast<std::uint8_t>(set.has_ | static_cast<std::uint8_t>(what));
  }

  Bytes& out_;
  const PathAttributes& value_;
  std::size_t path_words_ = 0;
  std::size_t octets_start_ = 0;
};

std::optional<IpAddress> AttributeSet::originator_id() const {
  if (!has(Has::originator_id)) return std::nullopt;
  return IpAddress::v4(originator_id_);
}

std::optional<Aggregator> AttributeSet::aggregator() const {
  if (!has(Has::aggregator)) return std::nullopt;
  return Aggregator{aggregator_as_, IpAddress::v4(aggregator_address_)};
}

std::optional<Asn> AttributeSet::first_as() const {
  if (!has(Has::first_as)) return std::nullopt;
  return first_as_;
}

std::span<const ExtendedCommunity> AttributeSet::extended_communities() const {
  return span_at<ExtendedCommunity>(tail(), extended_count_);
}

std::span<const Community> AttributeSet::communities() const {
  return span_at<Community>(tail() + extended_count_ * sizeof(ExtendedCommunity), community_count_);
}

std::span<const LargeCommunity> AttributeSet::large_communities() const {
  const auto before = communities();
  return span_at<LargeCommunity>(reinterpret_cast<const std::uint8_t*>(before.data() + before.size()), large_count_);
}

std::span<const std::uint32_t> AttributeSet::cluster_list() const {
  const auto before = large_communities();
  return span_at<std::uint32_t>(reinterpret_cast<const std::uint8_t*>(before.data() + before.size()), cluster_count_);
}

std::span<const std::uint32_t> AttributeSet::path_words() const {
  const auto before = cluster_list();
  return {before.data() + before.size(), path_word_count_};
}

ByteView AttributeSet::tail_octets() const {
  const auto before = path_words();
  return {reinterpret_cast<const std::uint8_t*>(before.data() + before.size()), octet_count_};
}

AsPath AttributeSet::as_path() const {
  AsPath path;
  for (auto words = path_words(); !words.empty();) {
    const std::size_t count = words[0] & 0xFFFF;
    AsSegment segment{static_cast<SegmentType>(words[0] >> 16), {}};
    for (std::uint32_t asn : words.subspan(1, count)) segment.asns.emplace_back(asn);
    path.push_back(std::move(segment));
    words = words.subspan(1 + count);
  }
  return path;
}

bool AttributeSet::path_contains(Asn asn) const {
  for (auto words = path_words(); !words.empty();) {
    const std::size_t count = words[0] & 0xFFFF;
    for (std::uint32_t member : words.subspan(1, count))
      if (member == asn.value()) return true;
    words = words.subspan(1 + count);
  }
  return false;
}

PathAttributes AttributeSet::value() const {
  PathAttributes value;
  value.origin = origin_;
  value.atomic_aggregate = atomic_aggregate();
  value.as_path = as_path();
  value.next_hop = next_hop_;
  value.med = med();
  value.local_preference = local_preference();
  value.aggregator = aggregator();
  value.originator_id = originator_id();
  for (std::uint32_t cluster : cluster_list()) value.cluster_list.push_back(IpAddress::v4(cluster));
  value.communities.assign(communities().begin(), communities().end());
  value.extended_communities.assign(extended_communities().begin(), extended_communities().end());
  value.large_communities.assign(large_communities().begin(), large_communities().end());
  ByteReader octets(tail_octets());
  if (has(Has::link_local)) value.next_hop_link_local = IpAddress::from(octets.take(16));
  while (!octets.empty()) {
    UnknownAttribute unknown{octets.u8(), octets.u8(), {}};
    const auto content = octets.take(octets.u16());
    unknown.value.assign(content.begin(), content.end());
    value.unknown.push_back(std::move(unknown));
  }
  return value;
}

static_assert(std::is_trivially_copyable_v<AttributeSet>, "records are copied and compared as octets");

AttributeTable::AttributeTable() : index_(initial_index, empty) {}

AttributeTable::~AttributeTable() {
  for (const Slot& slot : slots_) ::operator delete(static_cast<void*>(slot.record));
}

AttrId AttributeTable::intern(const PathAttributes& attributes) {
  AttributeSetWriter(scratch_, attributes).write();
  const std::uint32_t hash = hash_of(scratch_);
  std::uint32_t slot = find(hash, scratch_);
  if (slot == empty) slot = insert(hash, scratch_);
  ++slots_[slot].references;
  return AttrId{slot};
}

std::uint32_t AttributeTable::find(std::uint32_t hash, ByteView record) const {
  const std::size_t mask = index_.size() - 1;
  for (std::size_t at = hash & mask; index_[at] != empty; at = (at + 1) & mask) {
    const Slot& slot = slots_[index_[at]];
    if (slot.hash == hash && slot.size == record.size() && std::memcmp(slot.record, record.data(), slot.size) == 0)
      return index_[at];
  }
  return empty;
}

std::uint32_t AttributeTable::insert(std::uint32_t hash, ByteView record) {
  if ((live_ + 1) * 4 > index_.size() * 3) grow_index();
  std::uint32_t at = 0;
  if (free_slots_.empty()) {
    at = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    at = free_slots_.back();
    free_slots_.pop_back();
  }
  void* memory = ::operator new(record.size());
  std::memcpy(memory, record.data(), record.size());
  Slot& slot = slots_[at];
  slot.record = static_cast<AttributeSet*>(memory);
  slot.size = static_cast<std::uint32_t>(record.size());
  slot.hash = hash;
  ++slot.generation;
  link(at);
  ++live_;
  octets_ += record.size();
  return at;
}

void AttributeTable::free(AttrId id) {
  Slot& slot = slots_[index_of(id)];
  unlink(index_of(id));
  octets_ -= slot.size;
  ::operator delete(static_cast<void*>(slot.record));
  slot.record = nullptr;
  free_slots_.push_back(index_of(id));
  --live_;
}

void AttributeTable::grow_index() {
  index_.assign(index_.size() * 2, empty);
  for (std::uint32_t at = 0; at != slots_.size(); ++at)
    if (slots_[at].record != nullptr) link(at);
}

void AttributeTable::link(std::uint32_t slot) {
  const std::size_t mask = index_.size() - 1;
  std::size_t at = slots_[slot].hash & mask;
  while (index_[at] != empty) at = (at + 1) & mask;
  index_[at] = slot;
}

// Closes the gap by moving later entries of the probe sequence back, so that lookups need no tombstones.
void AttributeTable::unlink(std::uint32_t slot) {
  const std::size_t mask = index_.size() - 1;
  std::size_t hole = slots_[slot].hash & mask;
  while (index_[hole] != slot) hole = (hole + 1) & mask;
  for (std::size_t at = (hole + 1) & mask; index_[at] != empty; at = (at + 1) & mask) {
    const std::size_t home = slots_[index_[at]].hash & mask;
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    index_[hole] = index_[at];
    hole = at;
  }
  index_[hole] = empty;
}

}  // namespace vrfd
