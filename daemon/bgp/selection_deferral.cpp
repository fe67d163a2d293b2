#include "daemon/bgp/selection_deferral.h"

#include <algorithm>

namespace vrfd::bgp {

namespace {

bool is_quiet(const ExpectedTable& table, TimePoint now) {
  return table.established && now - table.last_heard >= SelectionDeferral::quiet_time;
}

bool is_whole(const ExpectedTable& table, TimePoint now) {
  return table.established && (table.end_of_rib || (!table.says_end_of_rib && is_quiet(table, now)));
}

}  // namespace

void SelectionDeferral::begin(TimePoint deadline) {
  selecting_ = relearning_ = true;
  timed_out_ = false;
  deadline_ = deadline;
}

bool SelectionDeferral::look(const std::vector<ExpectedTable>& tables, TimePoint now) {
  if (!relearning_) return false;
  const auto whole = [&](const ExpectedTable& table) { return is_whole(table, now); };
  const auto whole_or_waits_too = [&](const ExpectedTable& table) {
    return is_whole(table, now) || (table.restarting && is_quiet(table, now));
  };
  const bool late = now >= deadline_;
  const bool all = std::all_of(tables.begin(), tables.end(), whole);
  timed_out_ = late && !all;
  const bool was_selecting = selecting_;
  selecting_ = selecting_ && !late && !std::all_of(tables.begin(), tables.end(), whole_or_waits_too);
  relearning_ = !late && !all;
  return was_selecting != selecting_ || !relearning_;
}

}  // namespace vrfd::bgp
