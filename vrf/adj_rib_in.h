// What one peer announced in one family, and what became of it (Adj-RIB-In, RFC 4271, 3.2).
//
// The paths themselves are in the route table; here is which destinations they are at (one bit each), the rules that
// judge them, and the counters. Judging a route is: loop checks, then the import policy in force. Both depend on the
// attribute set alone unless the policy looks at the prefix, so an UPDATE is judged once.
//
// `refresh … import` is `start_reevaluation` and `step` until it is done: every stored route is judged again, and only
// those with another outcome change the table. An enhanced refresh (RFC 7313) or a restart marks what is there stale;
// what the peer does not announce again is swept.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "vrf/decision.h"
#include "vrf/import_rules.h"
#include "vrf/index_set.h"
#include "vrf/route_table.h"

namespace vrfd {

class AdjRibIn {
 public:
  struct Counts {
    std::uint64_t received = 0;
    std::uint64_t accepted = 0;
    std::uint64_t rejected() const { return received - accepted; }
  };
  // Of one re-evaluation.
  struct Outcome {
    std::uint64_t examined = 0;
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    std::uint64_t changed = 0;
    std::uint64_t unchanged = 0;
  };

  // `owner` is the instance of the table.
  AdjRibIn(PeerId peer, InstanceId owner, RouteTable& table, Decision& decision, ImportRules rules);

  // The routes of one UPDATE; `received` is borrowed.
  void announce(std::span<const AnnouncedNlri> routes, AttrId received);
  void withdraw(std::span<const AnnouncedNlri> routes);

  const ImportRules& rules() const { return rules_; }
  // New routes are judged by these from now on; stored ones when they are re-evaluated.
  void set_rules(ImportRules rules);
  RouteTable& table() const { return table_; }
  const Counts& counts() const { return counts_; }
  bool has(DestId dest) const { return dests_.has(dest); }
  // The first destination at or after `dest` that the peer has a route for; IndexSet::end if none.
  DestId next(DestId dest) const { return dests_.next(dest); }

  // Judges stored routes again, at most `budget` of them; true when it is done.
  void start_reevaluation();
  bool reevaluating() const { return reevaluation_ != IndexSet::end; }
  bool step_reevaluation(std::size_t budget);
  const Outcome& outcome() const { return outcome_; }
  // What a re-evaluation under other rules would do, as far as it has come.
  struct Preview {
    DestId next = 0;
    Outcome outcome{};
  };
  // Goes on with it for at most `budget` destinations; true when it is done. Changes nothing.
  bool preview(const ImportRules& rules, std::size_t budget, Preview& so_far);

  void mark_stale();
  bool has_stale() const { return !stale_.empty(); }
  // Removes what is still stale, at most `budget` routes; true when nothing stale is left.
  bool sweep_stale(std::size_t budget);
  // Removes everything, at most `budget` routes; true when nothing is left.
  bool clear(std::size_t budget);

  // Which policy term, or check, rejected `path` of `dest`: "from-ce term 2".
  std::string rejection_text(DestId dest, const Path& path) const;

 private:
  struct Judgement {
    AttrId attributes = AttrId::none;  // with a reference
    PathReason reason = PathReason::none;
  };

  // What the rules make of `received` before policy, with a reference.
  AttrId prepared(AttrId received, const ImportRules& rules) const;
  Judgement judge(AttrId received, const Nlri& nlri, const ImportRules& rules) const;
  void announce(const AnnouncedNlri& route, const RouteTable::LookUp& look_up, AttrId received);
  // As judge(), remembering the last set where the prefix does not matter.
  Judgement judge_next(AttrId received, const Nlri& nlri);
  // Of a path that is stale for long; takes over the judgement's reference.
  Judgement depreferenced(const Judgement& judgement, AttrId received) const;
  void forget_last();
  void store(DestId dest, const AnnouncedNlri& route, AttrId received, const Judgement& judgement);
  bool remove(DestId dest, std::uint32_t path_id);
  std::size_t remove_all_at(DestId dest);
  void reevaluate(DestId dest);
  PolicyContext context(const Nlri& nlri, const ImportRules& rules) const;

  PeerId peer_;
  InstanceId owner_;
  RouteTable& table_;
  Decision& decision_;
  ImportRules rules_;
  IndexSet dests_;
  IndexSet stale_;
  Counts counts_;
  DestId reevaluation_ = IndexSet::end;  // the next destination to look at
  Outcome outcome_;
  AttributesRef last_received_;
  AttributesRef last_attributes_;
  PathReason last_reason_ = PathReason::none;
};

}  // namespace vrfd
