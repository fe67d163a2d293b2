// The second stage of an update group: its members, and what each of them is sent next.
#include <algorithm>
#include <tuple>

#include "vrf/update_group.h"

namespace vrfd {

namespace {

// Neighbours of the same words, by their indexes.
struct Run {
  OutRoute words;
  std::size_t first;
  std::size_t last;
};

std::vector<Run> runs_of(const std::vector<OutRoute>& routes) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i != routes.size(); ++i) {
    if (runs.empty() || !same_words(runs.back().words, routes[i])) runs.push_back({routes[i], i, i});
    ++runs.back().last;
  }
  return runs;
}

bool comes_before(const Run& a, const Run& b) {
  return std::tie(a.words.attributes, a.words.reflected_from, a.first) <
         std::tie(b.words.attributes, b.words.reflected_from, b.first);
}

// Each destination once, from `first` on, where all have the same words.
void make_unique(std::vector<OutRoute>& routes, std::size_t first) {
  const auto begin = routes.begin() + static_cast<std::ptrdiff_t>(first);
  const auto not_ascending = [](const OutRoute& a, const OutRoute& b) { return a.dest >= b.dest; };
  if (std::adjacent_find(begin, routes.end(), not_ascending) == routes.end()) return;
  std::sort(begin, routes.end(), [](const OutRoute& a, const OutRoute& b) { return a.dest < b.dest; });
  const auto same = [](const OutRoute& a, const OutRoute& b) { return a.dest == b.dest; };
  routes.erase(std::unique(begin, routes.end(), same), routes.end());
}

// Routes of the same words together, withdrawals last. As they come they mostly stand in runs already, so runs are
// sorted and not routes.
void bring_together(std::vector<OutRoute>& routes) {
  std::vector<Run> runs = runs_of(routes);
  std::sort(runs.begin(), runs.end(), comes_before);
  std::vector<OutRoute> ordered;
  ordered.reserve(routes.size());
  for (auto run = runs.begin(); run != runs.end();) {
    const std::size_t begun = ordered.size();
    const OutRoute words = run->words;
    for (; run != runs.end() && same_words(run->words, words); ++run)
      ordered.insert(ordered.end(), routes.begin() + static_cast<std::ptrdiff_t>(run->first),
                     routes.begin() + static_cast<std::ptrdiff_t>(run->last));
    make_unique(ordered, begun);
  }
  routes = std::move(ordered);
}

}  // namespace

UpdateGroup::Stream& UpdateGroup::add_stream() {
  streams_.push_back(std::make_unique<Stream>());
  streams_.back()->cursor.attach(journal_);
  return *streams_.back();
}

void UpdateGroup::join(PeerId member) { start_sync({member, SyncKind::initial, false}, true); }

// Members that start before the walk of an earlier one has begun share it. One that was behind still has to be told of
// withdrawals, so it starts as one that fell behind.
void UpdateGroup::start_sync(Member member, bool was_told) {
  if (was_told) {
    for (const auto& stream : streams_)
      if (stream->cursor.at_start() && stream->syncing && !stream->cursor.fell_behind()) {
        stream->members.push_back(member);
        return;
      }
  }
  Stream& stream = add_stream();
  if (was_told)
    stream.cursor.rewind();
  else
    stream.cursor.rewind_behind();
  stream.syncing = true;
  stream.members.push_back(member);
}

void UpdateGroup::leave(PeerId member) { take(member); }

// Takes `member` out of its stream, and the stream away if that leaves it empty.
UpdateGroup::Member UpdateGroup::take(PeerId member) {
  for (auto at = streams_.begin(); at != streams_.end(); ++at) {
    auto& members = (*at)->members;
    const auto found = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.peer == member; });
    if (found == members.end()) continue;
    const Member taken = *found;
    members.erase(found);
    if (members.empty()) streams_.erase(at);
    return taken;
  }
  return {member, std::nullopt, false};
}

const UpdateGroup::Stream* UpdateGroup::stream_of(PeerId member) const {
  for (const auto& stream : streams_)
    for (const Member& m : stream->members)
      if (m.peer == member) return stream.get();
  return nullptr;
}

UpdateGroup::Stream* UpdateGroup::stream_of(PeerId member) {
  return const_cast<Stream*>(std::as_const(*this).stream_of(member));
}

bool UpdateGroup::has_member(PeerId member) const { return stream_of(member) != nullptr; }

std::size_t UpdateGroup::member_count() const {
  std::size_t count = 0;
  for (const auto& stream : streams_) count += stream->members.size();
  return count;
}

