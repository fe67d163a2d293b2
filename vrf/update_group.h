// Peers that are sent the same routes (Adj-RIB-Out, RFC 4271, 3.2), and how far each has been told.
//
// Two stages. `evaluate` follows the route table by a cursor, applies the export rules to each destination's best path
// and keeps what the group announces; what differs goes into the group's own journal. `next_batch` follows that journal
// for the members: those at the same place share a stream, so a batch is encoded once for all of them. A member whose
// socket is full is left behind in a stream of its own and holds nobody back; when it catches up it gets the present
// state, not the history. A new member, and one that asks for a refresh, is a stream that starts from the beginning.
//
// A route does not go back to the peer it came from: a batch names the source of each route, and `withdraw_from` where
// that peer must lose what it was sent before. Cost: 8 octets per destination and group, 4 more for labels.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "vrf/journal.h"
#include "vrf/pool.h"
#include "vrf/route_export.h"
#include "vrf/route_table.h"

namespace vrfd {

// One destination of a batch. `attributes` none is a withdrawal.
struct OutRoute {
  DestId dest = no_index;
  AttrId attributes = AttrId::none;
  Label label;
  PeerId source;
  // `source` is a member that was sent another path before.
  bool withdraw_from_source = false;
  // Of a route that is reflected, the router id that it is reflected from; else 0.
  std::uint32_t reflected_from = 0;
};

// Routes that are told in the same words, so that one UPDATE can hold both.
inline bool same_words(const OutRoute& a, const OutRoute& b) {
  return a.attributes == b.attributes && a.reflected_from == b.reflected_from;
}

enum class SyncKind : std::uint8_t {
  initial,           // a new session: ends with End-of-RIB
  refresh,           // the peer asked (RFC 2918)
  enhanced_refresh,  // … between BoRR and EoRR (RFC 7313)
};

// What the members of one stream are to be sent, in this order: BoRR to `begin_refresh`, the routes to `members`, then
// End-of-RIB and EoRR.
struct OutBatch {
  std::vector<PeerId> members;
  std::vector<PeerId> begin_refresh;
  std::vector<OutRoute> routes;  // those of the same words together, withdrawals last
  std::vector<PeerId> end_of_rib;
  std::vector<PeerId> end_of_refresh;
};

class SwapLabels;

class UpdateGroup {
 public:
  // `labels` gives out those that rules with label swap ask for; without it such routes stay here.
  UpdateGroup(RouteTable& table, const SourceTable& sources, ExportRules rules, SwapLabels* labels = nullptr);
  ~UpdateGroup();
  UpdateGroup(const UpdateGroup&) = delete;
  UpdateGroup& operator=(const UpdateGroup&) = delete;

  // Of the groups of one table; never given twice.
  std::uint64_t number() const { return number_; }
  RouteTable& table() { return table_; }
  const ExportRules& rules() const { return rules_; }

  // Applies other rules to everything, announcing only differences (`refresh … export`).
  void set_rules(ExportRules rules);
  // A group of `members` that has announced what this one has, with other rules; they leave this one.
  std::unique_ptr<UpdateGroup> split(const std::vector<PeerId>& members, ExportRules rules);
  // Evaluated, and every member told: two such groups with equal rules announce the same.
  bool settled() const;
  // Takes over the members of `other`; both are settled, on the same table and with equal rules.
  void absorb(UpdateGroup& other);

  // Looks at up to `budget` destinations that changed; true when it has caught up with the table.
  bool evaluate(std::size_t budget);
  bool evaluated() const { return cursor_.at_end(table_.limit()); }
  // Destinations that it has yet to look at.
  std::uint64_t behind() const { return cursor_.lag(table_.limit()); }

  void join(PeerId member);
  void leave(PeerId member);
  bool has_member(PeerId member) const;
  std::size_t member_count() const;
  std::vector<PeerId> members() const;
  // The member wants everything again.
  void refresh(PeerId member, SyncKind kind);

  // The next batch for members that are `ready`, of up to `budget` routes; false if there is nothing to send.
  bool next_batch(const std::function<bool(PeerId)>& ready, std::size_t budget, OutBatch& batch);
  // Everything that was announced so far has been given out to `member`.
  bool told(PeerId member) const;
  // Indexes that `member` has not been told of yet.
  std::uint64_t lag(PeerId member) const;

