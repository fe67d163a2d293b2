#include "vrf/policy/compiled_policy.h"

#include "tests/unit/vrf/policy/policy_fixture.h"

using namespace vrfd;
using namespace vrfd::test;

namespace {

// One condition, attributes or a route that it lets in, and some that it does not.
struct MatchRow {
  const char* what;
  void (*condition)(PolicyMatch&);
  void (*miss)(PathAttributes&);
};

const MatchRow match_rows[] = {
    {"as_path", [](PolicyMatch& m) { m.as_path = "^65001 65002$"; },
     [](PathAttributes& a) { prepend(a.as_path, Asn{1}); }},
    {"as_path with a boundary", [](PolicyMatch& m) { m.as_path = "_65002_"; },
     [](PathAttributes& a) { a.as_path[0].asns = {Asn{650021}, Asn{165002}}; }},
    {"origin_as", [](PolicyMatch& m) { m.origin_as = Asn{65002}; },
     [](PathAttributes& a) { a.as_path[0].asns.pop_back(); }},
    {"origin_as of an empty path", [](PolicyMatch& m) { m.origin_as = Asn{65002}; },
     [](PathAttributes& a) { a.as_path.clear(); }},
    {"communities", [](PolicyMatch& m) { m.communities = {community("1:1"), community("65000:1")}; },
     [](PathAttributes& a) { a.communities = {community("65000:2")}; }},
    {"large_communities", [](PolicyMatch& m) { m.large_communities = {{65000, 1, 2}, {1, 1, 1}}; },
     [](PathAttributes& a) { a.large_communities = {{65000, 1, 3}}; }},
    {"extended_communities", [](PolicyMatch& m) { m.extended_communities = {extended("soo:65000:7")}; },
     [](PathAttributes& a) { a.extended_communities = {extended("soo:65000:8")}; }},
    {"route_targets", [](PolicyMatch& m) { m.route_targets = {*RouteTarget::from("65000:100")}; },
     [](PathAttributes& a) { a.extended_communities = {extended("rt:65000:101"), extended("soo:65000:100")}; }},
    {"next_hops", [](PolicyMatch& m) { m.next_hops = {net("10.0.0.0/8"), net("192.0.2.0/24")}; },
     [](PathAttributes& a) { a.next_hop = ip("192.0.3.1"); }},
    {"next_hops of the other family", [](PolicyMatch& m) { m.next_hops = {net("0.0.0.0/0")}; },
     [](PathAttributes& a) { a.next_hop = ip("2001:db8::1"); }},
    {"origin", [](PolicyMatch& m) { m.origin = Origin::igp; },
     [](PathAttributes& a) { a.origin = Origin::incomplete; }},
    {"med, missing is 0", [](PolicyMatch& m) { m.med = {Comparison::equal, 0}; }, [](PathAttributes& a) { a.med = 1; }},
    {"med at most", [](PolicyMatch& m) { m.med = {Comparison::at_most, 9}; }, [](PathAttributes& a) { a.med = 10; }},
    {"local_preference, missing is 100", [](PolicyMatch& m) { m.local_preference = {Comparison::equal, 100}; },
     [](PathAttributes& a) { a.local_preference = 101; }},
    {"local_preference at least", [](PolicyMatch& m) { m.local_preference = {Comparison::at_least, 100}; },
     [](PathAttributes& a) { a.local_preference = 99; }},
    {"as_path_length", [](PolicyMatch& m) { m.as_path_length = {Comparison::equal, 2}; },
     [](PathAttributes& a) { prepend(a.as_path, Asn{65001}); }},
};

struct RouteRow {
  const char* what;
  void (*condition)(PolicyMatch&);
  const char* miss_prefix;  // null: the source and the family differ instead
};

const RouteRow route_rows[] = {
    {"prefix_lists", [](PolicyMatch& m) { m.prefix_lists = {"empty", "tens"}; }, "11.0.0.0/24"},
    {"prefixes", [](PolicyMatch& m) { m.prefixes = {net("10.1.2.0/24"), net("10.9.0.0/16")}; }, "10.1.2.0/25"},
    {"prefixes and prefix_lists",
     [](PolicyMatch& m) {
       m.prefixes = {net("10.1.2.0/24"), net("11.0.0.0/24")};
       m.prefix_lists = {"tens"};
     },
     "11.0.0.0/24"},
    {"peers", [](PolicyMatch& m) { m.peers = {ip("192.0.2.9"), ip("192.0.2.1")}; }, nullptr},
    {"families", [](PolicyMatch& m) { m.families = {Family::vpnv4, Family::ipv4}; }, nullptr},
};

// One thing to set, and the attributes that must come out of plain ones.
struct SetRow {
  const char* what;
  void (*set)(PolicySet&);
  void (*expected)(PathAttributes&);
};

const SetRow set_rows[] = {
    {"nothing", [](PolicySet&) {}, [](PathAttributes&) {}},
    {"local_preference", [](PolicySet& s) { s.local_preference = 200; },
     [](PathAttributes& a) { a.local_preference = 200; }},
    {"med", [](PolicySet& s) { s.med = 5; }, [](PathAttributes& a) { a.med = 5; }},
    {"med in place of the old", [](PolicySet& s) { s.med = 5, s.remove_med = true; },
     [](PathAttributes& a) { a.med = 5; }},
    {"origin", [](PolicySet& s) { s.origin = Origin::egp; }, [](PathAttributes& a) { a.origin = Origin::egp; }},
    {"next hop self", [](PolicySet& s) { s.next_hop = NextHopEdit::self; },
     [](PathAttributes& a) { a.next_hop = ip("203.0.113.1"); }},
    {"next hop peer", [](PolicySet& s) { s.next_hop = NextHopEdit::peer; },
     [](PathAttributes& a) { a.next_hop = ip("203.0.113.2"); }},
    {"next hop address",
     [](PolicySet& s) { s.next_hop = NextHopEdit::address, s.next_hop_address = ip("198.51.100.1"); },
     [](PathAttributes& a) { a.next_hop = ip("198.51.100.1"); }},
    {"prepend", [](PolicySet& s) { s.prepend = {Asn{65009}, 3}; },
     [](PathAttributes& a) { prepend(a.as_path, Asn{65009}, 3); }},
    {"communities add", [](PolicySet& s) { s.communities.add = {no_export, community("65000:1"), community("1:1")}; },
     [](PathAttributes& a) { a.communities = {community("1:1"), community("65000:1"), no_export}; }},
    {"communities remove", [](PolicySet& s) { s.communities.remove = {community("65000:1"), community("2:2")}; },
     [](PathAttributes& a) { a.communities.clear(); }},
    {"communities replace", [](PolicySet& s) { s.communities.replace = {{community("3:3")}}; },
     [](PathAttributes& a) { a.communities = {community("3:3")}; }},
    {"communities replace by none", [](PolicySet& s) { s.communities.replace.emplace(); },
     [](PathAttributes& a) { a.communities.clear(); }},
    {"communities replace, remove, add",
     [](PolicySet& s) {
       s.communities.replace = {{community("3:3"), community("4:4")}};
       s.communities.remove = {community("4:4"), community("5:5")};
       s.communities.add = {community("5:5")};
     },
     [](PathAttributes& a) { a.communities = {community("3:3"), community("5:5")}; }},
    {"large_communities", [](PolicySet& s) { s.large_communities = {{}, {{65000, 1, 2}}, {{1, 2, 3}}}; },
     [](PathAttributes& a) { a.large_communities = {{1, 2, 3}}; }},
    {"extended_communities replace", [](PolicySet& s) { s.extended_communities.replace = {{extended("soo:1:1")}}; },
     [](PathAttributes& a) { a.extended_communities = {extended("soo:1:1")}; }},
    {"route_targets add", [](PolicySet& s) { s.route_targets.add = {extended("rt:65000:200")}; },
     [](PathAttributes& a) {
       a.extended_communities = {extended("rt:65000:100"), extended("rt:65000:200"), extended("soo:65000:7")};
     }},
    {"route_targets remove", [](PolicySet& s) { s.route_targets.remove = {extended("rt:65000:100")}; },
     [](PathAttributes& a) { a.extended_communities = {extended("soo:65000:7")}; }},
    {"route_targets replace leaves other kinds",
     [](PolicySet& s) { s.route_targets.replace = {{extended("rt:10.0.0.1:5")}}; },
     [](PathAttributes& a) { a.extended_communities = {extended("soo:65000:7"), extended("rt:10.0.0.1:5")}; }},
    {"extended_communities first, route_targets then",
     [](PolicySet& s) {
       s.extended_communities.replace = {{extended("rt:1:1"), extended("soo:1:1")}};
       s.route_targets.replace = {{extended("rt:2:2")}};
     },
     [](PathAttributes& a) { a.extended_communities = {extended("rt:2:2"), extended("soo:1:1")}; }},
};

PolicyTerm term(PolicyAction then, PolicyMatch match = {}, PolicySet set = {}) { return {{}, match, set, then}; }

PolicyMatch with_community(const char* text) {
  PolicyMatch match;
  match.communities = {community(text)};
  return match;
}

PolicySet adding(const char* text) {
  PolicySet set;
  set.communities.add = {community(text)};
  return set;
}

}  // namespace