std::vector<PeerId> UpdateGroup::members() const {
  std::vector<PeerId> peers;
  for (const auto& stream : streams_)
    for (const Member& m : stream->members) peers.push_back(m.peer);
  return peers;
}

void UpdateGroup::refresh(PeerId member, SyncKind kind) {
  const bool was_told = told(member);
  const Member before = take(member);
  // A first synchronisation that was under way still owes its End-of-RIB.
  start_sync({member, before.sync == SyncKind::initial ? SyncKind::initial : kind, false}, was_told);
}

bool UpdateGroup::told(PeerId member) const {
  const Stream* stream = stream_of(member);
  return stream == nullptr || idle(*stream);
}

std::uint64_t UpdateGroup::lag(PeerId member) const {
  const Stream* stream = stream_of(member);
  return stream == nullptr ? 0 : stream->cursor.lag(limit());
}

// Moves those members that are not ready into a stream of their own at the same place.
void UpdateGroup::leave_behind(Stream& stream, const std::function<bool(PeerId)>& ready) {
  const auto waiting = std::stable_partition(stream.members.begin(), stream.members.end(),
                                             [&](const Member& m) { return ready(m.peer); });
  if (waiting == stream.members.end() || waiting == stream.members.begin()) return;
  Stream& behind = add_stream();
  behind.cursor.follow(stream.cursor);
  behind.syncing = stream.syncing;
  behind.members.assign(waiting, stream.members.end());
  stream.members.erase(waiting, stream.members.end());
}

bool UpdateGroup::next_batch(const std::function<bool(PeerId)>& ready, std::size_t budget, OutBatch& batch) {
  for (std::size_t tries = streams_.size(); tries != 0; --tries) {
    next_stream_ = next_stream_ + 1 < streams_.size() ? next_stream_ + 1 : 0;
    Stream& stream = *streams_[next_stream_];
    if (idle(stream)) continue;
    leave_behind(stream, ready);
    if (!ready(stream.members.front().peer)) continue;
    if (fill(stream, budget, batch)) {
      merge_streams();
      return true;
    }
  }
  return false;
}

void UpdateGroup::begin(Stream& stream, OutBatch& batch) {
  for (Member& member : stream.members) {
    batch.members.push_back(member.peer);
    if (member.sync == SyncKind::enhanced_refresh && !member.begun) batch.begin_refresh.push_back(member.peer);
    member.begun = true;
  }
}

// The end markers follow when the group has looked at the whole table and the members have been told of it.
void UpdateGroup::end(Stream& stream, OutBatch& batch) {
  if (!stream.syncing || !evaluated() || !stream.cursor.at_end(limit())) return;
  stream.syncing = false;
  for (Member& member : stream.members) {
    if (member.sync == SyncKind::initial) batch.end_of_rib.push_back(member.peer);
    if (member.sync == SyncKind::enhanced_refresh) batch.end_of_refresh.push_back(member.peer);
    member.sync.reset();
  }
}

bool UpdateGroup::fill(Stream& stream, std::size_t budget, OutBatch& batch) {
  batch = {};
  begin(stream, batch);
  for (; budget != 0; --budget) {
    const bool with_withdrawals = !stream.cursor.walking(limit()) || stream.cursor.fell_behind();
    const DestId dest = stream.cursor.next(limit());
    if (dest == Journal::end) break;
    add_route(dest, with_withdrawals, batch);
  }
  end(stream, batch);
  const auto& routes = batch.routes;
  bring_together(batch.routes);
  return !routes.empty() || !batch.begin_refresh.empty() || !batch.end_of_rib.empty() || !batch.end_of_refresh.empty();
}

void UpdateGroup::add_route(DestId dest, bool with_withdrawals, OutBatch& batch) const {
  const OutRoute route = announced(dest);
  if (route.attributes == AttrId::none && (!with_withdrawals || !table_.in_use(dest))) return;
  batch.routes.push_back(route);
}

// Streams at the same place become one, so that their members share encodings again.
void UpdateGroup::merge_streams() {
  for (std::size_t i = 0; i < streams_.size(); ++i)
    for (std::size_t j = i + 1; j < streams_.size();) {
      Stream& into = *streams_[i];
      Stream& from = *streams_[j];
      if (!into.cursor.same_place(from.cursor) || into.syncing != from.syncing) {
        ++j;
        continue;
      }
      into.members.insert(into.members.end(), from.members.begin(), from.members.end());
      streams_.erase(streams_.begin() + static_cast<std::ptrdiff_t>(j));
    }
}

}  // namespace vrfd
