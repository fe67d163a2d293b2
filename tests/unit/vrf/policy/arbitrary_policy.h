// Policies, prefix lists and routes made from a source of numbers: a seeded generator in tests, the fuzzer's octets in
// fuzzing. The values are few, so that conditions often hold.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vrf/policy/compiled_policy.h"

namespace vrfd::test {

class Arbitrary {
 public:
  // `next()` yields any number.
  explicit Arbitrary(std::function<std::uint32_t()> next) : next_(std::move(next)) {}

  std::uint32_t below(std::uint32_t limit) { return next_() % limit; }
  bool one_in(std::uint32_t n) { return below(n) == 0; }

  template <class Make>
  auto list(std::uint32_t most, Make make) {
    std::vector<decltype(make())> values;
    for (std::uint32_t n = below(most + 1); n != 0; --n) values.push_back(make());
    return values;
  }

  Asn asn() { return Asn{65001 + below(4)}; }
  Community community() { return Community{65000u << 16 | below(5)}; }
  LargeCommunity large() { return {65000, below(2), below(2)}; }
  RouteTarget target() { return *RouteTarget::from("65000:" + std::to_string(below(4))); }
  ExtendedCommunity extended() {
    return one_in(2) ? target().community() : *site_of_origin_from("65000:" + std::to_string(below(3)));
  }
  IpAddress address() { return IpAddress::v4(0x0A000000 | below(3) << 8 | below(3)); }
  Prefix prefix() {
    if (one_in(4)) return *Prefix::from(*IpAddress::from("2001:db8::"), 32 + below(3) * 16);
    return *Prefix::from(IpAddress::v4(0x0A000000 | below(8) << 13), 8 + below(17));
  }
  Origin origin() { return static_cast<Origin>(below(3)); }
  Family family() { return static_cast<Family>(below(4)); }
  NumberMatch number(std::uint32_t around) { return {static_cast<Comparison>(below(3)), around + below(3)}; }

  PathAttributes attributes() {
    PathAttributes a;
    a.origin = origin();
    if (!one_in(5)) a.as_path.push_back({SegmentType::sequence, list(4, [&] { return asn(); })});
    if (one_in(4)) a.as_path.push_back({SegmentType::set, list(3, [&] { return asn(); })});
    a.next_hop = address();
    if (one_in(3)) a.med = below(4);
    if (one_in(3)) a.local_preference = 99 + below(4);
    a.communities = list(3, [&] { return community(); });
    a.extended_communities = list(3, [&] { return extended(); });
    a.large_communities = list(2, [&] { return large(); });
    canonicalize(a);
    return a;
  }

  PrefixListEntry entry() {
    PrefixListEntry e{prefix(), {}, {}};
    const unsigned own = e.prefix.length();
    const unsigned room = bits_of(e.prefix.family()) - own;
    if (one_in(2)) e.ge = own + below(room / 2 + 1);
    if (one_in(2)) e.le = e.ge.value_or(own) + below(room / 2 + 1);
    return e;
  }
  std::vector<PrefixList> lists() {
    std::vector<PrefixList> lists;
    for (const char* name : {"a", "b", "c"}) lists.push_back({name, list(6, [&] { return entry(); })});
    return lists;
  }

  PolicyMatch match() {
    PolicyMatch m;
    if (one_in(4)) m.prefix_lists = list(2, [&] { return std::string(1, static_cast<char>('a' + below(3))); });
    if (one_in(8)) m.prefixes = list(6, [&] { return prefix(); });
    if (one_in(6)) m.as_path = patterns()[below(static_cast<std::uint32_t>(patterns().size()))];
    if (one_in(8)) m.origin_as = asn();
    if (one_in(5)) m.communities = list(3, [&] { return community(); });
    if (one_in(9)) m.large_communities = list(2, [&] { return large(); });
    if (one_in(9)) m.extended_communities = list(2, [&] { return extended(); });
    if (one_in(9)) m.route_targets = list(2, [&] { return target(); });
    if (one_in(9)) m.next_hops = {*Prefix::from(address(), 24 + 8 * below(2))};
    if (one_in(9)) m.origin = origin();
    if (one_in(9)) m.med = number(0);
    if (one_in(9)) m.local_preference = number(99);
    if (one_in(9)) m.as_path_length = number(1);
    if (one_in(9)) m.peers = list(3, [&] { return address(); });
    if (one_in(9)) m.families = list(3, [&] { return family(); });
    return m;
  }

  template <class Make>
  auto edits(Make make) {
    CommunityEdit<decltype(make())> e;
    if (one_in(3)) e.replace = list(2, make);
    e.remove = list(2, make);
    e.add = list(2, make);
    return e;
  }

  PolicySet set() {
    PolicySet s;
    if (one_in(2)) return s;
    if (one_in(4)) s.local_preference = 99 + below(4);
    if (one_in(4)) s.med = below(4);
    if (one_in(5)) s.remove_med = true;
    if (one_in(5)) s.origin = origin();
    if (one_in(3)) s.next_hop = static_cast<NextHopEdit>(below(4));
    s.next_hop_address = IpAddress::v4(0x0A000909);
    if (one_in(5)) s.prepend = AsPathPrepend{asn(), 1 + below(3)};
    if (one_in(3)) s.communities = edits([&] { return community(); });
    if (one_in(6)) s.extended_communities = edits([&] { return extended(); });
    if (one_in(6)) s.large_communities = edits([&] { return large(); });
    if (one_in(4)) s.route_targets = edits([&] { return target().community(); });
    return s;
  }

  PolicyDefinition policy() {
    PolicyDefinition definition{"p", {}};
    definition.terms = list(8, [&] {
      const PolicyAction then = one_in(2) ? PolicyAction::next : static_cast<PolicyAction>(below(3));
      return PolicyTerm{std::nullopt, match(), set(), then};
    });
    return definition;
  }

 private:
  static const std::vector<std::string>& patterns() {
    static const std::vector<std::string> all{"65001", "^65002", "65003$", "^$", "65001 6500[23]", "\\{"};
    return all;
  }

  std::function<std::uint32_t()> next_;
};

}  // namespace vrfd::test
