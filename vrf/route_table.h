// A table of routes of one family: destinations, and for each the paths that lead there, one per source.
//
// One record of a path serves as Adj-RIB-In (what the source sent: `received`) and as Loc-RIB (what policy made of it:
// `attributes`), so a stored pre-policy route costs four octets. Per IPv4 route: key 8, path list 4, path 16, index
// about 7; where paths have labels or path identifiers 8 more. Attribute sets are shared (attribute_table.h).
//
// Invariants: a destination has at most one path per (source, path identifier); the best path, if any, is the first of
// the list and alone carries `PathFlag::best`; each change that a consumer could see is noted in the journal; an index
// is given out again only after every cursor has seen its destination without paths.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>

#include "vrf/attribute_table.h"
#include "vrf/id_index.h"
#include "vrf/journal.h"
#include "vrf/pool.h"
#include "vrf/types/family.h"
#include "vrf/types/nlri.h"
#include "vrf/types/reason.h"

namespace vrfd {

// Index of a destination of one table.
using DestId = std::uint32_t;
// Index of a path of one table.
using PathId = std::uint32_t;
inline constexpr std::uint32_t no_index = 0xFFFFFFFF;

enum class PathFlag : std::uint8_t {
  best = 1,
  // Kept while its source restarts or refreshes; still used.
  stale = 2,
  // Came from the VPN tables into a VRF; the path identifier then tells the route distinguisher (RdTable).
  imported = 4,
  // … or from a labelled table, without a path identifier: the kernel forwards by it, unicast peers are not told.
  transport = 8,
};

struct Path {
  PathId next = no_index;
  PeerId source;
  std::uint8_t flags = 0;
  // Why `attributes` is none; PathReason::none for an accepted path.
  PathReason reason = PathReason::none;
  AttrId received = AttrId::none;
  AttrId attributes = AttrId::none;

  bool has(PathFlag flag) const { return (flags & static_cast<std::uint8_t>(flag)) != 0; }
  void set(PathFlag flag, bool on) {
    const auto bit = static_cast<std::uint8_t>(flag);
    flags = static_cast<std::uint8_t>(on ? flags | bit : flags & ~bit);
  }
  bool accepted() const { return attributes != AttrId::none; }
};

struct PathExtra {
  Label label;
  std::uint32_t path_id = 0;
  bool operator==(const PathExtra&) const = default;
};

// Route distinguishers as small numbers, shared by the tables of a core; never forgotten (there are few). 0:0 is number
// 0, so that the path identifier of an imported path is never that of a path without one.
//
// The path identifier of an imported path is the index of its route distinguisher, and `limit` times a number by which
// paths of one source under one route distinguisher are told apart.
class RdTable {
 public:
  static constexpr std::uint32_t limit = 1u << 24;

  RdTable() { index_of(RouteDistinguisher{}); }
  std::uint32_t index_of(RouteDistinguisher rd);
  std::optional<std::uint32_t> find(RouteDistinguisher rd) const;
  // By its index, or by the path identifier of an imported path.
  RouteDistinguisher operator[](std::uint32_t index) const { return rds_[index % limit]; }
  // Indexes are 0 … size() - 1.
  std::uint32_t size() const { return static_cast<std::uint32_t>(rds_.size()); }

 private:
  std::unordered_map<RouteDistinguisher, std::uint32_t> indexes_;
  std::vector<RouteDistinguisher> rds_;
};

// What a source says of one destination, after its policy.
struct PathUpdate {
  PeerId source;
  std::uint32_t path_id = 0;
  Label label;
  AttrId received = AttrId::none;  // one reference each is taken over by the table
  AttrId attributes = AttrId::none;
  PathReason reason = PathReason::none;
  bool imported = false;
  bool transport = false;
};

// What became of the best path of a destination; `none`: nothing that anybody could see.
enum class BestPathChange : std::uint8_t { none, added, changed, withdrawn };

class RouteTable;

// Told of the changes of best paths while `listening`, from within the decision.
class BestPathObserver {
 public:
  virtual ~BestPathObserver() = default;
  // `owner` is the instance of the table.
  virtual void best_changed(const RouteTable& table, InstanceId owner, DestId dest, BestPathChange change) = 0;
  bool listening = false;
};

class RouteTable {
 public:
  RouteTable(Family family, AttributeTable& attributes, RdTable& rds);
  ~RouteTable();
  RouteTable(const RouteTable&) = delete;
  RouteTable& operator=(const RouteTable&) = delete;

  Family family() const { return family_; }
  AttributeTable& attributes() { return attributes_; }
  RdTable& rds() const { return rds_; }

  // Destinations: their number, and one more than the highest index.
  std::size_t size() const { return live_; }
  DestId limit() const { return limit_; }

  // `no_index` where there is none.
  DestId find(const Nlri& nlri) const;
  DestId find_or_add(const Nlri& nlri);
  // The same in stages, for many at a time: what the next stage will touch is on its way into the cache meanwhile.
  struct LookUp;
  LookUp look_up(const Nlri& nlri);
  void load(const LookUp& look_up) const;
  DestId find_or_add(const LookUp& look_up);
  // `dest` stands for a destination, though possibly without paths.
  bool in_use(DestId dest) const;
  Nlri nlri(DestId dest) const;

