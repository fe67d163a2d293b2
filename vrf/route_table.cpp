#include "vrf/route_table.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace vrfd {

namespace {

// Of a prefix, in the last word of a key.
constexpr unsigned length_bits = 8;
// What is left of the word is for the index of a route distinguisher.
static_assert(RdTable::limit == 1u << (32 - length_bits));

// Marks the path list of an index that stands for no destination.
constexpr std::uint32_t unused_head = 0xFFFFFFFE;

std::uint32_t load_word(const std::uint8_t* octets) {
  std::uint32_t word = 0;
  std::memcpy(&word, octets, sizeof word);
  return word;
}

// Mixes so that neighbouring prefixes land far apart.
std::uint64_t mix(std::uint64_t h, std::uint32_t word) {
  h = (h ^ word) * 0x9E3779B97F4A7C15u;
  return h ^ h >> 29;
}

}  // namespace

std::uint32_t RdTable::index_of(RouteDistinguisher rd) {
  if (rds_.size() == limit && !indexes_.contains(rd)) throw std::length_error("more route distinguishers than 2^24");
  auto [at, added] = indexes_.try_emplace(rd, static_cast<std::uint32_t>(rds_.size()));
  if (added) rds_.push_back(rd);
  return at->second;
}

std::optional<std::uint32_t> RdTable::find(RouteDistinguisher rd) const {
  const auto at = indexes_.find(rd);
  if (at == indexes_.end()) return std::nullopt;
  return at->second;
}

RouteTable::RouteTable(Family family, AttributeTable& attributes, RdTable& rds)
    : family_(family),
      address_words_(octets_of(row_of(family).addresses) / 4),
      key_words_(address_words_ + 1),
      attributes_(attributes),
      rds_(rds),
      dests_(key_words_ + 1) {}

RouteTable::~RouteTable() {
  for (DestId dest = 0; dest != limit_; ++dest) {
    if (!in_use(dest)) continue;
    for (PathId p = first(dest); p != no_index; p = next(p)) {
      attributes_.release(path(p).received);
      attributes_.release(path(p).attributes);
    }
  }
}

// ---- keys: address words; prefix length with the index of the route distinguisher above it

RouteTable::Key RouteTable::make_key(const Prefix& prefix, std::uint32_t rd) const {
  Key key{};
  const std::uint8_t* octets = prefix.address().octets().data();
  for (std::size_t i = 0; i != address_words_; ++i) key[i] = load_word(octets + 4 * i);
  key[address_words_] = rd << length_bits | prefix.length();
  return key;
}

std::uint32_t RouteTable::hash_of(const std::uint32_t* key) const {
  std::uint64_t h = 0;
  for (std::size_t i = 0; i != key_words_; ++i) h = mix(h, key[i]);
  return static_cast<std::uint32_t>(h >> 32 ^ h);
}

Nlri RouteTable::nlri(DestId dest) const {
  const std::uint32_t* words = dests_.at(dest);
  const auto* octets = reinterpret_cast<const std::uint8_t*>(words);
  Nlri nlri;
  const std::uint32_t last = words[address_words_];
  nlri.prefix = Prefix::stored(ByteView(octets, address_words_ * 4), last & ((1u << length_bits) - 1));
  if (row_of(family_).vpn) nlri.rd = rds_[last >> length_bits];
  return nlri;
}

// ---- destinations

bool RouteTable::in_use(DestId dest) const { return dest < limit_ && *path_head(dest) != unused_head; }

DestId RouteTable::find(const Nlri& nlri) const {
  std::optional<std::uint32_t> rd = 0;
  if (row_of(family_).vpn) rd = rds_.find(nlri.rd);
  if (!rd) return no_index;
  const Key key = make_key(nlri.prefix, *rd);
  return find({key, hash_of(key.data())});
}

