// One journal, many cursors: what makes "tell everybody what changed" a single mechanism.
//
// A table notes in its journal each destination that changed. A consumer (an update group, the VPN importer, a FIB)
// holds a cursor and looks at the destinations it has not seen yet, as they are now. Nothing is queued per consumer:
// ten changes while nobody looked are visits to one present state, a late consumer costs nothing to the others.
//
// First synchronisation, refresh and resynchronisation are `rewind`: the cursor walks all indexes 0 … `limit` in
// order and goes on with what was noted since. When a cursor falls so far behind that the journal would outgrow the
// table, it is rewound; so the journal is bounded by the table.
//
// A destination that was removed must keep its index until every cursor has seen that it is gone (`passed`).
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

namespace vrfd {

class Journal {
 public:
  static constexpr std::uint32_t end = 0xFFFFFFFF;

  class Cursor {
   public:
    Cursor() = default;
    ~Cursor() { detach(); }
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;

    // Starts at the journal's head: sees only what changes from now on.
    void attach(Journal& journal);
    void detach();
    bool attached() const { return journal_ != nullptr; }
    // Sees everything once more.
    void rewind();
    // As rewind(), forgetting what was noted and not seen: see fell_behind().
    void rewind_behind();
    // Sees what `other` has yet to see.
    void follow(const Cursor& other);
    // The next index to look at; `end` if there is none now. `limit` is the table's number of indexes.
    std::uint32_t next(std::uint32_t limit);
    bool at_end(std::uint32_t limit) const;
    // A walk over all indexes is under way.
    bool walking(std::uint32_t limit) const { return walk_ < limit; }
    // The journal had to rewind this cursor since the last walk ended: what was noted and not yet seen is forgotten,
    // so whoever mirrors the table must also be told of indexes with nothing at them.
    bool fell_behind() const { return fell_behind_; }
    // A walk is about to begin, with nothing noted since it was asked for.
    bool at_start() const { return walk_ == 0 && position_ == journal_->head(); }
    // Both have the same things ahead of them.
    bool same_place(const Cursor& other) const {
      return position_ == other.position_ && walk_ == other.walk_ && fell_behind_ == other.fell_behind_;
    }
    // Indexes ahead: those of the walk and those noted since.
    std::uint64_t lag(std::uint32_t limit) const;

   private:
    friend class Journal;
    Journal* journal_ = nullptr;
    std::uint64_t position_ = 0;
    std::uint32_t walk_ = end;  // the next index of a walk; `end` when none is under way
    bool fell_behind_ = false;
  };

  ~Journal();

  // Notes that `index` changed. `limit` bounds the journal's length.
  void note(std::uint32_t index, std::uint32_t limit);
  // A number that grows with each note.
  std::uint64_t head() const { return first_ + noted_.size(); }
  // Every cursor has seen `index` as it was when head() was `sequence`.
  bool passed(std::uint32_t index, std::uint64_t sequence) const;
  bool empty() const { return noted_.empty(); }

 private:
  bool newest_is_unread(std::uint32_t index) const;
  void trim();

  std::deque<std::uint32_t> noted_;
  std::uint64_t first_ = 0;  // the number of noted_.front()
  std::vector<Cursor*> cursors_;
  unsigned reads_ = 0;
};

}  // namespace vrfd
