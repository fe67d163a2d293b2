#include "daemon/protocol/route_row.h"

#include "daemon/protocol/json_writer.h"
#include "vrf/types/text.h"

namespace vrfd::protocol {
namespace {

template <class T>
std::vector<std::string> texts_of(const std::vector<T>& values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const T& value : values) texts.push_back(to_string(value));
  return texts;
}

std::string_view key_of(SegmentType type) {
  switch (type) {
    case SegmentType::set:
      return "set";
    case SegmentType::confed_sequence:
      return "confed_sequence";
    case SegmentType::confed_set:
      return "confed_set";
    case SegmentType::sequence:
      break;
  }
  return "sequence";
}

void write_asns(JsonWriter& out, const AsSegment& segment) {
  for (Asn asn : segment.asns) out.integer(asn.value());
}

// Numbers, and an object for each segment that is no sequence: [65001, {"set": [65003, 65004]}].
void write_path(JsonWriter& out, const AsPath& path) {
  out.begin_array();
  for (const AsSegment& segment : path) {
    if (segment.type == SegmentType::sequence) {
      write_asns(out, segment);
      continue;
    }
    out.begin_object();
    out.key(key_of(segment.type));
    out.begin_array();
    write_asns(out, segment);
    out.end_array();
    out.end_object();
  }
  out.end_array();
}

void write_aggregator(JsonWriter& out, const std::optional<Aggregator>& aggregator) {
  if (!aggregator) return out.null();
  out.begin_object();
  out.field("as", aggregator->asn.value());
  out.field("address", to_string(aggregator->address));
  out.end_object();
}

void write_unknown(JsonWriter& out, const std::vector<UnknownAttribute>& attributes) {
  out.begin_array();
  for (const UnknownAttribute& attribute : attributes) {
    std::string octets;
    for (std::uint8_t octet : attribute.value) octets += hex(octet, 2);
    out.begin_object();
    out.field("type", attribute.type);
    out.field("flags", attribute.flags);
    out.field("hex", octets);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

void set_attributes(RouteRow& row, const PathAttributes& attributes) {
  row.next_hop.reset();
  if (!attributes.next_hop.is_unspecified()) row.next_hop = to_string(attributes.next_hop);
  row.next_hop_link_local.reset();
  if (attributes.next_hop_link_local) row.next_hop_link_local = to_string(*attributes.next_hop_link_local);
  row.local_preference = attributes.local_preference;
  row.med = attributes.med;
  row.as_path = attributes.as_path;
  row.origin = name_of(attributes.origin);
  row.aggregator = attributes.aggregator;
  row.communities = texts_of(attributes.communities);
  row.extended_communities = texts_of(attributes.extended_communities);
  row.large_communities = texts_of(attributes.large_communities);
  row.unknown_attributes = attributes.unknown;
}

void write(JsonWriter& out, const RouteRow& row) {
  out.begin_object();
  out.field("prefix", row.prefix);
  out.field("rd", row.rd);
  out.field("vpn_instance", row.vpn_instance);
  out.field("family", row.family);
  out.field("path_id", row.path_id);
  out.field("peer", row.peer);
  out.field("next_hop", row.next_hop);
  out.field("next_hop_link_local", row.next_hop_link_local);
  out.field("labels", row.labels);
  out.field("local_preference", row.local_preference);
  out.field("med", row.med);
  out.key("as_path");
  write_path(out, row.as_path);
  out.field("origin", row.origin);
  out.key("aggregator");
  write_aggregator(out, row.aggregator);
  out.field("communities", row.communities);
  out.field("extended_communities", row.extended_communities);
  out.field("large_communities", row.large_communities);
  out.key("unknown_attributes");
  write_unknown(out, row.unknown_attributes);
  out.field("best", row.best);
  out.field("state", row.state);
  out.field("reason", row.reason);
  out.end_object();
}

}  // namespace vrfd::protocol
