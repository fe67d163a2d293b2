// Interned path attributes: equal sets are one record, routes hold its 32-bit id.
//
// A record is immutable, one block of memory, counted by references. Ids of freed records are given out again; a
// `generation` tells a remembered id from its successor, so that caches (policy results, encodings) need not hold
// references. Cost: about 40 octets plus what the set holds, shared by all routes of the set (seven on average in real
// tables).
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "vrf/id_index.h"
#include "vrf/record_pool.h"
#include "vrf/types/attributes.h"

namespace vrfd {

// Position of a record; `none` where a route has no attributes (rejected, not announced).
enum class AttrId : std::uint32_t { none = 0xFFFFFFFF };

constexpr std::uint32_t index_of(AttrId id) { return static_cast<std::uint32_t>(id); }

// The record: a header that says what there is, then only that. Octet-wise equality is equality: padding is zero.
class alignas(8) AttributeSet {
 public:
  IpAddress next_hop() const;
  Origin origin() const { return Origin{origin_}; }
  bool atomic_aggregate() const { return has(Has::atomic_aggregate); }
  std::optional<std::uint32_t> med() const { return scalar(Has::med); }
  std::optional<std::uint32_t> local_preference() const { return scalar(Has::local_preference); }
  std::optional<IpAddress> originator_id() const;
  std::optional<Aggregator> aggregator() const;
  // hop_count() and first_as() of the AS path.
  std::uint32_t hop_count() const;
  std::optional<Asn> first_as() const;

  std::span<const ExtendedCommunity> extended_communities() const;
  std::span<const Community> communities() const;
  std::span<const LargeCommunity> large_communities() const;
  // IPv4 addresses as numbers in host order, nearest first.
  std::span<const std::uint32_t> cluster_list() const;
  AsPath as_path() const {
    AsPath path;
    copy_path_to(path);
    return path;
  }
  bool path_contains(Asn asn) const;

  // The whole as an editable value.
  PathAttributes value() const {
    PathAttributes value;
    copy_to(value);
    return value;
  }
  // The same into a value that is used again and again, whose memory is kept.
  void copy_to(PathAttributes& value) const;
  // What the record takes.
  std::size_t octets() const;

 private:
  friend class AttributeTable;
  friend class AttributeSetWriter;
  // Each of the scalars from `med` on is one word of the record, in this order.
  enum class Has : std::uint8_t {
    atomic_aggregate = 1,
    link_local = 2,
    next_hop_v6 = 4,
    med = 8,
    local_preference = 16,
    originator_id = 32,
    aggregator_as = 64,
    aggregator_address = 128
  };
  bool has(Has what) const { return (has_ & static_cast<std::uint8_t>(what)) != 0; }
  std::optional<std::uint32_t> scalar(Has what) const;
  const std::uint8_t* after_header() const { return reinterpret_cast<const std::uint8_t*>(this + 1); }
  std::size_t scalar_count() const;
  std::size_t next_hop_words() const { return has(Has::next_hop_v6) ? 4 : 1; }
  // The words behind the extended communities: next hop, scalars, then the lists.
  const std::uint32_t* words() const;
  const std::uint32_t* lists() const { return words() + next_hop_words() + scalar_count(); }
  std::span<const std::uint32_t> path_words() const;
  void copy_path_to(AsPath& path) const;
  ByteView tail_octets() const;
  void copy_tail_to(PathAttributes& value) const;

  // The record goes on with, in this order: extended communities, next hop, scalars, communities, large communities,
  // cluster list, AS path words (type and count, then the AS numbers), octets (link-local next hop, unknown
  // attributes).
  std::uint16_t extended_count_;
  std::uint16_t community_count_;
  std::uint16_t large_count_;
  std::uint16_t cluster_count_;
  std::uint16_t path_word_count_;
  std::uint16_t octet_count_;
  std::uint8_t origin_;
  std::uint8_t has_;
  [[maybe_unused]] std::uint16_t padding_ = 0;
};

class AttributeTable {
 public:
  AttributeTable() = default;
  AttributeTable(const AttributeTable&) = delete;
  AttributeTable& operator=(const AttributeTable&) = delete;

  // The id of the set equal to `attributes` (which must be canonical), with one reference more for the caller.
  AttrId intern(const PathAttributes& attributes);
  void retain(AttrId id) {
    if (id != AttrId::none) ++slots_[index_of(id)].references;
  }
  // Drops one reference; the last one frees the record. `none` is allowed.
  void release(AttrId id) {
    if (id != AttrId::none && --slots_[index_of(id)].references == 0) free(id);
  }

  const AttributeSet& operator[](AttrId id) const { return record(slots_[index_of(id)]); }
  // Differs between two sets that had the same id one after the other. 0 is no generation.
  std::uint32_t generation(AttrId id) const { return slots_[index_of(id)].generation; }
  // `id` still stands for the set that it stood for when `generation` was noted.
  bool is_current(AttrId id, std::uint32_t generation) const {
    return id == AttrId::none || (index_of(id) < slots_.size() && slots_[index_of(id)].references != 0 &&
                                  slots_[index_of(id)].generation == generation);
  }

  // Records alive, and octets they take.
  std::size_t size() const { return live_; }
  std::size_t octets() const { return records_.used(); }

 private:
  struct Slot {
    RecordPool::Ref record = 0;
    std::uint32_t references = 0;
    std::uint32_t generation = 0;
    std::uint32_t hash = 0;
  };

  const AttributeSet& record(const Slot& slot) const {
    return *reinterpret_cast<const AttributeSet*>(records_.at(slot.record));
  }

  bool equal(const Slot& slot, std::uint32_t hash, ByteView octets) const;
  std::uint32_t insert(std::uint32_t hash, ByteView record);
  void free(AttrId id);
  auto hashes() const {
    return [this](std::uint32_t slot) { return slots_[slot].hash; };
  }

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  IdIndex index_;
  RecordPool records_;
  Bytes scratch_;
  std::size_t live_ = 0;
};

// A reference that releases itself, for holders that are not packed by the million.
class AttributesRef {
 public:
  AttributesRef() = default;
  // Takes over a reference that the caller owns.
  AttributesRef(AttributeTable& table, AttrId id) : table_(&table), id_(id) {}
  AttributesRef(AttributesRef&& other) noexcept : table_(other.table_), id_(std::exchange(other.id_, AttrId::none)) {}
  AttributesRef& operator=(AttributesRef&& other) noexcept {
    std::swap(table_, other.table_);
    std::swap(id_, other.id_);
    return *this;
  }
  ~AttributesRef() {
    if (id_ != AttrId::none) table_->release(id_);
  }
  AttrId id() const { return id_; }
  // Gives the reference up to the caller.
  AttrId take() { return std::exchange(id_, AttrId::none); }

 private:
  AttributeTable* table_ = nullptr;
  AttrId id_ = AttrId::none;
};

}  // namespace vrfd
