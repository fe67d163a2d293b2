// What the manual page says of values, held to the tables that they come from.
#include "cli/man_page.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

#include "daemon/bgp/session_event.h"
#include "daemon/bgp/stale_routes.h"
#include "daemon/bgp/wire/capability_table.h"
#include "daemon/protocol/answer_values.h"
#include "daemon/router/limit_watch.h"
#include "vrf/fib.h"
#include "vrf/types/reason.h"

using namespace vrfd;

namespace {

using Words = std::set<std::string, std::less<>>;

Words documented(std::string_view answer, std::string_view key) {
  Words words;
  for (const protocol::AnswerValueRow& row : protocol::answer_values) {
    if (row.answer != answer || row.key != key) continue;
    std::istringstream in{std::string(row.words)};
    for (std::string word; in >> word;) words.insert(word);
  }
  return words;
}

template <class Enum>
Words names_up_to(Enum last) {
  Words names;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i) names.emplace(name_of(static_cast<Enum>(i)));
  return names;
}

}  // namespace

TEST_CASE("man_page: the words of answers are those of the tables") {
  Words states(bgp::session_state_names.begin(), bgp::session_state_names.end());
  states.insert("shutdown");
  CHECK(documented("show bgp peer", "state") == states);
  Words capabilities;
  for (const bgp::CapabilityRow& row : bgp::capability_rows()) capabilities.emplace(row.name);
  CHECK(documented("show bgp peer", "capabilities") == capabilities);
  CHECK(documented("show bgp peer", "families.limit_state") == names_up_to(LimitState::over));
  CHECK(documented("show vpn-instance", "limit_state") == names_up_to(LimitState::over));
  CHECK(documented("show bgp peer", "families.stale") == names_up_to(bgp::StaleRoutes::State::resyncing));
  CHECK(documented("show fib", "state") == names_up_to(FibState::missing));
}

TEST_CASE("man_page: every reason of a route and every word of an answer is there") {
  std::ostringstream out;
  cli::write_man_page(out);
  const std::string page = out.str();
  const auto names = [&](std::string_view word) { CHECK_MESSAGE(page.find(word) != std::string::npos, word); };
  for (std::size_t i = 1; i != static_cast<std::size_t>(PathReason::count_of); ++i) names(name_of(PathReason(i)));
  for (std::size_t i = 0; i != static_cast<std::size_t>(DecisionStep::count_of); ++i) names(name_of(DecisionStep(i)));
  for (const protocol::AnswerValueRow& row : protocol::answer_values) names(row.words);
}

TEST_CASE("capabilities are named as keys and values are") {
  for (const bgp::CapabilityRow& row : bgp::capability_rows())
    CHECK_MESSAGE(std::ranges::all_of(row.name, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; }), row.name);
}
