#include "vrf/policy/prefix_set.h"

#include <random>

#include "tests/unit/vrf/policy/policy_fixture.h"

using namespace vrfd;
using namespace vrfd::test;

namespace {

std::shared_ptr<const PrefixSet> compiled(std::vector<PrefixListEntry> entries) {
  auto set = PrefixSet::compile({"l", std::move(entries)});
  REQUIRE(set.has_value());
  return *set;
}

struct ListRow {
  PrefixListEntry entry;
  std::vector<const char*> in;
  std::vector<const char*> out;
};

bool lets_in(const PrefixListEntry& entry, const Prefix& prefix) {
  const unsigned least = entry.ge.value_or(entry.prefix.length());
  const unsigned most = entry.le.value_or(entry.ge ? bits_of(entry.prefix.family()) : entry.prefix.length());
  return entry.prefix.covers(prefix) && prefix.length() >= least && prefix.length() <= most;
}

}  // namespace

TEST_CASE("an entry lets in the lengths that it says") {
  const ListRow rows[] = {
      {{net("10.0.0.0/8"), {}, {}}, {"10.0.0.0/8"}, {"10.0.0.0/9", "10.0.0.0/7", "11.0.0.0/8", "0.0.0.0/0"}},
      {{net("10.0.0.0/8"), 16, {}}, {"10.0.0.0/16", "10.255.255.255/32"}, {"10.0.0.0/8", "10.0.0.0/15", "11.0.0.0/16"}},
      {{net("10.0.0.0/8"), {}, 24}, {"10.0.0.0/8", "10.9.9.0/24"}, {"10.9.9.0/25", "9.0.0.0/24"}},
      {{net("10.0.0.0/8"), 16, 24}, {"10.1.0.0/16", "10.255.255.0/24"}, {"10.0.0.0/15", "10.255.255.0/25"}},
      {{net("0.0.0.0/0"), {}, {}}, {"0.0.0.0/0"}, {"0.0.0.0/1", "::/0"}},
      {{net("0.0.0.0/0"), {}, 32}, {"0.0.0.0/0", "255.255.255.255/32"}, {"::/0"}},
      {{net("255.255.255.255/32"), {}, {}}, {"255.255.255.255/32"}, {"255.255.255.254/32", "255.255.255.254/31"}},
      {{net("2001:db8::/32"), 48, 64},
       {"2001:db8::/48", "2001:db8:ffff:ffff::/64"},
       {"2001:db8::/47", "2001:db8::/65", "2001:db9::/48"}},
      {{net("::/0"), {}, 128}, {"::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"}, {"0.0.0.0/0"}},
      {{net("2001:db8::ff00:0/104"), 120, {}}, {"2001:db8::ff00:0/120", "2001:db8::ffff:ffff/128"}, {"2001:db8::/120"}},
  };
  for (const ListRow& row : rows) {
    CAPTURE(to_string(row.entry.prefix));
    const auto set = compiled({row.entry});
    for (const char* prefix : row.in) CHECK_MESSAGE(set->has(net(prefix)), prefix);
    for (const char* prefix : row.out) CHECK_MESSAGE(!set->has(net(prefix)), prefix);
  }
}

TEST_CASE("an empty list lets in nothing") {
  CHECK_FALSE(compiled({})->has(net("0.0.0.0/0")));
  CHECK_FALSE(compiled({})->has(net("::/0")));
  CHECK_FALSE(PrefixSet().has(net("10.0.0.0/8")));
}

TEST_CASE("nested entries each count") {
  const auto set = compiled({{net("10.0.0.0/8"), 20, 24}, {net("10.1.0.0/16"), {}, {}}, {net("10.1.2.0/24"), 32, {}}});
  CHECK(set->has(net("10.1.0.0/16")));
  CHECK(set->has(net("10.1.2.0/24")));
  CHECK(set->has(net("10.1.2.3/32")));
  CHECK(set->has(net("10.1.255.0/24")));
  CHECK_FALSE(set->has(net("10.1.3.3/32")));
  CHECK_FALSE(set->has(net("10.2.0.0/16")));
}