  // What the group announces for `dest`; not to `source` of it.
  OutRoute announced(DestId dest) const;
  std::uint64_t advertised(PeerId member) const;
  // The index of `dest` must not be given out again: a member has yet to be told of its withdrawal.
  bool holds(DestId dest);

  // Since the last set_rules().
  struct Outcome {
    std::uint64_t examined = 0;  // routes that could go out, or had
    std::uint64_t accepted = 0;
    std::uint64_t announced = 0;
    std::uint64_t withdrawn = 0;
  };
  const Outcome& outcome() const { return outcome_; }
  // What evaluating everything under other rules would do, as far as it has come.
  struct Preview {
    DestId next = 0;
    Outcome outcome{};
  };
  // Goes on with it for at most `budget` destinations; true when it is done. Announces nothing.
  bool preview(const ExportRules& rules, std::size_t budget, Preview& so_far);

 private:
  struct Entry {
    AttrId attributes = AttrId::none;
    PeerId source;
    bool withdraw_from_source : 1 = false;
    bool reflected : 1 = false;
    bool other_cluster : 1 = false;  // it was told with a cluster id that is not ours any more
    // Members have been told of it what they would be told of `other`. What is reflected from elsewhere is not the
    // same.
    bool same_words(const Entry& other) const {
      return attributes == other.attributes && reflected == other.reflected && !other_cluster &&
             (!reflected || source == other.source);
    }
  };
  static_assert(sizeof(Entry) == 8);
  struct Member {
    PeerId peer;
    // Under way, or about to begin.
    std::optional<SyncKind> sync;
    bool begun = false;
  };
  struct Stream {
    Journal::Cursor cursor;
    std::vector<Member> members;
    bool syncing = false;  // the members' end markers have not been sent
  };

  void evaluate_one(DestId dest);
  void preview_one(const ExportRules& rules, DestId dest, RouteExport& trial, Outcome& outcome);
  PathId announceable(const ExportRules& rules, DestId dest) const;
  bool needs_label(const Path& path, Label label) const;
  // Where the rules make up a default route: its destination, which stays as long as they do.
  void place_default();
  bool is_made_up(DestId dest) const { return dest == default_ && rules_.default_originate; }
  // Everything has been told with this cluster id: what is reflected is to be told again if ours is another one.
  void mark_clusters(std::uint32_t told_with);
  std::uint32_t reflected_from(const Entry& entry) const;
  void replace(DestId dest, Entry entry, Label label);
  bool source_holds_another(DestId dest, const Entry& before, PeerId source) const;
  void count_label(Label before, Label after);
  void count(const Entry& before, const Entry& after);

  Stream* stream_of(PeerId member);
  const Stream* stream_of(PeerId member) const;
  Member take(PeerId member);
  Stream& add_stream();
  void start_sync(Member member, bool was_told);
  void leave_behind(Stream& stream, const std::function<bool(PeerId)>& ready);
  bool idle(const Stream& stream) const { return stream.cursor.at_end(limit()) && !stream.syncing; }
  bool fill(Stream& stream, std::size_t budget, OutBatch& batch);
  void begin(Stream& stream, OutBatch& batch);
  void end(Stream& stream, OutBatch& batch);
  void add_route(DestId dest, bool with_withdrawals, OutBatch& batch) const;
  void merge_streams();
  std::uint32_t limit() const { return table_.limit(); }

  std::uint64_t number_;
  RouteTable& table_;
  const SourceTable& sources_;
  SwapLabels* swap_labels_;
  ExportRules rules_;
  Journal::Cursor cursor_;
  PerDestination<Entry> entries_;
  PerDestination<Label> labels_;
  std::uint64_t announced_count_ = 0;
  std::unordered_map<PeerId, std::uint64_t> announced_from_;
  Journal journal_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::size_t next_stream_ = 0;
  // Withdrawn destinations, with the journal's head when they were.
  std::unordered_map<DestId, std::uint64_t> withdrawn_;
  RouteExport export_;
  Outcome outcome_;
  DestId default_ = no_index;
};

}  // namespace vrfd
