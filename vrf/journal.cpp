#include "vrf/journal.h"

#include <algorithm>

namespace vrfd {

namespace {
// Reads between two looks at what all cursors have passed.
constexpr unsigned trim_interval = 256;
// A journal may always be this long, however small the table.
constexpr std::size_t spare_notes = 4096;
}  // namespace

Journal::~Journal() {
  for (Cursor* cursor : cursors_) cursor->journal_ = nullptr;
}

void Journal::note(std::uint32_t index, std::uint32_t limit) {
  if (cursors_.empty() || newest_is_unread(index)) return;
  noted_.push_back(index);
  if (noted_.size() <= limit + spare_notes) return;
  for (Cursor* cursor : cursors_)
    if (head() - cursor->position_ > limit / 2) cursor->rewind_behind();
  trim();
}

// The newest note is of the same index, and nobody has read it yet: it serves for this change, too.
bool Journal::newest_is_unread(std::uint32_t index) const {
  return !noted_.empty() && noted_.back() == index &&
         std::none_of(cursors_.begin(), cursors_.end(), [&](const Cursor* c) { return c->position_ == head(); });
}

bool Journal::passed(std::uint32_t index, std::uint64_t sequence) const {
  return std::all_of(cursors_.begin(), cursors_.end(), [&](const Cursor* c) {
    return c->position_ >= sequence && (c->walk_ == end || c->walk_ > index);
  });
}

void Journal::trim() {
  std::uint64_t lowest = head();
  for (const Cursor* cursor : cursors_) lowest = std::min(lowest, cursor->position_);
  while (first_ < lowest) {
    noted_.pop_front();
    ++first_;
  }
}

void Journal::Cursor::attach(Journal& journal) {
  detach();
  journal_ = &journal;
  journal.cursors_.push_back(this);
  position_ = journal.head();
  walk_ = end;
}

void Journal::Cursor::detach() {
  if (journal_ == nullptr) return;
  std::erase(journal_->cursors_, this);
  journal_->trim();
  journal_ = nullptr;
}

void Journal::Cursor::rewind() {
  position_ = journal_->head();
  walk_ = 0;
}

void Journal::Cursor::rewind_behind() {
  rewind();
  fell_behind_ = true;
}

void Journal::Cursor::follow(const Cursor& other) {
  attach(*other.journal_);
  position_ = other.position_;
  walk_ = other.walk_;
  fell_behind_ = other.fell_behind_;
}

std::uint32_t Journal::Cursor::next(std::uint32_t limit) {
  if (walk_ != end) {
    if (walk_ < limit) return walk_++;
    walk_ = end;
    fell_behind_ = false;
  }
  if (position_ == journal_->head()) return end;
  const std::uint32_t index = journal_->noted_[position_ - journal_->first_];
  ++position_;
  if (position_ == journal_->head() || ++journal_->reads_ % trim_interval == 0) journal_->trim();
  return index;
}

bool Journal::Cursor::at_end(std::uint32_t limit) const {
  return (walk_ == end || walk_ >= limit) && position_ == journal_->head();
}

std::uint64_t Journal::Cursor::lag(std::uint32_t limit) const {
  const std::uint64_t walking = walk_ != end && walk_ < limit ? limit - walk_ : 0;
  return walking + (journal_->head() - position_);
}

}  // namespace vrfd