TEST_CASE("each condition on attributes lets in what it says and nothing else") {
  PolicyFixture f;
  for (const MatchRow& row : match_rows) {
    CAPTURE(row.what);
    PolicyMatch match;
    row.condition(match);
    PathAttributes miss = plain_attributes();
    row.miss(miss);
    CHECK(f.matches(match, plain_attributes()));
    CHECK_FALSE(f.matches(match, miss));
  }
}

TEST_CASE("each condition on the route lets in what it says and nothing else") {
  PolicyFixture f;
  f.lists = {{"empty", {}}, {"tens", {{net("10.0.0.0/8"), 16, 24}}}};
  for (const RouteRow& row : route_rows) {
    CAPTURE(row.what);
    PolicyMatch match;
    row.condition(match);
    CHECK(f.matches(match, plain_attributes()));
    Nlri nlri = default_nlri;
    if (row.miss_prefix != nullptr) nlri.prefix = net(row.miss_prefix);
    PolicyContext miss = context_of(nlri);
    if (row.miss_prefix == nullptr) miss.family = Family::vpnv6, miss.source_peer = ip("192.0.2.2");
    CHECK_FALSE(f.matches(match, plain_attributes(), miss));
  }
}

TEST_CASE("a match without conditions lets in everything") {
  PolicyFixture f;
  CHECK(f.matches({}, PathAttributes{}));
}

