// UPDATE messages into values and back (RFC 4271, 4.3 and 6.3; RFC 4760; RFC 7606).
//
// Reading is in three steps, so that a caller who has seen the attributes before takes only the first two:
//   split_update (update_sections.h)   where the parts lie
//   decode_routes                      the routes, reachable and withdrawn
//   decode_attributes                  the attributes, and RFC 7606's verdict on them and on the routes
// All of it takes time linear in the octets. A step that returns a Notification ends the session; then `update` holds
// nothing of use. `update` may be one used before: its storage is reused.
//
// Writing packs as many routes as fit into each message: the attributes are encoded once, for as many messages and
// peers as want the same octets.
#pragma once

#include <optional>
#include <span>

#include "daemon/bgp/wire/update_sections.h"

namespace vrfd::bgp {

std::optional<Notification> decode_routes(const UpdateSections& sections, const SessionContext& context,
                                          Update& update);
// After `decode_routes` of the same sections.
std::optional<Notification> decode_attributes(const UpdateSections& sections, const SessionContext& context,
                                              Update& update);
// All three steps; `body` comes without the header.
std::optional<Notification> decode_update(ByteView body, const SessionContext& context, Update& update);

// `update.attributes` with the next hop of `row`: what to intern for the routes of that row.
PathAttributes attributes_of(const Update& update, const FamilyRoutes& row);

// Path attributes ready to be sent. With `mp_next_hop` the routes go into MP_REACH_NLRI, without into the NLRI field.
struct AttributeBlock {
  Bytes octets;
  Bytes mp_next_hop;
  bool operator==(const AttributeBlock&) const = default;
};

// LOCAL_PREF, ORIGINATOR_ID and CLUSTER_LIST go only to internal peers; unknown attributes get the partial bit. IPv4
// routes take MP_REACH_NLRI where their next hop is IPv6 (RFC 8950).
AttributeBlock encode_attributes(const PathAttributes& attributes, Family family, const SessionContext& context);

// Append whole UPDATE messages to `out`. False, and nothing appended, if not even one route fits beside the attributes
// (RFC 8654, 5: then the routes must be withdrawn instead).
bool encode_reachable(Family family, const AttributeBlock& block, std::span<const AnnouncedNlri> routes,
                      const SessionContext& context, Bytes& out);
void encode_unreachable(Family family, std::span<const AnnouncedNlri> routes, const SessionContext& context,
                        Bytes& out);
void encode_end_of_rib(Family family, Bytes& out);

}  // namespace vrfd::bgp
