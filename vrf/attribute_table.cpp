#include "vrf/attribute_table.h"

#include <bit>
#include <cstring>
#include <string_view>

namespace vrfd {

namespace {

std::uint32_t hash_of(ByteView octets) {
  const auto h = std::hash<std::string_view>{}({reinterpret_cast<const char*>(octets.data()), octets.size()});
  return static_cast<std::uint32_t>(h ^ h >> 32);
}

template <class T>
std::span<const T> span_at(const std::uint8_t* at, std::size_t count) {
  return {reinterpret_cast<const T*>(at), count};
}

}  // namespace

// Builds a record in a buffer.
class AttributeSetWriter {
 public:
  AttributeSetWriter(Bytes& out, const PathAttributes& value) : out_(out), value_(value) {}

  void write() {
    out_.resize(sizeof(AttributeSet));
    append(value_.extended_communities);
    append_next_hop();
    append_scalars();
    append(value_.communities);
    append(value_.large_communities);
    for (const IpAddress& cluster : value_.cluster_list) append_word(cluster.v4_value());
    append_path();
    append_octets();
    write_header();
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

  void append_next_hop() {
    const ByteView octets = value_.next_hop.octets();
    flag(Has::next_hop_v6, !value_.next_hop.is_v4());
    append_raw(octets.data(), octets.size());
  }

  void append_scalars() {
    scalar(Has::med, value_.med);
    scalar(Has::local_preference, value_.local_preference);
    if (value_.originator_id) scalar(Has::originator_id, value_.originator_id->v4_value());
    if (!value_.aggregator) return;
    scalar(Has::aggregator_as, value_.aggregator->asn.value());
    scalar(Has::aggregator_address, value_.aggregator->address.v4_value());
  }
  void scalar(Has what, std::optional<std::uint32_t> value) {
    flag(what, value.has_value());
    if (value) append_word(*value);
  }

  void append_path() {
    for (const AsSegment& segment : value_.as_path) {
      append_word(static_cast<std::uint32_t>(segment.type) << 16 | static_cast<std::uint32_t>(segment.asns.size()));
      append(segment.asns);
      path_words_ += 1 + segment.asns.size();
    }
  }

  void append_octets() {
    const std::size_t start = out_.size();
    ByteWriter octets(out_);
    flag(Has::link_local, value_.next_hop_link_local.has_value());
    if (value_.next_hop_link_local) octets.bytes(value_.next_hop_link_local->octets());
    for (const UnknownAttribute& unknown : value_.unknown) {
      octets.u8(unknown.flags);
      octets.u8(unknown.type);
      octets.u16(static_cast<std::uint16_t>(unknown.value.size()));
      octets.bytes(unknown.value);
    }
    octet_count_ = out_.size() - start;
  }

  void write_header() {
    flag(Has::atomic_aggregate, value_.atomic_aggregate);
    AttributeSet set;
    set.extended_count_ = static_cast<std::uint16_t>(value_.extended_communities.size());
    set.community_count_ = static_cast<std::uint16_t>(value_.communities.size());
    set.large_count_ = static_cast<std::uint16_t>(value_.large_communities.size());
    set.cluster_count_ = static_cast<std::uint16_t>(value_.cluster_list.size());
    set.path_word_count_ = static_cast<std::uint16_t>(path_words_);
    set.octet_count_ = static_cast<std::uint16_t>(octet_count_);
    set.origin_ = static_cast<std::uint8_t>(value_.origin);
    set.has_ = has_;
    std::memcpy(out_.data(), &set, sizeof set);
  }

  void flag(Has what, bool on) {
    if (on) has_ = static_cast<std::uint8_t>(has_ | static_cast<std::uint8_t>(what));
  }

  Bytes& out_;
  const PathAttributes& value_;
  std::uint8_t has_ = 0;
  std::size_t path_words_ = 0;
  std::size_t octet_count_ = 0;
};

const std::uint32_t* AttributeSet::words() const {
  return reinterpret_cast<const std::uint32_t*>(after_header() + extended_count_ * sizeof(ExtendedCommunity));
}

IpAddress AttributeSet::next_hop() const {
  return IpAddress::stored(ByteView(reinterpret_cast<const std::uint8_t*>(words()), next_hop_words() * 4));
}

std::size_t AttributeSet::scalar_count() const {
  return static_cast<std::size_t>(std::popcount(static_cast<unsigned>(has_) & ~(static_cast<unsigned>(Has::med) - 1)));
}

std::optional<std::uint32_t> AttributeSet::scalar(Has what) const {
  if (!has(what)) return std::nullopt;
  const unsigned before = has_ & (static_cast<unsigned>(what) - 1) & ~(static_cast<unsigned>(Has::med) - 1);
  return words()[next_hop_words() + static_cast<std::size_t>(std::popcount(before))];
}

std::optional<IpAddress> AttributeSet::originator_id() const {
  const auto value = scalar(Has::originator_id);
  if (!value) return std::nullopt;
  return IpAddress::v4(*value);
}

std::optional<Aggregator> AttributeSet::aggregator() const {
  const auto asn = scalar(Has::aggregator_as);
  if (!asn) return std::nullopt;
  return Aggregator{Asn{*asn}, IpAddress::v4(*scalar(Has::aggregator_address))};
}

std::uint32_t AttributeSet::hop_count() const {
  std::uint32_t hops = 0;
  for (auto words = path_words(); !words.empty();) {
    const std::size_t count = words[0] & 0xFFFF;
    const auto type = static_cast<SegmentType>(words[0] >> 16);
    if (type == SegmentType::sequence) hops += static_cast<std::uint32_t>(count);
    if (type == SegmentType::set) ++hops;
    words = words.subspan(1 + count);
  }
  return hops;
}

std::optional<Asn> AttributeSet::first_as() const {
  const auto words = path_words();
  if (words.empty() || static_cast<SegmentType>(words[0] >> 16) != SegmentType::sequence) return std::nullopt;
  return Asn{words[1]};
}

std::span<const ExtendedCommunity> AttributeSet::extended_communities() const {
  return span_at<ExtendedCommunity>(after_header(), extended_count_);
}

std::span<const Community> AttributeSet::communities() const {
  return {reinterpret_cast<const Community*>(lists()), community_count_};
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

std::size_t AttributeSet::octets() const {
  const auto tail = tail_octets();
  return static_cast<std::size_t>(tail.data() + tail.size() - reinterpret_cast<const std::uint8_t*>(this));
}

void AttributeSet::copy_path_to(AsPath& path) const {
  std::size_t segments = 0;
  for (auto words = path_words(); !words.empty(); ++segments) {
    const std::size_t count = words[0] & 0xFFFF;
    if (segments == path.size()) path.emplace_back().asns.reserve(count + 1);  // mostly one is put in front
    AsSegment& segment = path[segments];
    segment.type = static_cast<SegmentType>(words[0] >> 16);
    segment.asns.clear();
    for (std::uint32_t asn : words.subspan(1, count)) segment.asns.emplace_back(asn);
    words = words.subspan(1 + count);
  }
  path.resize(segments);
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

void AttributeSet::copy_to(PathAttributes& value) const {
  value.origin = origin();
  value.atomic_aggregate = atomic_aggregate();
  copy_path_to(value.as_path);
  value.next_hop = next_hop();
  value.med = med();
  value.local_preference = local_preference();
  value.aggregator = aggregator();
  value.originator_id = originator_id();
  value.cluster_list.clear();
  for (std::uint32_t cluster : cluster_list()) value.cluster_list.push_back(IpAddress::v4(cluster));
  value.communities.assign(communities().begin(), communities().end());
  value.extended_communities.assign(extended_communities().begin(), extended_communities().end());
  value.large_communities.assign(large_communities().begin(), large_communities().end());
  copy_tail_to(value);
}

void AttributeSet::copy_tail_to(PathAttributes& value) const {
  ByteReader octets(tail_octets());
  value.next_hop_link_local.reset();
  if (has(Has::link_local)) value.next_hop_link_local = IpAddress::from(octets.take(16));
  value.unknown.clear();
  while (!octets.empty()) {
    UnknownAttribute unknown{octets.u8(), octets.u8(), {}};
    const auto content = octets.take(octets.u16());
    unknown.value.assign(content.begin(), content.end());
    value.unknown.push_back(std::move(unknown));
  }
}

static_assert(std::is_trivially_copyable_v<AttributeSet>, "records are copied and compared as octets");

AttrId AttributeTable::intern(const PathAttributes& attributes) {
  AttributeSetWriter(scratch_, attributes).write();
  const std::uint32_t hash = hash_of(scratch_);
  std::uint32_t slot = index_.find(hash, [&](std::uint32_t at) { return equal(slots_[at], hash, scratch_); });
  if (slot == IdIndex::none) slot = insert(hash, scratch_);
  ++slots_[slot].references;
  return AttrId{slot};
}

// The header, which both have, says how long the whole is.
bool AttributeTable::equal(const Slot& slot, std::uint32_t hash, ByteView octets) const {
  if (slot.hash != hash) return false;
  const std::uint8_t* own = records_.at(slot.record);
  return std::memcmp(own, octets.data(), sizeof(AttributeSet)) == 0 && record(slot).octets() == octets.size() &&
         std::memcmp(own, octets.data(), octets.size()) == 0;
}

std::uint32_t AttributeTable::insert(std::uint32_t hash, ByteView record) {
  std::uint32_t at = 0;
  if (free_slots_.empty()) {
    at = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    at = free_slots_.back();
    free_slots_.pop_back();
  }
  Slot& slot = slots_[at];
  slot.record = records_.allocate(record.size());
  std::memcpy(records_.at(slot.record), record.data(), record.size());
  slot.hash = hash;
  ++slot.generation;
  index_.insert(hash, at, hashes());
  ++live_;
  return at;
}

void AttributeTable::free(AttrId id) {
  const Slot& slot = slots_[index_of(id)];
  index_.erase(slot.hash, index_of(id));
  records_.free(slot.record, record(slot).octets());
  free_slots_.push_back(index_of(id));
  --live_;
}

}  // namespace vrfd
