#include "vrf/only_to_customer.h"

#include <doctest/doctest.h>

#include <array>

using namespace vrfd;

namespace {

constexpr Asn us{65000};
constexpr Asn them{65001};
constexpr Asn other{65002};

PathAttributes marked(std::optional<Asn> asn) {
  PathAttributes attributes;
  if (!asn) return attributes;
  UnknownAttribute mark{.flags = 0xC0, .type = only_to_customer_type, .value = {}};
  ByteWriter(mark.value).u32(asn->value());
  attributes.unknown.push_back(mark);
  return attributes;
}

struct Row {
  Role role;  // ours
  bool leak_with_mark;
  bool leak_with_mark_of_theirs;
  bool marks_received;
  bool lets_marked_leave;
  bool marks_sent;
};

// RFC 9234, 5.
constexpr std::array rows{
    Row{Role::provider, true, true, false, true, true},     Row{Role::rs_server, true, true, false, true, true},
    Row{Role::rs_client, false, false, true, false, false}, Row{Role::customer, false, false, true, false, false},
    Row{Role::peer, true, false, true, false, true},
};

}  // namespace

TEST_CASE("the Only to Customer procedures of each role (RFC 9234, 5)") {
  for (const Row& row : rows) {
    CAPTURE(static_cast<int>(row.role));
    CHECK_FALSE(is_leak(row.role, them, marked(std::nullopt)));
    CHECK(is_leak(row.role, them, marked(other)) == row.leak_with_mark);
    CHECK(is_leak(row.role, them, marked(them)) == row.leak_with_mark_of_theirs);

    PathAttributes received = marked(std::nullopt);
    mark_received(row.role, them, received);
    CHECK(only_to_customer(received) == (row.marks_received ? std::optional(them) : std::nullopt));

    CHECK(may_leave(row.role, marked(std::nullopt)));
    CHECK(may_leave(row.role, marked(other)) == row.lets_marked_leave);

    PathAttributes sent = marked(std::nullopt);
    mark_sent(row.role, us, sent);
    CHECK(only_to_customer(sent) == (row.marks_sent ? std::optional(us) : std::nullopt));
  }
}

TEST_CASE("a mark that is there stays as it is") {
  PathAttributes attributes = marked(other);
  mark_received(Role::customer, them, attributes);
  mark_sent(Role::provider, us, attributes);
  CHECK(only_to_customer(attributes) == other);
  CHECK(attributes.unknown.size() == 1);
}

TEST_CASE("roles come in pairs (RFC 9234, 4.2)") {
  for (Role role : {Role::provider, Role::rs_server, Role::rs_client, Role::customer, Role::peer})
    CHECK(counterpart_of(counterpart_of(role)) == role);
  CHECK(counterpart_of(Role::provider) == Role::customer);
  CHECK(counterpart_of(Role::rs_server) == Role::rs_client);
  CHECK(counterpart_of(Role::peer) == Role::peer);
}
