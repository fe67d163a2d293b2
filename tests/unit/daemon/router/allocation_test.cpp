#include "daemon/router/allocation.h"

#include <doctest/doctest.h>

#include "daemon/config/parse.h"

using namespace vrfd;

namespace {

const TimePoint start{};

config::Config configuration(const std::string& instances) {
  const auto parsed = config::parse(R"({ "as": 65000, "router_id": "10.255.0.1", "label_range": { "first": 1000 },
    "vpn_instances": {)" + instances +
                                    "} }");
  REQUIRE_MESSAGE(parsed.has_value(), (parsed ? "" : to_string(parsed.error())));
  return *parsed;
}

std::string instance(const char* name, const char* rd, const std::string& keys = "") {
  return "\"" + std::string(name) + "\": { \"rd\": \"" + rd + "\"" + (keys.empty() ? "" : ", " + keys) + " }";
}

// One router's allocations, from one configuration to the next.
struct Box {
  std::vector<std::string> apply(const std::string& instances) {
    const config::Config next = configuration(instances);
    Allocation found = allocate(next, running, tables, labels, start);
    if (!found.faults.empty()) return found.faults;
    tables = found.tables;
    labels = found.labels;
    running.clear();
    for (const auto& each : next.vpn_instances) running.push_back(each.name);
    return {};
  }
  unsigned label(const char* name) const { return labels.label_of(label_key(name)).value_or(Label{}).value(); }
  unsigned table(const char* name) const { return tables.at(name).value(); }

  std::vector<std::string> running;
  TableIds tables;
  LabelPool labels;
};

}  // namespace

TEST_CASE("tables: what is configured, what was given out before, new ones") {
  Box box;
  REQUIRE(box.apply(instance("blue", "65000:1") + "," + instance("red", "65000:2", "\"table\": 1001")).empty());
  CHECK(box.table("red") == 1001);
  CHECK(box.table("blue") == 1002);
  CHECK(box.table("") == 254);
  REQUIRE(box.apply(instance("blue", "65000:1")).empty());
  CHECK(box.table("blue") == 1002);
  CHECK(box.table("red") == 1001);
  REQUIRE(box.apply(instance("blue", "65000:1") + "," + instance("green", "65000:3", "\"table\": 1001")).empty());
  CHECK_FALSE(box.tables.contains("red"));
}

TEST_CASE("tables: one that another instance was given is refused, and nothing changes") {
  Box box;
  REQUIRE(box.apply(instance("blue", "65000:1")).empty());
  const auto faults = box.apply(instance("blue", "65000:1") + "," + instance("red", "65000:2", "\"table\": 1001"));
  REQUIRE(faults.size() == 1);
  CHECK(faults[0] ==
        "VPN instance red: table 1001 was given to VPN instance blue; expected another table, or one configured for "
        "blue");
  CHECK_FALSE(box.tables.contains("red"));
  CHECK(box.label("red") == 0);
  CHECK(box.apply(instance("blue", "65000:1", "\"table\": 7") + "," + instance("red", "65000:2", "\"table\": 1001"))
            .empty());
}

TEST_CASE("labels: configured ones first, whatever the names are") {
  Box box;
  REQUIRE(box.apply(instance("blue", "65000:1") + "," + instance("red", "65000:2", "\"label\": 1000")).empty());
  CHECK(box.label("red") == 1000);
  CHECK(box.label("blue") == 1001);
}

TEST_CASE("labels: two instances change theirs, and one takes over what the other gives up") {
  Box box;
  const auto both = [](const char* red, const char* blue) {
    return instance("red", "65000:1", red) + "," + instance("blue", "65000:2", blue);
  };
  REQUIRE(box.apply(both("\"label\": 101", "\"label\": 102")).empty());
  REQUIRE(box.apply(both("\"label\": 102", "\"label\": 101")).empty());
  CHECK(box.label("red") == 102);
  CHECK(box.label("blue") == 101);
  REQUIRE(box.apply(both("\"label\": 101", "")).empty());
  CHECK(box.label("red") == 101);
  CHECK(box.label("blue") == 1000);
}

TEST_CASE("labels: what is held by something else is refused, and what would have changed has not") {
  Box box;
  REQUIRE(box.apply(instance("red", "65000:1") + "," + instance("blue", "65000:2")).empty());
  CHECK(box.labels.reserve("route 10.0.0.0/8", Label{500}, start).has_value());
  const auto faults = box.apply(instance("blue", "65000:2", "\"label\": 500"));
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].starts_with("VPN instance blue: label 500"));
  CHECK(box.label("red") != 0);
  CHECK(box.labels.holder(Label{box.label("red")}) != nullptr);
}
