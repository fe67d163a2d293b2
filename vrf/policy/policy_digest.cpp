#include "vrf/policy/policy_digest.h"

#include "vrf/policy/digest.h"

namespace vrfd {

namespace {

// One overload for each type of member; each writes what tells values of its type apart.
class TermDigest {
 public:
  template <class... T>
  void all(const T&... members) {
    (one(members), ...);
  }
  std::uint64_t value() const { return digest_.value(); }

 private:
  template <class T>
    requires std::is_enum_v<T> || std::is_integral_v<T>
  void one(T number) {
    digest_.add(static_cast<std::uint64_t>(number));
  }
  template <class Tag, class T>
  void one(Strong<Tag, T> number) {
    digest_.add(std::uint64_t{number.value()});
  }
  void one(const std::string& text) { digest_.add(std::string_view(text)); }
  void one(const IpAddress& address) {
    one(address.family());
    for (std::uint8_t octet : address.octets()) one(octet);
  }
  void one(const Prefix& prefix) { all(prefix.address(), prefix.length()); }
  void one(RouteTarget target) { one(target.community()); }
  void one(const LargeCommunity& c) { all(c.global, c.local1, c.local2); }
  void one(const NumberMatch& match) { all(match.comparison, match.value); }
  void one(const AsPathPrepend& prepend) { all(prepend.asn, prepend.times); }
  template <class T>
  void one(const std::vector<T>& list) {
    one(list.size());
    for (const T& member : list) one(member);
  }
  template <class T>
  void one(const std::optional<T>& member) {
    one(member.has_value());
    if (member) one(*member);
  }
  template <class T>
  void one(const CommunityEdit<T>& edits) {
    all(edits.replace, edits.remove, edits.add);
  }

  Digest digest_;
};

}  // namespace

std::uint64_t digest_of(std::span<const PolicyTerm> terms, const PrefixSetLookup& prefix_lists) {
  TermDigest digest;
  for (const PolicyTerm& term : terms) {
    const PolicyMatch& m = term.match;
    for (const std::string& name : m.prefix_lists) digest.all(prefix_lists(name)->fingerprint());
    digest.all(m.prefix_lists.size(), m.prefixes, m.as_path, m.origin_as, m.communities, m.large_communities,
               m.extended_communities, m.route_targets, m.next_hops, m.origin, m.med, m.local_preference,
               m.as_path_length, m.peers, m.families);
    const PolicySet& s = term.set;
    digest.all(s.local_preference, s.med, s.remove_med, s.origin, s.next_hop, s.next_hop_address, s.prepend,
               s.communities, s.extended_communities, s.large_communities, s.route_targets, term.then);
  }
  return digest.value();
}

}  // namespace vrfd
