#include "vrf/types/prefix.h"

#include <doctest/doctest.h>

using namespace vrfd;

TEST_CASE("prefixes lose their host bits and come back as text") {
  const std::pair<const char*, const char*> rows[] = {
      {"0.0.0.0/0", "0.0.0.0/0"},
      {"255.255.255.255/0", "0.0.0.0/0"},
      {"10.1.2.3/8", "10.0.0.0/8"},
      {"10.1.255.3/17", "10.1.128.0/17"},
      {"10.1.2.3/31", "10.1.2.2/31"},
      {"10.1.2.3/32", "10.1.2.3/32"},
      {"10.1.2.3", "10.1.2.3/32"},
      {"::/0", "::/0"},
      {"2001:db8:ffff::/33", "2001:db8:8000::/33"},
      {"2001:db8::1", "2001:db8::1/128"},
      {"2001:db8::ffff/127", "2001:db8::fffe/127"},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    const auto prefix = Prefix::from(text);
    REQUIRE(prefix);
    CHECK(to_string(*prefix) == expected);
    CHECK(Prefix::from(to_string(*prefix)) == prefix);
  }
}

TEST_CASE("what is no prefix is refused") {
  for (const char* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/ 8",
                           "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0/8", "10/8", "2001:db8::/129", "2001:db8::/1000",
                           "10.0.0.0/255.0.0.0", "10.0.0.0/4294967304"}) {
    CAPTURE(text);
    CHECK_FALSE(Prefix::from(std::string_view(text)));
  }
  CHECK_FALSE(Prefix::from(IpAddress::v4(0), 33));
  CHECK_FALSE(Prefix::from(*IpAddress::from("::"), 129));
}

TEST_CASE("a prefix contains its addresses and covers what is more specific") {
  const Prefix ten = *Prefix::from("10.0.0.0/9");
  CHECK(ten.contains(*IpAddress::from("10.127.255.255")));
  CHECK_FALSE(ten.contains(*IpAddress::from("10.128.0.0")));
  CHECK_FALSE(ten.contains(*IpAddress::from("a00::")));
  CHECK(ten.covers(ten));
  CHECK(ten.covers(*Prefix::from("10.64.0.0/10")));
  CHECK_FALSE(ten.covers(*Prefix::from("10.128.0.0/10")));
  CHECK_FALSE(ten.covers(*Prefix::from("10.0.0.0/8")));
  CHECK(Prefix{}.covers(ten));
  CHECK_FALSE(Prefix{}.covers(*Prefix::from("::/0")));
  CHECK(Prefix{}.is_default());
  CHECK(Prefix::from("::/0")->is_default());
  CHECK_FALSE(ten.is_default());
}

TEST_CASE("every length of both families keeps exactly its bits") {
  const IpAddress ones[] = {*IpAddress::from("255.255.255.255"),
                            *IpAddress::from("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")};
  for (const IpAddress& all : ones)
    for (unsigned length = 0; length <= bits_of(all.family()); ++length) {
      const Prefix prefix = *Prefix::from(all, length);
      unsigned bits = 0;
      for (std::uint8_t octet : prefix.address().octets()) bits += static_cast<unsigned>(__builtin_popcount(octet));
      CHECK(bits == length);
      CHECK(prefix.contains(all));
    }
}

TEST_CASE("host prefixes, order and hash") {
  CHECK(Prefix::host(IpAddress::v4(1)).length() == 32);
  CHECK(Prefix::host(*IpAddress::from("::1")).length() == 128);
  CHECK(*Prefix::from("10.0.0.0/8") < *Prefix::from("10.0.0.0/9"));
  CHECK(*Prefix::from("10.0.0.0/9") < *Prefix::from("11.0.0.0/8"));
  const std::hash<Prefix> hash;
  CHECK(hash(*Prefix::from("10.0.0.9/8")) == hash(*Prefix::from("10.0.0.0/8")));
  CHECK(hash(*Prefix::from("10.0.0.0/8")) != hash(*Prefix::from("10.0.0.0/9")));
}