DestId RouteTable::find(const LookUp& look_up) const {
  const std::size_t octets = key_words_ * sizeof(std::uint32_t);
  return index_.find(look_up.hash,
                     [&](DestId dest) { return std::memcmp(dests_.at(dest), look_up.key.data(), octets) == 0; });
}

RouteTable::LookUp RouteTable::look_up(const Nlri& nlri) {
  const Key key = make_key(nlri.prefix, row_of(family_).vpn ? rds_.index_of(nlri.rd) : 0);
  const std::uint32_t hash = hash_of(key.data());
  index_.prefetch(hash);
  return {key, hash};
}

void RouteTable::load(const LookUp& look_up) const {
  if (const DestId dest = index_.candidate(look_up.hash); dest != IdIndex::none) __builtin_prefetch(dests_.at(dest));
}

DestId RouteTable::find_or_add(const Nlri& nlri) { return find_or_add(look_up(nlri)); }

DestId RouteTable::find_or_add(const LookUp& look_up) {
  const DestId found = find(look_up);
  return found != no_index ? found : add(look_up);
}

DestId RouteTable::add(const LookUp& look_up) {
  DestId dest = limit_;
  if (free_dests_.empty()) {
    dests_.reach(limit_++);
  } else {
    dest = free_dests_.back();
    free_dests_.pop_back();
  }
  std::copy_n(look_up.key.begin(), key_words_, dests_.at(dest));
  *path_head(dest) = no_index;
  index_.insert(look_up.hash, dest, hashes());
  ++live_;
  return dest;
}

void RouteTable::bury_if_empty(DestId dest) {
  if (*path_head(dest) == no_index) buried_.push_back({dest, journal_.head()});
}

std::size_t RouteTable::passed_graves(std::size_t most) {
  std::size_t count = 0;
  while (count != most && journal_.passed(buried_[count].dest, buried_[count].sequence)) ++count;
  return count;
}

// A few at a time, so that the memory of the next ones is on its way while one is taken out of the index.
void RouteTable::collect(std::size_t budget, const std::function<bool(DestId)>& held) {
  constexpr std::size_t at_once = 16;
  std::array<std::uint32_t, at_once> hashes;
  for (budget = std::min(budget, buried_.size()); budget != 0;) {
    const std::size_t count = passed_graves(std::min(budget, at_once));
    if (count == 0) return;
    budget -= count;
    for (std::size_t i = 0; i != count; ++i) __builtin_prefetch(dests_.at(buried_[i].dest));
    for (std::size_t i = 0; i != count; ++i) {
      hashes[i] = hash_of(dests_.at(buried_[i].dest));
      index_.prefetch(hashes[i]);
    }
    for (std::size_t i = 0; i != count; ++i) {
      const Buried buried = buried_.front();
      buried_.pop_front();
      // It may have got paths again since, or have been buried twice and freed already.
      if (!in_use(buried.dest) || *path_head(buried.dest) != no_index) continue;
      if (held(buried.dest)) {
        buried_.push_back(buried);
        continue;
      }
      free_dest(buried.dest, hashes[i]);
    }
  }
}

void RouteTable::free_dest(DestId dest, std::uint32_t hash) {
  index_.erase(hash, dest);
  *path_head(dest) = unused_head;
  free_dests_.push_back(dest);
  --live_;
}

// ---- paths

PathId RouteTable::best(DestId dest) const {
  const PathId head = first(dest);
  return head != no_index && path(head).has(PathFlag::best) ? head : no_index;
}

PathId RouteTable::find_path(DestId dest, PeerId source, std::uint32_t path_id) const {
  for (PathId p = first(dest); p != no_index; p = next(p))
    if (path(p).source == source && extra(p).path_id == path_id) return p;
  return no_index;
}

PathId RouteTable::new_path() {
  ++live_paths_;
  if (free_path_ != no_index) {
    const PathId path = free_path_;
    free_path_ = paths_.at(path)->next;
    *paths_.at(path) = Path{};
    return path;
  }
  paths_.reach(path_limit_);
  return path_limit_++;
}

