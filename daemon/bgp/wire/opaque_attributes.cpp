#include "daemon/bgp/wire/opaque_attributes.h"

namespace vrfd::bgp {

namespace {

constexpr const char* overrun = "a type-length-value runs past the end";

struct Tlv {
  unsigned type = 0;
  ByteView value;
};

// Calls `check` with each of the type-length-values that `read` takes from `octets`, until one is not right.
template <class Read, class Check>
Finding each_tlv(ByteView octets, Read read, Check check) {
  ByteReader reader(octets);
  while (!reader.empty()) {
    const Tlv tlv = read(reader);
    if (!reader.ok()) return {overrun};
    if (const Finding finding = check(tlv); finding.text != nullptr) return finding;
  }
  return {};
}

Finding any_value(const Tlv&) { return {}; }

Tlv read_type1_length2(ByteReader& reader) {
  const unsigned type = reader.u8();
  return {type, reader.take(reader.u16())};
}

Tlv read_type2_length2(ByteReader& reader) {
  const unsigned type = reader.u16();
  return {type, reader.take(reader.u16())};
}

// RFC 9012, 2: sub-TLVs of type 128 and above have lengths of two octets.
Tlv read_tunnel_sub_tlv(ByteReader& reader) {
  const unsigned type = reader.u8();
  return {type, reader.take(type < 128 ? reader.u8() : reader.u16())};
}

// RFC 7311, 3: the length counts the whole TLV.
Tlv read_aigp_tlv(ByteReader& reader) {
  const unsigned type = reader.u8();
  const std::size_t length = reader.u16();
  if (length < 3) {
    reader.fail();
    return {};
  }
  return {type, reader.take(length - 3)};
}

// RFC 9252, 3.2.1: lengths of the parts of a SID in bits, and how much of it travels in the label.
Finding check_sid_structure(const Tlv& tlv) {
  constexpr unsigned structure = 1;
  if (tlv.type != structure) return {};
  ByteReader reader(tlv.value);
  const unsigned block = reader.u8();
  const unsigned node = reader.u8();
  const unsigned function = reader.u8();
  const unsigned argument = reader.u8();
  const unsigned transposed = reader.u8();
  const unsigned offset = reader.u8();
  if (!reader.ok() || !reader.empty()) return {"SID structure of a wrong length"};
  if (block + node + function + argument > 128) return {"SID structure longer than a SID"};
  if (transposed > 20 || offset >= 128 || offset + transposed > 128) return {"SID structure with a bad transposition"};
  return {};
}

// RFC 9252, 3.1: reserved, SID, flags, behavior, reserved, sub-sub-TLVs.
Finding check_sid_information(const Tlv& tlv) {
  constexpr unsigned sid_information = 1;
  constexpr std::size_t fixed_octets = 21;
  if (tlv.type != sid_information) return {};
  if (tlv.value.size() < fixed_octets) return {"SID information too short"};
  return each_tlv(tlv.value.subspan(fixed_octets), read_type1_length2, check_sid_structure);
}

Finding check_srv6_services(ByteView value) {
  if (value.empty()) return {"SRv6 services without a reserved octet"};
  return each_tlv(value.subspan(1), read_type1_length2, check_sid_information);
}

// RFC 8669, 3; what is wrong in the SRv6 services is graver (RFC 9252, 7).
Finding check_prefix_sid_tlv(const Tlv& tlv) {
  constexpr unsigned label_index = 1;
  constexpr unsigned originator_srgb = 3;
  constexpr unsigned srv6_l3_service = 5;
  constexpr unsigned srv6_l2_service = 6;
  const std::size_t size = tlv.value.size();
  if (tlv.type == label_index && size != 7) return {"label index of a wrong length"};
  if (tlv.type == originator_srgb && (size < 8 || (size - 2) % 6 != 0)) return {"SRGB of a wrong length"};
  if (tlv.type != srv6_l3_service && tlv.type != srv6_l2_service) return {};
  Finding finding = check_srv6_services(tlv.value);
  if (finding.text != nullptr) finding.verdict = Verdict::treat_as_withdraw;
  return finding;
}

}  // namespace

Finding check_pmsi_tunnel(ByteView value, const SessionContext&, AttributeDraft&) {
  constexpr std::uint8_t ingress_replication = 6;
  constexpr std::uint8_t last_type = 7;
  constexpr std::size_t fixed_octets = 5;
  const std::uint8_t type = value[1];
  const std::size_t identifier = value.size() - fixed_octets;
  if (type > last_type) return {"unknown tunnel type"};
  if (type == ingress_replication && identifier != 4 && identifier != 16)
    return {"tunnel identifier of a wrong length"};
  return {};
}

Finding check_tunnel_encapsulation(ByteView value, const SessionContext&, AttributeDraft&) {
  return each_tlv(value, read_type2_length2,
                  [](const Tlv& tlv) { return each_tlv(tlv.value, read_tunnel_sub_tlv, any_value); });
}

Finding check_aigp(ByteView value, const SessionContext&, AttributeDraft&) {
  constexpr unsigned aigp = 1;
  if (value.empty()) return {"empty"};
  return each_tlv(value, read_aigp_tlv, [](const Tlv& tlv) {
    return tlv.type == aigp && tlv.value.size() != 8 ? Finding{"metric of a wrong length"} : Finding{};
  });
}

Finding check_link_state(ByteView value, const SessionContext&, AttributeDraft&) {
  return each_tlv(value, read_type2_length2, any_value);
}

// AS 0 is nobody (RFC 7607).
Finding check_only_to_customer(ByteView value, const SessionContext&, AttributeDraft&) {
  return ByteReader(value).u32() == 0 ? Finding{"AS 0"} : Finding{};
}

Finding check_prefix_sid(ByteView value, const SessionContext&, AttributeDraft&) {
  return each_tlv(value, read_type1_length2, check_prefix_sid_tlv);
}

}  // namespace vrfd::bgp