  PathId first(DestId dest) const { return *path_head(dest); }
  PathId next(PathId path) const { return paths_.at(path)->next; }
  const Path& path(PathId path) const { return *paths_.at(path); }
  PathExtra extra(PathId path) const { return {labels_.get(path), path_ids_.get(path)}; }
  // The best path, `no_index` if none is eligible.
  PathId best(DestId dest) const;
  PathId find_path(DestId dest, PeerId source, std::uint32_t path_id) const;
  std::size_t path_count() const { return live_paths_; }

  enum class Effect : std::uint8_t { none, stored, visible };
  struct Upserted {
    PathId path;
    bool added;
    Effect effect;      // visible: consumers could see a difference, so the decision must be taken again
    bool was_accepted;  // of the path that it replaced
  };
  // Adds or replaces the path of the update's source and path identifier.
  Upserted upsert(DestId dest, const PathUpdate& update);
  struct Erased {
    bool found;
    bool was_accepted;
  };
  // Removes it. The destination itself stays until `collect`.
  Erased erase(DestId dest, PeerId source, std::uint32_t path_id);
  void set_flag(PathId path, PathFlag flag, bool on) { paths_.at(path)->set(flag, on); }

  // Best paths that came, became others, and went, since the table's beginning.
  struct Changes {
    std::uint64_t added = 0;
    std::uint64_t changed = 0;
    std::uint64_t withdrawn = 0;
  };
  const Changes& changes() const { return changes_; }
  void set_observer(BestPathObserver* observer, InstanceId owner) {
    observer_ = observer;
    owner_ = owner;
  }

  // Makes `path` (of `dest`) the best one; `no_index` leaves none best. The decision calls this, after each visible
  // change and for one destination at a time.
  void set_best(DestId dest, PathId path);
  // Consumers shall look at `dest`.
  void note(DestId dest);
  Journal& journal() { return journal_; }
  const Journal& journal() const { return journal_; }

  // Frees destinations without paths that every cursor has passed and nobody holds; looks at `budget` of them at most.
  void collect(std::size_t budget, const std::function<bool(DestId)>& held);
  // Where the table enters itself, once, when something was noted; whoever works it off calls `worked_off`.
  void set_queue(std::vector<RouteTable*>* queue) { queue_ = queue; }
  void request_work();
  void worked_off() { queued_ = false; }
  std::size_t octets() const;
  // Numbers for those who follow the table: 1, 2, …
  std::uint64_t issue_group_number() { return ++last_group_; }

 private:
  static constexpr std::size_t max_key_words = 5;
  using Key = std::array<std::uint32_t, max_key_words>;

  Key make_key(const Prefix& prefix, std::uint32_t rd) const;
  std::uint32_t hash_of(const std::uint32_t* key) const;
  auto hashes() const {
    return [this](DestId dest) { return hash_of(dests_.at(dest)); };
  }
  DestId find(const LookUp& look_up) const;
  DestId add(const LookUp& look_up);
  // Of the front of `buried_`, those that every cursor has passed, at most `most`.
  std::size_t passed_graves(std::size_t most);
  PathId* path_head(DestId dest) { return dests_.at(dest) + key_words_; }
  const PathId* path_head(DestId dest) const { return dests_.at(dest) + key_words_; }
  PathId new_path();
  void free_path(PathId path);
  void bury_if_empty(DestId dest);
  void free_dest(DestId dest, std::uint32_t hash);
  BestPathChange count_change(PathId before, PathId after);
  void place_best(DestId dest, PathId path);

  Family family_;
  std::size_t address_words_;
  std::size_t key_words_;
  AttributeTable& attributes_;
  RdTable& rds_;

  Chunked<std::uint32_t> dests_;  // key words, then the head of the path list
  Chunked<Path> paths_;
  // By PathId; memory for those chunks only that have any.
  PerDestination<Label> labels_;
  PerDestination<std::uint32_t> path_ids_;
  IdIndex index_;
  std::vector<DestId> free_dests_;
  DestId limit_ = 0;
  std::size_t live_ = 0;
  PathId free_path_ = no_index;  // list through Path::next
  PathId path_limit_ = 0;
  std::size_t live_paths_ = 0;

  // Destinations without paths, with the journal's head when they lost the last one.
  struct Buried {
    DestId dest;
    std::uint64_t sequence;
  };
  std::deque<Buried> buried_;
  Journal journal_;
  std::uint64_t last_group_ = 0;
  Changes changes_;
  BestPathObserver* observer_ = nullptr;
  InstanceId owner_;
  // What upsert() and erase() did to a best path since the last decision.
  bool best_erased_ = false;
  bool best_altered_ = false;
  std::vector<RouteTable*>* queue_ = nullptr;
  bool queued_ = false;
};

struct RouteTable::LookUp {
  Key key;
  std::uint32_t hash;
};

}  // namespace vrfd
