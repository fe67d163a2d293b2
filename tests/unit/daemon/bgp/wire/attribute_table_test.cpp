#include "daemon/bgp/wire/attribute_table.h"

#include <doctest.h>

#include <algorithm>
#include <array>

#include "tests/unit/daemon/bgp/wire/octets.h"

namespace vrfd::bgp {
namespace {

using test::octets;
using test::read_with;

// A good value of each attribute that may stand beside the mandatory ones, and bad ones with the verdict on them from
// an internal and from an external peer.
struct AttributeCase {
  std::uint8_t type;
  const char* good;
  const char* bad_length;
  Verdict internal;
  Verdict external;
};

constexpr Verdict discard = Verdict::attribute_discard;
constexpr Verdict withdraw = Verdict::treat_as_withdraw;

constexpr std::array cases{
    AttributeCase{4, "80 04 04 0000000a", "80 04 03 00000a", withdraw, withdraw},
    AttributeCase{5, "40 05 04 00000064", "40 05 05 0000000064", withdraw, discard},
    AttributeCase{6, "40 06 00", "40 06 01 00", discard, discard},
    AttributeCase{7, "c0 07 08 0000fde9 0a000002", "c0 07 06 fde9 0a000002", discard, discard},
    AttributeCase{8, "c0 08 04 fde80001", "c0 08 00", withdraw, withdraw},
    AttributeCase{9, "80 09 04 0a000001", "80 09 05 0a00000100", withdraw, discard},
    AttributeCase{10, "80 0a 08 0a000001 0a000002", "80 0a 00", withdraw, discard},
    AttributeCase{16, "c0 10 08 0002fde800000064", "c0 10 07 0002fde8000000", withdraw, withdraw},
    AttributeCase{22, "c0 16 09 00 06 000000 0a000002", "c0 16 04 00060000", withdraw, withdraw},
    AttributeCase{23, "c0 17 04 0007 0000", "c0 17 05 0007 000401", withdraw, withdraw},
    AttributeCase{25, "c0 19 14 000220010db80000000000000000000000010064", "c0 19 08 0002fde800000064", withdraw,
                  withdraw},
    AttributeCase{26, "80 1a 0b 01 000b 000000000000000a", "80 1a 00", discard, discard},
    AttributeCase{29, "80 1d 04 0400 0000", "80 1d 05 0400 00ff00", discard, discard},
    AttributeCase{32, "c0 20 0c 000000010000000200000003", "c0 20 0d 00000001000000020000000300", withdraw, withdraw},
    AttributeCase{35, "c0 23 04 0000fde9", "c0 23 05 0000fde900", withdraw, withdraw},
    AttributeCase{40, "c0 28 0a 01 0007 00000000000035", "c0 28 06 01 00ff 000000", discard, discard},
};

TEST_CASE("rows stand in ascending order, and each is found by its type") {
  const auto rows = attribute_rows();
  CHECK(std::is_sorted(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.type < b.type; }));
  for (const AttributeRow& row : rows) CHECK(attribute_row(row.type) == &row);
  CHECK(attribute_row(0) == nullptr);
  CHECK(attribute_row(255) == nullptr);
  CHECK(attribute_name(2) == "AS_PATH");
  CHECK(attribute_name(99) == "attribute 99");
}

TEST_CASE("good values pass from either side") {
  for (const AttributeCase& row : cases) {
    CAPTURE(attribute_name(row.type));
    for (const SessionContext& context : {test::internal_session(), test::external_session()}) {
      const auto read = read_with(row.good, context);
      REQUIRE_FALSE(read.notification);
      CHECK(read.update.verdict == Verdict::ok);
      CHECK(test::prefixes(read.update.reachable) == "ipv4:10.0.0.0/8");
    }
  }
}

TEST_CASE("bad lengths have the outcome of RFC 7606") {
  for (const AttributeCase& row : cases) {
    CAPTURE(attribute_name(row.type));
    CHECK(read_with(row.bad_length, test::internal_session()).update.verdict == row.internal);
    CHECK(read_with(row.bad_length, test::external_session()).update.verdict == row.external);
  }
}

TEST_CASE("wrong optional or transitive bits have the outcome of their row") {
  for (const AttributeCase& row : cases) {
    CAPTURE(attribute_name(row.type));
    Bytes attribute = octets(row.good);
    attribute[0] ^= flag::transitive;
    CHECK(read_with(test::hex(attribute), test::internal_session()).update.verdict ==
          attribute_row(row.type)->wrong_flags);
  }
}

TEST_CASE("the partial bit is for optional transitive attributes, the low four bits for nothing") {
  const SessionContext context = test::internal_session();
  CHECK(read_with("e0 08 04 fde80001", context).update.verdict == Verdict::ok);
  CHECK(read_with("a0 04 04 0000000a", context).update.verdict == withdraw);
  CHECK(read_with("8f 04 04 0000000a", context).update.verdict == Verdict::ok);
}

TEST_CASE("of a repeated attribute the first counts") {
  for (const AttributeCase& row : cases) {
    CAPTURE(attribute_name(row.type));
    const auto read = read_with(std::string(row.good) + row.bad_length, test::internal_session());
    CHECK(read.update.verdict == discard);
    CHECK(read.update.attributes == read_with(row.good, test::internal_session()).update.attributes);
  }
}

TEST_CASE("what is for internal peers only is dropped from external ones") {
  for (const char* text : {"40 05 04 00000064", "80 09 04 0a000001", "80 0a 04 0a000001"}) {
    const auto read = read_with(text, test::external_session());
    CHECK(read.update.verdict == Verdict::ok);
    CHECK_FALSE(read.update.attributes.local_preference);
    CHECK_FALSE(read.update.attributes.originator_id);
    CHECK(read.update.attributes.cluster_list.empty());
  }
  CHECK(read_with("c0 0a 04 0a000001", test::external_session()).update.verdict == discard);
}

TEST_CASE("values") {
  const SessionContext context = test::internal_session();
  CHECK(read_with("c0 07 08 00000000 0a000002", context).update.verdict == discard);
  CHECK(read_with("c0 23 04 00000000", context).update.verdict == withdraw);
  CHECK(read_with("c0 17 00", context).update.verdict == withdraw);
  const PathAttributes attributes =
      read_with(
          "80 04 04 0000000a 40 05 04 00000064 40 06 00 c0 07 08 0000fde9 0a000002 c0 08 08 fde80002 fde80001"
          "80 09 04 0a000001 80 0a 08 0a000002 0a000001 c0 10 08 0002fde800000064"
          "c0 20 0c 000000010000000200000003",
          context)
          .update.attributes;
  CHECK(attributes.origin == Origin::igp);
  CHECK(to_string(attributes.as_path) == "65001");
  CHECK(to_string(attributes.next_hop) == "10.0.0.2");
  CHECK(attributes.med == 10);
  CHECK(attributes.local_preference == 100);
  CHECK(attributes.atomic_aggregate);
  CHECK(attributes.aggregator == Aggregator{Asn{65001}, IpAddress::v4(0x0A000002)});
  CHECK(attributes.communities == std::vector{Community{0xFDE80001}, Community{0xFDE80002}});
  CHECK(attributes.originator_id == IpAddress::v4(0x0A000001));
  CHECK(attributes.cluster_list == std::vector{IpAddress::v4(0x0A000002), IpAddress::v4(0x0A000001)});
  CHECK(attributes.extended_communities == std::vector{ExtendedCommunity{0x0002FDE800000064}});
  CHECK(attributes.large_communities == std::vector{LargeCommunity{1, 2, 3}});
  CHECK(attributes.unknown.empty());
}

TEST_CASE("attributes without a row: transitive ones are kept, others dropped, well-known ones end the session") {
  const SessionContext context = test::external_session();
  const auto kept = read_with("d0 63 0002 beef", context);
  REQUIRE(kept.update.attributes.unknown.size() == 1);
  CHECK(kept.update.attributes.unknown[0] == UnknownAttribute{0xC0, 0x63, {0xBE, 0xEF}});
  CHECK(kept.update.verdict == Verdict::ok);
  CHECK(read_with("80 63 02 beef", context).update.attributes.unknown.empty());
  const auto refused = read_with("40 63 02 beef", context);
  REQUIRE(refused.notification);
  CHECK(*refused.notification == Notification{3, 2, octets("40 63 02 beef")});
}

TEST_CASE("what vrfd does not use is kept where it is transitive") {
  const SessionContext context = test::external_session();
  CHECK(read_with("c0 23 04 0000fde9", context).update.attributes.unknown.size() == 1);
  CHECK(read_with("80 1a 0b 01 000b 000000000000000a", context).update.attributes.unknown.empty());
}

}  // namespace
}  // namespace vrfd::bgp
