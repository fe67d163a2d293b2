// Export rules applied to paths, remembering what each attribute set became.
#pragma once

#include "vrf/attribute_memo.h"
#include "vrf/export_rules.h"
#include "vrf/route_table.h"

namespace vrfd {

class RouteExport {
 public:
  RouteExport(RouteTable& table, const SourceTable& sources)
      : table_(table), sources_(sources), results_(table.attributes()), finished_(table.attributes()) {}

  // Whether `path` may go out at all under `rules`, policy aside.
  bool may_go(const ExportRules& rules, const Path& path) const {
    return !path.has(PathFlag::transport) &&
           may_announce(rules, class_of(sources_[path.source], path.has(PathFlag::imported)));
  }
  bool swaps_label(const ExportRules& rules, const Path& path) const {
    return vrfd::swaps_label(rules, class_of(sources_[path.source], path.has(PathFlag::imported)));
  }
  bool is_reflected(const ExportRules& rules, const Path& path) const {
    return vrfd::is_reflected(rules, class_of(sources_[path.source], path.has(PathFlag::imported)));
  }
  // What `path` of `dest` is announced with, with a reference for the caller; none if it is not announced. All calls
  // until forget() must be with the same rules.
  AttrId apply(const ExportRules& rules, const Path& path, DestId dest);
  // The default route that the rules make up for the peer, as apply(); none where they make up none.
  AttrId make_default(const ExportRules& rules);
  void forget();

 private:
  // One path on its way out.
  struct Departure {
    const ExportRules& rules;
    PathClass path_class;
    const IpAddress& source;
    DestId dest;
  };
  // The three steps at once, for rules to which routes with equal attributes are equal.
  AttrId whole(const Departure& path, AttrId in);
  AttrId before(const Departure& path, AttrId in);
  AttrId judge(const Departure& path, AttrId in);
  AttrId after(const Departure& path, AttrId in);
  PolicyContext context(const Departure& path, const Nlri& nlri) const;

  RouteTable& table_;
  const SourceTable& sources_;
  // From a path's attributes: to the result where policy sees nothing but them, else to what policy is given.
  AttributeMemo results_;
  // From what policy made to the result.
  AttributeMemo finished_;
  // What policy was given and made last: kept alive, since the next route's is mostly the same.
  AttributesRef given_;
  AttributesRef judged_;
  PathAttributes edited_;  // kept for its memory
};

}  // namespace vrfd