void RouteTable::free_path(PathId path) {
  Path& freed = *paths_.at(path);
  attributes_.release(freed.received);
  attributes_.release(freed.attributes);
  freed = Path{};
  freed.next = free_path_;
  free_path_ = path;
  --live_paths_;
}

RouteTable::Upserted RouteTable::upsert(DestId dest, const PathUpdate& update) {
  PathId at = find_path(dest, update.source, update.path_id);
  const bool added = at == no_index;
  if (added) {
    at = new_path();
    paths_.at(at)->source = update.source;
    PathId* link = path_head(dest);
    while (*link != no_index) link = &paths_.at(*link)->next;
    *link = at;
  }
  Path& path = *paths_.at(at);
  const bool was_accepted = path.accepted();
  const bool relabelled = labels_.get(at) != update.label;
  const bool visible = path.attributes != update.attributes || (update.attributes != AttrId::none && relabelled);
  const bool stored = added || path.received != update.received || path.reason != update.reason || relabelled;
  best_altered_ |= visible && path.has(PathFlag::best);
  attributes_.release(path.received);
  attributes_.release(path.attributes);
  path.received = update.received;
  path.attributes = update.attributes;
  path.reason = update.reason;
  path.set(PathFlag::imported, update.imported);
  path.set(PathFlag::transport, update.transport);
  path.set(PathFlag::stale, false);
  labels_.set(at, update.label);
  path_ids_.set(at, update.path_id);
  return {at, added, visible ? Effect::visible : stored ? Effect::stored : Effect::none, was_accepted};
}

RouteTable::Erased RouteTable::erase(DestId dest, PeerId source, std::uint32_t path_id) {
  for (PathId* link = path_head(dest); *link != no_index; link = &paths_.at(*link)->next) {
    const PathId at = *link;
    if (path(at).source != source || extra(at).path_id != path_id) continue;
    const bool was_accepted = path(at).accepted();
    *link = next(at);
    best_erased_ |= path(at).has(PathFlag::best);
    free_path(at);
    return {true, was_accepted};
  }
  return {false, false};
}

void RouteTable::set_best(DestId dest, PathId path) {
  const BestPathChange change = count_change(best(dest), path);
  place_best(dest, path);
  if (observer_ != nullptr && observer_->listening && change != BestPathChange::none)
    observer_->best_changed(*this, owner_, dest, change);
}

void RouteTable::place_best(DestId dest, PathId path) {
  PathId* head = path_head(dest);
  if (*head != no_index) paths_.at(*head)->set(PathFlag::best, false);
  if (path == no_index) return;
  for (PathId* link = head; *link != path; link = &paths_.at(*link)->next)
    if (paths_.at(*link)->next == path) {
      paths_.at(*link)->next = next(path);
      paths_.at(path)->next = *head;
      *head = path;
      break;
    }
  paths_.at(path)->set(PathFlag::best, true);
}

BestPathChange RouteTable::count_change(PathId before, PathId after) {
  const bool was = before != no_index || std::exchange(best_erased_, false);
  const bool altered = std::exchange(best_altered_, false) || before != after;
  if (!was && after == no_index) return BestPathChange::none;
  if (!was) {
    ++changes_.added;
    return BestPathChange::added;
  }
  if (after == no_index) {
    ++changes_.withdrawn;
    return BestPathChange::withdrawn;
  }
  changes_.changed += altered;
  return altered ? BestPathChange::changed : BestPathChange::none;
}

void RouteTable::note(DestId dest) {
  journal_.note(dest, limit_);
  bury_if_empty(dest);
  request_work();
}

void RouteTable::request_work() {
  if (queued_ || queue_ == nullptr) return;
  queued_ = true;
  queue_->push_back(this);
}

std::size_t RouteTable::octets() const {
  return dests_.octets() + paths_.octets() + labels_.octets() + path_ids_.octets() + index_.octets();
}

}  // namespace vrfd
