#include "daemon/bgp/wire/attribute_table.h"

#include <algorithm>
#include <array>

#include "daemon/bgp/wire/attribute_values.h"
#include "daemon/bgp/wire/notification.h"
#include "daemon/bgp/wire/opaque_attributes.h"

namespace vrfd::bgp {

namespace {

constexpr std::uint8_t well_known = flag::transitive;
constexpr std::uint8_t transitive = flag::optional | flag::transitive;
constexpr std::uint8_t non_transitive = flag::optional;

constexpr Verdict discard = Verdict::attribute_discard;
constexpr Verdict withdraw = Verdict::treat_as_withdraw;
constexpr Verdict reset = Verdict::session_reset;

constexpr LengthRule any{};
constexpr LengthRule exactly(std::size_t size) { return {size, size, 1}; }
constexpr LengthRule at_least(std::size_t size) { return {size, LengthRule{}.maximum, 1}; }
constexpr LengthRule some(std::size_t multiple) { return {multiple, LengthRule{}.maximum, multiple}; }

constexpr std::uint8_t bad_length = subcode::attribute_length;
constexpr std::uint8_t bad_optional = subcode::optional_attribute;

Finding nothing_to_read(ByteView, const SessionContext&, AttributeDraft&) { return {}; }

// clang-format off
constexpr std::array rows{
    // RFC 4271, 5.1; RFC 7606, 7.1 to 7.7
    AttributeRow{1, "ORIGIN", well_known, exactly(1), withdraw, withdraw, discard, subcode::invalid_origin, false, Keep::field, read_origin, write_origin},
    AttributeRow{2, "AS_PATH", well_known, any, withdraw, withdraw, discard, subcode::malformed_as_path, false, Keep::field, read_as_path, write_as_path},
    AttributeRow{3, "NEXT_HOP", well_known, exactly(4), withdraw, withdraw, discard, subcode::invalid_next_hop, false, Keep::field, read_next_hop, write_next_hop},
    AttributeRow{4, "MULTI_EXIT_DISC", non_transitive, exactly(4), withdraw, withdraw, discard, bad_length, false, Keep::field, read_med, write_med},
    AttributeRow{5, "LOCAL_PREF", well_known, exactly(4), withdraw, withdraw, discard, bad_length, true, Keep::field, read_local_preference, write_local_preference},
    AttributeRow{6, "ATOMIC_AGGREGATE", well_known, exactly(0), discard, withdraw, discard, bad_length, false, Keep::field, read_atomic_aggregate, write_atomic_aggregate},
    AttributeRow{7, "AGGREGATOR", transitive, any, discard, withdraw, discard, bad_optional, false, Keep::field, read_aggregator, write_aggregator},
    // RFC 1997; RFC 7606, 7.8
    AttributeRow{8, "COMMUNITIES", transitive, some(4), withdraw, withdraw, discard, bad_optional, false, Keep::field, read_communities, write_communities},
    // RFC 4456, 8; RFC 7606, 7.9 and 7.10
    AttributeRow{9, "ORIGINATOR_ID", non_transitive, exactly(4), withdraw, withdraw, discard, bad_optional, true, Keep::field, read_originator_id, write_originator_id},
    AttributeRow{10, "CLUSTER_LIST", non_transitive, some(4), withdraw, withdraw, discard, bad_optional, true, Keep::field, read_cluster_list, write_cluster_list},
    // RFC 4760, 3 and 4; RFC 7606, 5.3 and 7.11
    AttributeRow{14, "MP_REACH_NLRI", non_transitive, any, reset, withdraw, reset, bad_optional, false, Keep::nowhere, nothing_to_read, nullptr},
    AttributeRow{15, "MP_UNREACH_NLRI", non_transitive, any, reset, withdraw, reset, bad_optional, false, Keep::nowhere, nothing_to_read, nullptr},
    // RFC 4360; RFC 7606, 7.14
    AttributeRow{16, "EXTENDED_COMMUNITIES", transitive, some(8), withdraw, withdraw, discard, bad_optional, false, Keep::field, read_extended_communities, write_extended_communities},
    // RFC 6793, 3 and 6
    AttributeRow{17, "AS4_PATH", transitive, at_least(6), discard, withdraw, discard, bad_optional, false, Keep::field, read_as4_path, write_as4_path},
    AttributeRow{18, "AS4_AGGREGATOR", transitive, exactly(8), discard, withdraw, discard, bad_optional, false, Keep::field, read_as4_aggregator, write_as4_aggregator},
    // RFC 6514, 5
    AttributeRow{22, "PMSI_TUNNEL", transitive, at_least(5), withdraw, withdraw, discard, bad_optional, false, Keep::opaque, check_pmsi_tunnel, nullptr},
    // RFC 9012, 13
    AttributeRow{23, "TUNNEL_ENCAPSULATION", transitive, at_least(4), withdraw, withdraw, discard, bad_optional, false, Keep::opaque, check_tunnel_encapsulation, nullptr},
    // RFC 5701, 2; RFC 7606, 7.15
    AttributeRow{25, "IPV6_EXTENDED_COMMUNITIES", transitive, some(20), withdraw, withdraw, discard, bad_optional, false, Keep::opaque, nothing_to_read, nullptr},
    // RFC 7311, 3
    AttributeRow{26, "AIGP", non_transitive, any, discard, discard, discard, bad_optional, false, Keep::nowhere, check_aigp, nullptr},
    // RFC 9552, 8.2.2
    AttributeRow{29, "BGP_LS", non_transitive, any, discard, discard, discard, bad_optional, false, Keep::nowhere, check_link_state, nullptr},
    // RFC 8092, 6
    AttributeRow{32, "LARGE_COMMUNITIES", transitive, some(12), withdraw, withdraw, discard, bad_optional, false, Keep::field, read_large_communities, write_large_communities},
    // RFC 9234, 5
    AttributeRow{35, "ONLY_TO_CUSTOMER", transitive, exactly(4), withdraw, withdraw, discard, bad_optional, false, Keep::opaque, check_only_to_customer, nullptr},
    // RFC 8669, 6; RFC 9252, 7
    AttributeRow{40, "PREFIX_SID", transitive, any, discard, discard, discard, bad_optional, false, Keep::opaque, check_prefix_sid, nullptr},
};
// clang-format on

}  // namespace

std::span<const AttributeRow> attribute_rows() { return rows; }

const AttributeRow* attribute_row(std::uint8_t type) {
  static constexpr auto positions = [] {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t i = 0; i != rows.size(); ++i) table[rows[i].type] = static_cast<std::uint8_t>(i + 1);
    return table;
  }();
  const std::uint8_t position = positions[type];
  return position == 0 ? nullptr : &rows[position - 1u];
}

std::string attribute_name(std::uint8_t type) {
  const AttributeRow* row = attribute_row(type);
  return row != nullptr ? std::string(row->name) : "attribute " + std::to_string(type);
}

}  // namespace vrfd::bgp
