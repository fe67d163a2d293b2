// Makes VRF devices so and keeps them so: creation or adoption, names, the unreachable default of each family, rules,
// bound interfaces, removal. Synchronous: these are rare and take milliseconds.
#pragma once

#include "netlink/query.h"
#include "netlink/vrf_device.h"
#include "netlink/vrf_link.h"

namespace vrfd::netlink {

class VrfDevices {
 public:
  static Result<VrfDevices> open();

  // Idempotent: call it again when the device was deleted, went down or came back. Names and the unreachable defaults
  // (in the device's table, with vrfd's protocol and `unreachable_metric`) are part of it. `links`: as they are now,
  // among which a device to adopt is looked for; one that is made is added, so that many devices take one list. One
  // that was just made and could not be completed is deleted again.
  Result<VrfDevice> ensure(const VrfDeviceRequest& request, std::vector<Link>& links);
  // Deletes the device; one that is gone already is success. Routes of its table that do not go through its interfaces
  // stay behind: flush them.
  Result<void> remove(IfIndex device);
  // Global IPv6 addresses survive only with net.ipv6.conf.all.keep_addr_on_down=1.
  Result<void> enslave(IfIndex link, IfIndex device);
  Result<void> release(IfIndex link);
  // Both families.
  Result<void> ensure_rules();

  Result<std::vector<Link>> links();
  Result<std::vector<Rule>> rules(AddressFamily family);

 private:
  VrfDevices(Query query, VrfLinks links) : query_(std::move(query)), vrf_links_(std::move(links)) {}

  Result<Link> created(const VrfDeviceRequest& request);
  Result<void> completed(const Link& link, const VrfDeviceRequest& request);
  Result<void> name(const Link& link, const std::string& instance);
  Result<void> add_unreachable_default(TableId table, AddressFamily family);
  Result<void> apply(const RuleStep& step);

  Query query_;
  VrfLinks vrf_links_;
};

}  // namespace vrfd::netlink
