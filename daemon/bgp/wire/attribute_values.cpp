#include "daemon/bgp/wire/attribute_values.h"

#include "daemon/bgp/wire/as_path.h"

namespace vrfd::bgp {

namespace {

AsnSize asn_size(const SessionContext& context) { return context.four_octet_as ? AsnSize::four : AsnSize::two; }

IpAddress read_v4(ByteView value) { return IpAddress::v4(ByteReader(value).u32()); }

void write_v4(const IpAddress& address, Bytes& value) { ByteWriter(value).bytes(address.octets().first(4)); }

bool write_number(const std::optional<std::uint32_t>& number, Bytes& value) {
  if (number) ByteWriter(value).u32(*number);
  return number.has_value();
}

// Numbers of `T`, one after the other.
template <class T, class Read>
void read_list(ByteView value, std::vector<T>& list, Read read) {
  ByteReader reader(value);
  while (!reader.empty()) list.push_back(read(reader));
}

}  // namespace

Finding read_origin(ByteView value, const SessionContext&, AttributeDraft& draft) {
  if (value[0] > static_cast<std::uint8_t>(Origin::incomplete)) return {"unknown value"};
  draft.attributes.origin = static_cast<Origin>(value[0]);
  return {};
}

bool write_origin(const PathAttributes& attributes, const SessionContext&, Bytes& value) {
  value.push_back(static_cast<std::uint8_t>(attributes.origin));
  return true;
}

// Confederation segments mean nothing between ASes; vrfd is in no confederation (RFC 5065, 5).
Finding read_as_path(ByteView value, const SessionContext& context, AttributeDraft& draft) {
  AsPath& path = draft.attributes.as_path;
  if (const char* text = decode_as_path(value, asn_size(context), path)) return {text};
  if (!context.internal && has_confederation_segment(path)) return {"confederation segment from an external peer"};
  return {};
}

bool write_as_path(const PathAttributes& attributes, const SessionContext& context, Bytes& value) {
  encode_as_path(attributes.as_path, asn_size(context), value);
  return true;
}

Finding read_next_hop(ByteView value, const SessionContext&, AttributeDraft& draft) {
  draft.next_hop = read_v4(value);
  return {};
}

bool write_next_hop(const PathAttributes& attributes, const SessionContext&, Bytes& value) {
  write_v4(attributes.next_hop, value);
  return true;
}

Finding read_med(ByteView value, const SessionContext&, AttributeDraft& draft) {
  draft.attributes.med = ByteReader(value).u32();
  return {};
}

bool write_med(const PathAttributes& attributes, const SessionContext&, Bytes& value) {
  return write_number(attributes.med, value);
}

Finding read_local_preference(ByteView value, const SessionContext&, AttributeDraft& draft) {
  draft.attributes.local_preference = ByteReader(value).u32();
  return {};
}

bool write_local_preference(const PathAttributes& attributes, const SessionContext&, Bytes& value) {
  return write_number(attributes.local_preference, value);
}

Finding read_atomic_aggregate(ByteView, const SessionContext&, AttributeDraft& draft) {
  draft.attributes.atomic_aggregate = true;
  return {};
}

bool write_atomic_aggregate(const PathAttributes& attributes, const SessionContext&, Bytes&) {
  return attributes.atomic_aggregate;
}

Finding read_aggregator(ByteView value, const SessionContext& context, AttributeDraft& draft) {
  if (value.size() != (context.four_octet_as ? 8u : 6u)) return {"wrong length"};
  ByteReader reader(value);
  const Asn asn{context.four_octet_as ? reader.u32() : reader.u16()};
  if (asn.value() == 0) return {"AS 0"};
  draft.attributes.aggregator = Aggregator{asn, read_v4(reader.rest())};
  return {};
}

bool write_aggregator(const PathAttributes& attributes, const SessionContext& context, Bytes& value) {
  if (!attributes.aggregator) return false;
  const std::uint32_t asn = attributes.aggregator->asn.value();
  ByteWriter writer(value);
  if (context.four_octet_as)
    writer.u32(asn);
  else
    writer.u16(static_cast<std::uint16_t>(asn > 0xFFFF ? as_trans.value() : asn));
  write_v4(attributes.aggregator->address, value);
  return true;
}

Finding read_communities(ByteView value, const SessionContext&, AttributeDraft& draft) {
  read_list(value, draft.attributes.communities, [](ByteReader& reader) { return Community{reader.u32()}; });
  return {};
}

bool write_communities(const PathAttributes& attributes, const SessionContext&, Bytes& value) {
  ByteWriter writer(value);
  for (const Community community : attributes.communities) writer.u32(community.value());
  return !attributes.communities.empty();
}

Finding read_originator_id(ByteView value, const SessionContext&, AttributeDraft& draft) {
  draft.attributes.originator_id = read_v4(value);
  return {};
}

bool write_originator_id(const PathAttributes& attributes, const SessionContext&, Bytes& value) {
  if (attributes.originator_id) write_v4(*attributes.originator_id, value);
  return attributes.originator_id.has_value();
}

Finding read_cluster_list(ByteView value, const SessionContext&, AttributeDraft& draft) {
  read_list(value, draft.attributes.cluster_list, [](ByteReader& reader) { return IpAddress::v4(reader.u32()); });
  return {};
}

bool write_cluster_list(const PathAttributes& attributes, const SessionContext&, Bytes& value) {
  for (const IpAddress& cluster : attributes.cluster_list) write_v4(cluster, value);
  return !attributes.cluster_list.empty();
}

Finding read_extended_communities(ByteView value, const SessionContext&, AttributeDraft& draft) {
  read_list(value, draft.attributes.extended_communities,
            [](ByteReader& reader) { return ExtendedCommunity{reader.u64()}; });
  return {};
}

bool write_extended_communities(const PathAttributes& attributes, const SessionContext&, Bytes& value) {
  ByteWriter writer(value);
  for (const ExtendedCommunity community : attributes.extended_communities) writer.u64(community.value());
  return !attributes.extended_communities.empty();
}

// The path is used even where confederation segments had to be taken out of it (RFC 6793, 6).
Finding read_as4_path(ByteView value, const SessionContext& context, AttributeDraft& draft) {
  if (context.four_octet_as) return {"from a four-octet AS speaker"};
  AsPath path;
  if (const char* text = decode_as_path(value, AsnSize::four, path)) return {text};
  const bool confederation = has_confederation_segment(path);
  remove_confederation_segments(path);
  draft.as4_path = std::move(path);
  return confederation ? Finding{"confederation segment"} : Finding{};
}

bool write_as4_path(const PathAttributes& attributes, const SessionContext& context, Bytes& value) {
  if (context.four_octet_as || !needs_four_octets(attributes.as_path)) return false;
  AsPath path = attributes.as_path;
  remove_confederation_segments(path);
  encode_as_path(path, AsnSize::four, value);
  return !value.empty();
}

Finding read_as4_aggregator(ByteView value, const SessionContext& context, AttributeDraft& draft) {
  if (context.four_octet_as) return {"from a four-octet AS speaker"};
  ByteReader reader(value);
  const Asn asn{reader.u32()};
  if (asn.value() == 0) return {"AS 0"};
  draft.as4_aggregator = Aggregator{asn, read_v4(reader.rest())};
  return {};
}

bool write_as4_aggregator(const PathAttributes& attributes, const SessionContext& context, Bytes& value) {
  if (context.four_octet_as || !attributes.aggregator || attributes.aggregator->asn.value() <= 0xFFFF) return false;
  ByteWriter(value).u32(attributes.aggregator->asn.value());
  write_v4(attributes.aggregator->address, value);
  return true;
}

Finding read_large_communities(ByteView value, const SessionContext&, AttributeDraft& draft) {
  read_list(value, draft.attributes.large_communities, [](ByteReader& reader) {
    const std::uint32_t global = reader.u32();
    const std::uint32_t local1 = reader.u32();
    return LargeCommunity{global, local1, reader.u32()};
  });
  return {};
}

bool write_large_communities(const PathAttributes& attributes, const SessionContext&, Bytes& value) {
  ByteWriter writer(value);
  for (const LargeCommunity& community : attributes.large_communities) {
    writer.u32(community.global);
    writer.u32(community.local1);
    writer.u32(community.local2);
  }
  return !attributes.large_communities.empty();
}

}  // namespace vrfd::bgp