TEST_CASE("all conditions of a match must hold") {
  PolicyFixture f;
  PolicyMatch match = with_community("65000:1");
  match.origin = Origin::egp;
  CHECK_FALSE(f.matches(match, plain_attributes()));
  match.origin = Origin::igp;
  CHECK(f.matches(match, plain_attributes()));
}

TEST_CASE("each thing to set is set, and nothing else changes") {
  PolicyFixture f;
  for (const SetRow& row : set_rows) {
    CAPTURE(row.what);
    PolicySet set;
    row.set(set);
    PathAttributes expected = plain_attributes();
    row.expected(expected);
    canonicalize(expected);
    CHECK(f.judge(*f.compile({term(PolicyAction::accept, {}, set)}), plain_attributes()).accepted);
    CHECK(f.out == expected);
  }
}

TEST_CASE("a removed MED is gone") {
  PolicyFixture f;
  PathAttributes in = plain_attributes();
  in.med = 9;
  PolicySet set;
  set.remove_med = true;
  f.judge(*f.compile({term(PolicyAction::accept, {}, set)}), in);
  CHECK(f.out == plain_attributes());
}

TEST_CASE("a new next hop drops the link-local one, and no session leaves both") {
  PolicyFixture f;
  PathAttributes in = plain_attributes();
  in.next_hop = ip("2001:db8::1");
  in.next_hop_link_local = ip("fe80::1");
  PolicySet set;
  set.next_hop = NextHopEdit::self;
  const auto policy = f.compile({term(PolicyAction::accept, {}, set)});
  PolicyContext context = context_of();
  context.local_address = ip("2001:db8::9");
  f.judge(*policy, in, context);
  CHECK(f.out.next_hop == ip("2001:db8::9"));
  CHECK_FALSE(f.out.next_hop_link_local);
  context.local_address = {};
  f.judge(*policy, in, context);
  CHECK(f.out == in);
}

TEST_CASE("prepending to a full segment starts another") {
  PolicyFixture f;
  PathAttributes in = plain_attributes();
  in.as_path[0].asns.assign(255, Asn{1});
  PolicySet set;
  set.prepend = {Asn{65009}, 2};
  f.judge(*f.compile({term(PolicyAction::accept, {}, set)}), in);
  REQUIRE(f.out.as_path.size() == 2);
  CHECK(f.out.as_path[0].asns == std::vector<Asn>{Asn{65009}, Asn{65009}});
  CHECK(f.out.as_path[1].asns.size() == 255);
}

TEST_CASE("the first term that accepts or rejects decides; none rejects") {
  PolicyFixture f;
  const auto judge = [&](std::vector<PolicyTerm> terms) { return f.judge(*f.compile(terms), plain_attributes()); };
  const PolicyMatch never = with_community("9:9");
  CHECK(judge({}) == PolicyResult{false, AttrId::none, no_term});
  CHECK(judge({term(PolicyAction::next)}) == PolicyResult{false, AttrId::none, no_term});
  CHECK(judge({term(PolicyAction::accept, never)}) == PolicyResult{false, AttrId::none, no_term});
  CHECK(judge({term(PolicyAction::accept), term(PolicyAction::reject)}) == PolicyResult{true, AttrId::none, 0});
  CHECK(judge({term(PolicyAction::next), term(PolicyAction::reject), term(PolicyAction::accept)}) ==
        PolicyResult{false, AttrId::none, 1});
  CHECK(judge({term(PolicyAction::reject, never), term(PolicyAction::accept)}) == PolicyResult{true, AttrId::none, 1});
}

