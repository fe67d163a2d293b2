#include "vrf/label_pool.h"

#include <doctest.h>

namespace vrfd {
namespace {

const TimePoint start{};

TEST_CASE("a key has one label, and the same after a release") {
  LabelPool pool({Label{1000}, Label{1002}});
  CHECK(pool.allocate("red", start).value() == Label{1000});
  CHECK(pool.allocate("blue", start).value() == Label{1001});
  CHECK(pool.allocate("red", start).value() == Label{1000});
  REQUIRE(pool.holder(Label{1001}) != nullptr);
  CHECK(*pool.holder(Label{1001}) == "blue");
  pool.release("red", start);
  CHECK(pool.holder(Label{1000}) == nullptr);
  CHECK_FALSE(pool.label_of("red"));
  CHECK(pool.allocate("red", start).value() == Label{1000});
}

TEST_CASE("a released label rests before another key gets it") {
  LabelPool pool({Label{1000}, Label{1000}});
  CHECK(pool.allocate("red", start).value() == Label{1000});
  pool.release("red", start);
  const Result<Label> early = pool.allocate("blue", start + LabelPool::rest / 2);
  REQUIRE(early.has_error());
  CHECK(early.error().message.find("blue") != std::string::npos);
  CHECK(pool.allocate("blue", start + LabelPool::rest).value() == Label{1000});
  CHECK(pool.allocate("red", start + LabelPool::rest).has_error());
  pool.set_range({Label{1000}, Label{1001}});
  CHECK(pool.allocate("red", start + LabelPool::rest).value() == Label{1001});
}

TEST_CASE("a fixed label conflicts with its holder, is refused below 16, and is passed over by others") {
  LabelPool pool({Label{1000}, Label{1010}});
  CHECK(pool.reserve("fixed", Label{1000}, start).value() == Label{1000});
  CHECK(pool.reserve("fixed", Label{1000}, start).value() == Label{1000});
  CHECK(pool.allocate("red", start).value() == Label{1001});
  const Result<Label> conflict = pool.reserve("blue", Label{1001}, start);
  REQUIRE(conflict.has_error());
  CHECK(conflict.error().message.find("red") != std::string::npos);
  CHECK(pool.reserve("blue", Label{15}, start).has_error());
  CHECK(pool.reserve("blue", Label{label_limit}, start).has_error());
  CHECK(pool.reserve("blue", Label{16}, start).value() == Label{16});
  // A key that changes to a fixed label gives its old one up.
  CHECK(pool.reserve("red", Label{2000}, start).value() == Label{2000});
  CHECK(pool.holder(Label{1001}) == nullptr);
  CHECK(pool.label_of("red") == Label{2000});
  CHECK(pool.used() == 3);
}

TEST_CASE("what an earlier run gave out comes back to the same keys") {
  LabelPool pool({Label{1000}, Label{1002}});
  pool.load({{"red", Label{1001}}, {"blue", Label{1001}}, {"odd", Label{3}}});
  CHECK(pool.allocate("blue", start).value() == Label{1000});
  CHECK(pool.allocate("green", start).value() == Label{1002});
  CHECK(pool.allocate("red", start).value() == Label{1001});
  CHECK(pool.remembered().size() == 3);
}

TEST_CASE("a remembered label that nobody claims serves when no other is left, and can be forgotten") {
  LabelPool pool({Label{1000}, Label{1001}});
  pool.load({{"gone", Label{1000}}});
  CHECK(pool.allocate("red", start).value() == Label{1001});
  CHECK(pool.allocate("blue", start).value() == Label{1000});
  CHECK(pool.allocate("gone", start).has_error());

  LabelPool forgetful({Label{1000}, Label{1001}});
  forgetful.load({{"gone", Label{1000}}});
  forgetful.forget_unused();
  CHECK(forgetful.remembered().empty());
}

TEST_CASE("fixed labels change hands when those who give theirs up release them first") {
  LabelPool pool({Label{1000}, Label{1010}});
  pool.reserve("red", Label{1000}, start).value();
  pool.reserve("blue", Label{1001}, start).value();
  pool.reserve("green", Label{1002}, start).value();
  for (const char* key : {"red", "blue", "green"}) pool.release(key, start);
  CHECK(pool.reserve("blue", Label{1000}, start).value() == Label{1000});
  CHECK(pool.reserve("red", Label{1001}, start).value() == Label{1001});
  CHECK(pool.allocate("green", start).value() == Label{1002});  // fixed no more, and nobody else's
  CHECK(pool.used() == 3);

  pool.release("red", start);
  pool.release("blue", start);
  CHECK(pool.reserve("yellow", Label{1000}, start).value() == Label{1000});
  CHECK(pool.allocate("blue", start).value() == Label{1003});
  CHECK(pool.allocate("red", start).value() == Label{1001});
}

TEST_CASE("what cannot be had is found out on a copy, which leaves no trace") {
  LabelPool pool({Label{1000}, Label{1001}});
  pool.load({{"gone", Label{1001}}});
  pool.allocate("red", start).value();
  const auto version = pool.version();
  LabelPool trial = pool;
  trial.set_range({Label{1000}, Label{1000}});
  trial.release("red", start);
  CHECK(trial.reserve("blue", Label{1000}, start).value() == Label{1000});
  CHECK(trial.allocate("red", start).has_error());
  CHECK(pool.label_of("red") == Label{1000});
  CHECK(pool.range() == LabelRange{Label{1000}, Label{1001}});
  CHECK(pool.version() == version);
  CHECK(pool.remembered().size() == 2);
}

TEST_CASE("a released label taken as a fixed one does not go to a third") {
  LabelPool pool({Label{1000}, Label{1001}});
  pool.allocate("red", start).value();
  pool.release("red", start);
  CHECK(pool.reserve("fixed", Label{1000}, start).value() == Label{1000});
  CHECK(pool.allocate("blue", start).value() == Label{1001});
  CHECK(pool.allocate("green", start + 2 * LabelPool::rest).has_error());
}

}  // namespace
TEST_CASE("a forgotten key has no claim any more, and its label serves others when it has rested") {
  LabelPool pool({Label{1000}, Label{1000}});
  pool.allocate("red", start).value();
  pool.forget("red");  // it holds it
  CHECK(pool.label_of("red") == Label{1000});
  pool.release("red", start);
  pool.forget("red");
  CHECK(pool.remembered().empty());
  CHECK(pool.allocate("red", start).has_error());
  CHECK(pool.allocate("blue", start + LabelPool::rest).value() == Label{1000});
}

TEST_CASE("labels that an earlier run left and nobody remembers rest before they are given out") {
  LabelPool pool({Label{1000}, Label{1001}});
  pool.load({{"red", Label{1001}}});
  pool.let_rest(Label{1000}, start);
  pool.let_rest(Label{1001}, start);
  CHECK(pool.allocate("red", start).value() == Label{1001});
  CHECK(pool.allocate("blue", start).has_error());
  CHECK(pool.allocate("blue", start + LabelPool::rest).value() == Label{1000});
}

TEST_CASE("the version tells whether there is anything new to remember") {
  LabelPool pool({Label{1000}, Label{1001}});
  pool.allocate("red", start).value();
  const auto first = pool.version();
  pool.allocate("red", start).value();
  pool.release("red", start);
  CHECK(pool.version() == first);
  pool.allocate("blue", start).value();
  CHECK(pool.version() != first);
}

}  // namespace vrfd
