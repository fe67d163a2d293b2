#include "tests/replay/messages/open_fields.h"

#include <algorithm>
#include <set>

#include "tests/replay/messages/message_case.h"

namespace vrfd::bgp {

namespace {

using Texts = std::set<std::string>;

std::string text_of(Family family) { return std::string(name_of(family)); }

void add_graceful_restart(const GracefulRestartCapability& restart, Texts& texts) {
  texts.insert("graceful-restart time " + std::to_string(restart.restart_time_s) +
               (restart.restarted ? " restarted" : "") + (restart.notification ? " notification" : ""));
  for (const auto& row : restart.families)
    texts.insert("graceful-restart " + text_of(row.family) + (row.forwarding_preserved ? " preserved" : ""));
}

std::string text_of(Role role) { return "role " + std::to_string(static_cast<unsigned>(role)); }

void add_long_lived(const LongLivedCapability& capability, Texts& texts) {
  texts.insert("long-lived");
  for (const auto& row : capability.families)
    texts.insert("long-lived " + text_of(row.family) + " " + std::to_string(row.stale_time_s) +
                 (row.forwarding_preserved ? " preserved" : ""));
}

Texts texts_of(const Capabilities& capabilities) {
  Texts texts;
  for (const FamilyRow& row : families) {
    if (capabilities.families.has(row.family)) texts.insert("multiprotocol " + text_of(row.family));
    if (capabilities.extended_next_hop.has(row.family)) texts.insert("extended-next-hop " + text_of(row.family));
  }
  if (capabilities.route_refresh) texts.insert("2");
  if (capabilities.extended_message) texts.insert("6");
  if (capabilities.enhanced_refresh) texts.insert("70");
  if (capabilities.four_octet_as) texts.insert("four-octet-as " + to_string(*capabilities.four_octet_as));
  for (const AddPath& row : capabilities.add_path)
    texts.insert("add-path " + text_of(row.family) + " " + std::to_string((row.receive ? 1 : 0) + (row.send ? 2 : 0)));
  if (capabilities.graceful_restart) add_graceful_restart(*capabilities.graceful_restart, texts);
  if (capabilities.long_lived) add_long_lived(*capabilities.long_lived, texts);
  if (capabilities.role) texts.insert(text_of(*capabilities.role));
  for (const UnknownCapability& row : capabilities.unknown)
    texts.insert("unknown " + std::to_string(row.code) + " " + hex_of(row.value));
  return texts;
}

std::optional<Family> family_of(const Json& tuple) {
  return family_from(tuple.at(0).get<std::uint16_t>(), tuple.at(1).get<std::uint8_t>());
}

void add_multiprotocol(const Json& pair, Texts& texts) {
  if (const auto family = family_of(pair)) {
    texts.insert("multiprotocol " + text_of(*family));
    return;
  }
  Bytes octets;
  ByteWriter writer(octets);
  writer.u16(pair.at(0).get<std::uint16_t>());
  writer.u16(pair.at(1).get<std::uint16_t>());
  texts.insert("unknown 1 " + hex_of(octets));
}

GracefulRestartCapability restart_from(const Json& recorded) {
  GracefulRestartCapability restart;
  const unsigned flags = recorded.at("flags").get<unsigned>();
  restart.restarted = (flags & 8) != 0;
  restart.notification = (flags & 4) != 0;
  restart.restart_time_s = recorded.at("time").get<std::uint16_t>();
  for (const Json& tuple : recorded.at("families"))
    if (const auto family = family_of(tuple))
      restart.families.push_back({*family, (tuple.at(2).get<unsigned>() & 0x80) != 0});
  return restart;
}

// The recordings give what follows RFC 4724's capability as octets: AFI, SAFI, flags, three octets of seconds each.
LongLivedCapability long_lived_from(const Bytes& octets) {
  LongLivedCapability capability;
  ByteReader reader(octets);
  while (!reader.empty()) {
    const std::uint16_t afi = reader.u16();
    const std::uint8_t safi = reader.u8();
    const std::uint32_t word = reader.u32();
    if (const auto family = family_from(afi, safi))
      capability.families.push_back({*family, (word & 0x80000000) != 0, word & 0xFFFFFF});
  }
  return capability;
}

void add_expected(const Json& capability, Texts& texts) {
  const unsigned code = capability.at("code").get<unsigned>();
  if (capability.contains("mp")) return add_multiprotocol(capability["mp"], texts);
  if (capability.contains("gr")) return add_graceful_restart(restart_from(capability["gr"]), texts);
  if (capability.contains("as4")) {
    texts.insert("four-octet-as " + capability["as4"].dump());
  } else if (capability.contains("add_path")) {
    for (const Json& tuple : capability["add_path"])
      if (const auto family = family_of(tuple)) texts.insert("add-path " + text_of(*family) + " " + tuple.at(2).dump());
  } else if (capability.contains("ext_nexthop")) {
    for (const Json& tuple : capability["ext_nexthop"])
      if (const auto family = family_of(tuple); family && tuple.at(2) == 2)
        texts.insert("extended-next-hop " + text_of(*family));
  } else if (code == 71) {
    add_long_lived(long_lived_from(bytes_from_hex(capability.value("hex", ""))), texts);
  } else if (code == 9) {
    texts.insert(text_of(static_cast<Role>(bytes_from_hex(capability.value("hex", "")).at(0))));
  } else if (code == 2 || code == 6 || code == 70) {
    texts.insert(std::to_string(code));
  } else {
    texts.insert("unknown " + std::to_string(code) + " " + capability.value("hex", ""));
  }
}

}  // namespace

Json open_fields(const Open& open) {
  return {{"version", open.version},
          {"as", open.asn.value()},
          {"hold", open.hold_time_s},
          {"id", to_string(open.router_id)},
          {"capabilities", texts_of(open.capabilities)}};
}

// The recording's `as` is the field of two octets.
Json expected_open_fields(const Json& line) {
  Json fields = line.at("expect").at("decoded");
  fields.erase("ext_opt_len");
  Texts texts;
  for (const Json& capability : fields.at("capabilities")) {
    add_expected(capability, texts);
    if (capability.contains("as4")) fields["as"] = capability["as4"];
  }
  fields["capabilities"] = texts;
  return fields;
}

}  // namespace vrfd::bgp