TEST_CASE("wrong lengths are errors that name entry and member") {
  const PrefixList list{"customers",
                        {{net("10.0.0.0/8"), {}, {}},
                         {net("10.0.0.0/16"), 8, {}},
                         {net("10.0.0.0/8"), {}, 33},
                         {net("10.0.0.0/8"), 24, 16},
                         {net("2001:db8::/32"), 129, {}}}};
  const auto set = PrefixSet::compile(list);
  REQUIRE(set.has_error());
  const PolicyErrors& errors = set.error();
  REQUIRE(errors.size() == 4);
  CHECK(to_string(errors[0]) == "prefix list customers entry 2 ge: is 8, expected 16 to 32 for 10.0.0.0/16");
  CHECK(to_string(errors[1]) == "prefix list customers entry 3 le: is 33, expected 8 to 32 for 10.0.0.0/8");
  CHECK(to_string(errors[2]) == "prefix list customers entry 4 ge: is 24, expected at most le, which is 16");
  CHECK(to_string(errors[3]) == "prefix list customers entry 5 ge: is 129, expected 32 to 128 for 2001:db8::/32");
}

TEST_CASE("sets are equal if they let in the same") {
  const auto a = compiled({{net("10.0.0.0/8"), {}, {}}, {net("11.0.0.0/8"), 8, 8}, {net("2001:db8::/32"), {}, 40}});
  const auto b = compiled({{net("2001:db8::/32"), 32, 40},
                           {net("11.0.0.0/8"), {}, {}},
                           {net("10.0.0.0/8"), {}, {}},
                           {net("11.0.0.0/8"), {}, 8}});
  const auto c = compiled({{net("10.0.0.0/8"), {}, {}}, {net("11.0.0.0/8"), 8, 9}, {net("2001:db8::/32"), {}, 40}});
  CHECK(*a == *b);
  CHECK(a->fingerprint() == b->fingerprint());
  CHECK_FALSE(*a == *c);
  CHECK(a->fingerprint() != c->fingerprint());
}

TEST_CASE("a random list agrees with its entries one by one") {
  std::mt19937 random(1);
  const auto below = [&](std::uint32_t limit) { return static_cast<std::uint32_t>(random()) % limit; };
  const auto prefix = [&] {
    if (below(2) == 0) return *Prefix::from(IpAddress::v4(10u << 24 | below(1u << 12) << 12), 6 + below(20));
    std::uint8_t octets[16] = {0x20, 1, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(below(8))};
    octets[8] = static_cast<std::uint8_t>(below(8) << 5);
    return *Prefix::from(*IpAddress::from(ByteView(octets)), 56 + below(16));
  };
  for (int round = 0; round != 200; ++round) {
    std::vector<PrefixListEntry> entries;
    for (std::uint32_t n = below(40); n != 0; --n) {
      PrefixListEntry entry{prefix(), {}, {}};
      if (below(2) == 0) entry.ge = entry.prefix.length() + below(4);
      if (below(2) == 0) entry.le = entry.ge.value_or(entry.prefix.length()) + below(4);
      entries.push_back(entry);
    }
    const auto set = compiled(entries);
    for (int i = 0; i != 200; ++i) {
      const Prefix asked = prefix();
      bool expected = false;
      for (const PrefixListEntry& entry : entries) expected |= lets_in(entry, asked);
      REQUIRE_MESSAGE(set->has(asked) == expected, to_string(asked));
    }
  }
}

TEST_CASE("a list of 100,000 entries") {
  std::vector<PrefixListEntry> entries;
  for (std::uint32_t i = 0; i != 100000; ++i) entries.push_back({*Prefix::from(IpAddress::v4(i << 9), 24), {}, {}});
  const auto set = compiled(entries);
  for (std::uint32_t i = 0; i != 100000; ++i) {
    REQUIRE(set->has(*Prefix::from(IpAddress::v4(i << 9), 24)));
    REQUIRE_FALSE(set->has(*Prefix::from(IpAddress::v4(i << 9 | 256), 24)));
    REQUIRE_FALSE(set->has(*Prefix::from(IpAddress::v4(i << 9), 23)));
  }
}
