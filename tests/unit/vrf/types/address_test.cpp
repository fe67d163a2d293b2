#include "vrf/types/address.h"

#include <doctest/doctest.h>

using namespace vrfd;

TEST_CASE("addresses come back as the shortest usual text") {
  const std::pair<const char*, const char*> rows[] = {
      {"0.0.0.0", "0.0.0.0"},
      {"10.255.0.1", "10.255.0.1"},
      {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"fe80::1", "fe80::1"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    const auto address = IpAddress::from(text);
    REQUIRE(address);
    CHECK(to_string(*address) == expected);
    CHECK(IpAddress::from(to_string(*address)) == address);
    CHECK(IpAddress::from(address->octets()) == address);
  }
}

TEST_CASE("what is no address is refused") {
  for (const char* text : {"", " ", "10.0.0", "10.0.0.0.0", "10.0.0.256", "10.0.0.1/32", "10.0.0.-1", "10.0.0.1 ",
                           " 10.0.0.1", "a.b.c.d", "2001:db8::1::2", "2001:db8", "12345::", "fe80::1%eth0",
                           "2001:db8::/32", ":::", "1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:1:2:3:4:5:6:7:8:9:a:b:c:d"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::from(std::string_view(text)));
  }
  CHECK_FALSE(IpAddress::from(std::string_view("10.0.0.1\0", 9)));
  const std::uint8_t octets[17] = {};
  for (std::size_t count : {0u, 3u, 5u, 8u, 15u, 17u}) CHECK_FALSE(IpAddress::from(ByteView(octets).first(count)));
}

TEST_CASE("kinds of addresses") {
  struct Row {
    const char* text;
    bool unspecified, link_local, multicast, loopback;
  };
  const Row rows[] = {
      {"0.0.0.0", true, false, false, false},
      {"::", true, false, false, false},
      {"169.254.0.1", false, false, false, false},
      {"fe80::1", false, true, false, false},
      {"febf::1", false, true, false, false},
      {"fec0::1", false, false, false, false},
      {"223.255.255.255", false, false, false, false},
      {"224.0.0.1", false, false, true, false},
      {"239.1.1.1", false, false, true, false},
      {"240.0.0.1", false, false, false, false},
      {"ff02::1", false, false, true, false},
      {"127.0.0.1", false, false, false, true},
      {"127.255.0.1", false, false, false, true},
      {"::1", false, false, false, true},
      {"::2", false, false, false, false},
      {"1::1", false, false, false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const IpAddress address = *IpAddress::from(row.text);
    CHECK(address.is_unspecified() == row.unspecified);
    CHECK(address.is_link_local() == row.link_local);
    CHECK(address.is_multicast() == row.multicast);
    CHECK(address.is_loopback() == row.loopback);
  }
}

TEST_CASE("next hops are unicast addresses, those of 240/4 too") {
  for (const char* text : {"192.0.2.1", "240.0.0.1", "255.255.255.254", "169.254.0.1", "2001:db8::1", "fe80::1"}) {
    CAPTURE(text);
    CHECK(IpAddress::from(text)->is_unicast());
  }
  for (const char* text : {"0.0.0.0", "0.0.0.1", "127.0.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "ff02::1"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::from(text)->is_unicast());
  }
}

TEST_CASE("IPv4 addresses are numbers, and may be mapped into IPv6") {
  CHECK(IpAddress::v4(0xC0000201) == *IpAddress::from("192.0.2.1"));
  CHECK(IpAddress::from("192.0.2.1")->v4_value() == 0xC0000201);
  CHECK(IpAddress::from("::ffff:192.0.2.1")->v4_mapped() == IpAddress::from("192.0.2.1"));
  CHECK_FALSE(IpAddress::from("::fffe:192.0.2.1")->v4_mapped());
  CHECK_FALSE(IpAddress::from("192.0.2.1")->v4_mapped());
}

TEST_CASE("addresses of different families differ and IPv4 sorts first") {
  CHECK(*IpAddress::from("0.0.0.0") != *IpAddress::from("::"));
  CHECK(*IpAddress::from("255.255.255.255") < *IpAddress::from("::"));
  CHECK(*IpAddress::from("10.0.0.1") < *IpAddress::from("10.0.0.2"));
  CHECK(IpAddress{} == *IpAddress::from("0.0.0.0"));
  const std::hash<IpAddress> hash;
  CHECK(hash(*IpAddress::from("10.0.0.1")) == hash(IpAddress::v4(0x0A000001)));
  CHECK(hash(*IpAddress::from("10.0.0.1")) != hash(*IpAddress::from("10.0.0.2")));
}
