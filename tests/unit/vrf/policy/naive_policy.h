// A policy judged by the book, slowly: every term of the definition for every route, nothing compiled, nothing
// remembered. What the compiled form is held against.
#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "vrf/policy/compiled_policy.h"

namespace vrfd::test {

struct NaiveResult {
  std::uint16_t term = no_term;
  std::optional<PathAttributes> attributes;  // absent: rejected
};

class NaivePolicy {
 public:
  NaivePolicy(const PolicyDefinition& definition, std::span<const PrefixList> lists)
      : definition_(definition), lists_(lists) {}

  NaiveResult judge(PathAttributes attributes, const PolicyContext& route) const {
    for (std::size_t i = 0; i != definition_.terms.size(); ++i) {
      const PolicyTerm& term = definition_.terms[i];
      if (!matches(term.match, attributes, route)) continue;
      const auto index = static_cast<std::uint16_t>(i);
      if (term.then == PolicyAction::reject) return {index, std::nullopt};
      edit(term.set, attributes, route);
      if (term.then == PolicyAction::accept) return {index, attributes};
    }
    return {};
  }

 private:
  template <class T, class Predicate>
  static bool any(const std::vector<T>& wanted, Predicate predicate) {
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), predicate);
  }
  template <class T>
  static bool has(const std::vector<T>& list, const T& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
  }
  static bool number(const std::optional<NumberMatch>& match, std::uint32_t is) {
    if (!match) return true;
    if (match->comparison == Comparison::at_least) return is >= match->value;
    if (match->comparison == Comparison::at_most) return is <= match->value;
    return is == match->value;
  }
  static bool lets_in(const PrefixListEntry& entry, const Prefix& prefix) {
    const unsigned least = entry.ge ? *entry.ge : entry.prefix.length();
    const unsigned most = entry.le ? *entry.le : entry.ge ? bits_of(entry.prefix.family()) : entry.prefix.length();
    return entry.prefix.covers(prefix) && prefix.length() >= least && prefix.length() <= most;
  }
  bool listed(const std::string& name, const Prefix& prefix) const {
    for (const PrefixList& list : lists_)
      if (list.name == name)
        return std::any_of(list.entries.begin(), list.entries.end(),
                           [&](const PrefixListEntry& entry) { return lets_in(entry, prefix); });
    return false;
  }

  bool matches(const PolicyMatch& m, const PathAttributes& a, const PolicyContext& route) const {
    const Prefix& prefix = route.nlri.prefix;
    const auto extended = [&](auto c) { return has(a.extended_communities, c); };
    return any(m.prefix_lists, [&](const std::string& name) { return listed(name, prefix); }) &&
           any(m.prefixes, [&](const Prefix& p) { return p == prefix; }) &&
           any(m.peers, [&](const IpAddress& peer) { return peer == route.source_peer; }) &&
           any(m.families, [&](Family family) { return family == route.family; }) &&
           any(m.communities, [&](Community c) { return has(a.communities, c); }) &&
           any(m.large_communities, [&](const LargeCommunity& c) { return has(a.large_communities, c); }) &&
           any(m.extended_communities, extended) &&
           any(m.route_targets, [&](RouteTarget target) { return extended(target.community()); }) &&
           any(m.next_hops, [&](const Prefix& p) { return p.contains(a.next_hop); }) &&
           (!m.origin || a.origin == *m.origin) && (!m.origin_as || origin_as(a.as_path) == m.origin_as) &&
           number(m.med, a.med.value_or(0)) && number(m.local_preference, a.local_preference.value_or(100)) &&
           number(m.as_path_length, hop_count(a.as_path)) &&
           (!m.as_path || re2::RE2::PartialMatch(to_string(a.as_path), *m.as_path));
  }

  template <class T, class Concerned>
  static void edit(const CommunityEdit<T>& edits, std::vector<T>& list, Concerned concerned) {
    std::vector<T> kept;
    for (const T& one : list)
      if ((!edits.replace || !concerned(one)) && !has(edits.remove, one)) kept.push_back(one);
    if (edits.replace)
      for (const T& one : *edits.replace)
        if (!has(edits.remove, one)) kept.push_back(one);
    kept.insert(kept.end(), edits.add.begin(), edits.add.end());
    list = kept;
  }

  static void edit(const PolicySet& s, PathAttributes& a, const PolicyContext& route) {
    const auto every = [](const auto&) { return true; };
    if (s.local_preference) a.local_preference = s.local_preference;
    if (s.remove_med) a.med.reset();
    if (s.med) a.med = s.med;
    if (s.origin) a.origin = *s.origin;
    IpAddress hop;
    if (s.next_hop == NextHopEdit::self) hop = route.local_address;
    if (s.next_hop == NextHopEdit::peer) hop = route.remote_address;
    if (s.next_hop == NextHopEdit::address) hop = s.next_hop_address;
    if (!hop.is_unspecified()) a.next_hop = hop, a.next_hop_link_local.reset();
    if (s.prepend) prepend(a.as_path, s.prepend->asn, s.prepend->times);
    edit(s.communities, a.communities, every);
    edit(s.large_communities, a.large_communities, every);
    edit(s.extended_communities, a.extended_communities, every);
    edit(s.route_targets, a.extended_communities, [](ExtendedCommunity c) { return is_route_target(c); });
    canonicalize(a);
  }

  const PolicyDefinition& definition_;
  std::span<const PrefixList> lists_;
};

}  // namespace vrfd::test