TEST_CASE("a later term sees what an earlier one set") {
  PolicyFixture f;
  const auto policy = f.compile({term(PolicyAction::next, with_community("65000:1"), adding("7:7")),
                                 term(PolicyAction::accept, with_community("7:7"), adding("8:8"))});
  CHECK(f.judge(*policy, plain_attributes()).accepted);
  CHECK(f.out.communities == std::vector{community("7:7"), community("8:8"), community("65000:1")});
  PathAttributes bare = plain_attributes();
  bare.communities.clear();
  CHECK_FALSE(f.judge(*policy, bare).accepted);
}

TEST_CASE("an AS path expression sees a path that an earlier term prepended to") {
  PolicyFixture f;
  PolicyMatch before, after;
  before.as_path = "^65001 ";
  after.as_path = "^65009 65001 ";
  PolicySet prepending;
  prepending.prepend = {Asn{65009}, 1};
  CHECK(
      f.accepts({term(PolicyAction::next, before, prepending), term(PolicyAction::accept, after)}, plain_attributes()));
}

TEST_CASE("edits of a rejecting term do not matter, and an accepted route without edits keeps its set") {
  PolicyFixture f;
  CHECK_FALSE(f.accepts({term(PolicyAction::reject, {}, adding("1:1"))}, plain_attributes()));
  const AttributesRef in(f.table, f.table.intern(plain_attributes()));
  const PolicyResult result = f.compile({term(PolicyAction::accept)})->evaluate(in.id(), context_of());
  CHECK(result.attributes == in.id());
  f.table.release(result.attributes);
}

TEST_CASE("terms on prefixes and on attributes mix") {
  PolicyFixture f;
  f.lists = {{"tens", {{net("10.0.0.0/8"), {}, 32}}}, {"fine", {{net("0.0.0.0/0"), 25, {}}}}};
  PolicyMatch tens, fine;
  tens.prefix_lists = {"tens"};
  fine.prefix_lists = {"fine"};
  const auto policy = f.compile({term(PolicyAction::next, tens, adding("10:10")), term(PolicyAction::reject, fine),
                                 term(PolicyAction::accept, with_community("10:10"), adding("1:1")),
                                 term(PolicyAction::accept, with_community("65000:1"), adding("2:2"))});
  const auto judge = [&](const char* prefix) {
    const Nlri nlri{{}, net(prefix)};
    return f.judge(*policy, plain_attributes(), context_of(nlri)).term;
  };
  for (int round = 0; round != 2; ++round) {
    CHECK(judge("10.1.0.0/16") == 2);
    CHECK(f.out.communities == std::vector{community("1:1"), community("10:10"), community("65000:1")});
    CHECK(judge("11.1.0.0/16") == 3);
    CHECK(f.out.communities == std::vector{community("2:2"), community("65000:1")});
    CHECK(judge("10.1.0.0/26") == 1);
    CHECK(judge("11.1.0.0/26") == 1);
  }
}

TEST_CASE("a policy says what it looks at") {
  PolicyFixture f;
  f.lists = {{"l", {}}};
  PolicyMatch prefix, list, peer, family;
  prefix.prefixes = {net("10.0.0.0/8")};
  list.prefix_lists = {"l"};
  peer.peers = {ip("10.0.0.1")};
  family.families = {Family::vpnv4};
  PolicySet self, remote;
  self.next_hop = NextHopEdit::self;
  remote.next_hop = NextHopEdit::peer;
  const auto looks = [&](PolicyMatch match, PolicySet set) {
    const auto policy = f.compile({term(PolicyAction::accept), term(PolicyAction::accept, match, set)});
    return std::vector{policy->looks_at_prefix(), policy->looks_at_source(), policy->looks_at_session()};
  };
  CHECK(looks(with_community("1:1"), adding("1:1")) == std::vector{false, false, false});
  CHECK(looks(prefix, {}) == std::vector{true, false, false});
  CHECK(looks(list, {}) == std::vector{true, false, false});
  CHECK(looks(peer, {}) == std::vector{false, true, false});
  CHECK(looks(family, {}) == std::vector{false, false, true});
  CHECK(looks({}, self) == std::vector{false, false, true});
  CHECK(looks({}, remote) == std::vector{false, false, true});
}

TEST_CASE("a term is described by policy and name or number") {
  PolicyFixture f;
  const auto policy = f.compile({term(PolicyAction::next), {"customers", {}, {}, PolicyAction::accept}});
  CHECK(describe(*policy, 0) == "p term 1");
  CHECK(describe(*policy, 1) == "p term \"customers\"");
  CHECK(describe(*policy, no_term) == "p default");
}
