#include "tests/replay/messages/message_fields.h"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "daemon/bgp/wire/attribute_table.h"
#include "tests/replay/messages/message_case.h"
#include "tests/replay/messages/open_fields.h"

namespace vrfd::bgp {

namespace {

constexpr std::array<const char*, 5> segment_names{"", "set", "seq", "confed-seq", "confed-set"};

std::string numbered(Community community) {
  return std::to_string(community.value() >> 16) + ":" + std::to_string(community.value() & 0xFFFF);
}

std::string route_text(const AnnouncedNlri& route, Family family, const SessionContext& context, bool with_label) {
  std::string text;
  if (context.add_path_receive.has(family)) text += "path " + std::to_string(route.path_id) + " ";
  if (row_of(family).labelled && with_label) text += "label " + std::to_string(route.label.value()) + " ";
  if (row_of(family).vpn) text += "rd " + to_string(route.nlri.rd) + " ";
  return text + to_string(route.nlri.prefix);
}

Json routes_of(const std::vector<FamilyRoutes>& rows, const SessionContext& context, bool with_label) {
  Json routes = Json::array();
  for (const FamilyRoutes& row : rows) {
    std::string suffix;
    if (with_label) suffix = " via " + to_string(row.next_hop);
    if (with_label && row.next_hop_link_local) suffix += " " + to_string(*row.next_hop_link_local);
    for (const AnnouncedNlri& route : row.routes)
      routes.push_back(std::string(name_of(row.family)) + " " + route_text(route, row.family, context, with_label) +
                       suffix);
  }
  return routes;
}

template <class T, class ToText>
Json list_of(const std::vector<T>& values, ToText to_text) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(to_text(value));
  return list;
}

Json path_of(const AsPath& path) {
  Json segments = Json::array();
  for (const AsSegment& segment : path) {
    Json asns = Json::array();
    for (const Asn asn : segment.asns) asns.push_back(asn.value());
    segments.push_back({segment_names[static_cast<std::size_t>(segment.type)], asns});
  }
  return segments;
}

Json unknown_of(const PathAttributes& attributes) {
  return list_of(attributes.unknown, [](const UnknownAttribute& unknown) {
    return Json{unknown.flags, unknown.type, hex_of(unknown.value)};
  });
}

void add_attributes(const PathAttributes& attributes, Json& fields) {
  fields["as_path"] = path_of(attributes.as_path);
  if (attributes.med) fields["med"] = *attributes.med;
  if (attributes.local_preference) fields["local_pref"] = *attributes.local_preference;
  if (attributes.atomic_aggregate) fields["atomic_aggregate"] = true;
  if (attributes.aggregator)
    fields["aggregator"] = {attributes.aggregator->asn.value(), to_string(attributes.aggregator->address)};
  if (attributes.originator_id) fields["originator_id"] = to_string(*attributes.originator_id);
  const auto address_text = [](const IpAddress& address) { return to_string(address); };
  fields["cluster_list"] = list_of(attributes.cluster_list, address_text);
  fields["communities"] = list_of(attributes.communities, numbered);
  fields["ext_communities"] = list_of(attributes.extended_communities, [](ExtendedCommunity community) {
    Bytes octets;
    ByteWriter(octets).u64(community.value());
    return hex_of(octets);
  });
  fields["large_communities"] =
      list_of(attributes.large_communities, [](const LargeCommunity& community) { return to_string(community); });
  fields["other"] = unknown_of(attributes);
}

Json fields_of(const Update& update, const SessionContext& context) {
  Json fields;
  fields["reachable"] = routes_of(update.reachable, context, true);
  fields["withdrawn"] = routes_of(update.withdrawn, context, false);
  if (update.end_of_rib) fields["end_of_rib"] = name_of(*update.end_of_rib);
  if (update.verdict >= Verdict::treat_as_withdraw) return fields;
  if (!update.reachable.empty()) fields["origin"] = name_of(update.attributes.origin);
  add_attributes(update.attributes, fields);
  return fields;
}

Json fields_of(const Open& open, const SessionContext&) { return open_fields(open); }

Json fields_of(const Notification& notification, const SessionContext&) {
  return {{"code", notification.code}, {"subcode", notification.subcode}, {"data", hex_of(notification.data)}};
}

Json fields_of(const Keepalive&, const SessionContext&) { return Json::object(); }

Json fields_of(const RouteRefresh& refresh, const SessionContext&) {
  const FamilyRow& row = row_of(refresh.family);
  return {{"afi", row.afi}, {"safi", row.safi}, {"subtype", static_cast<unsigned>(refresh.subtype)}};
}

Json fields_of(const Ignored&, const SessionContext&) { return Json::object(); }

// --- expected ---

class ExpectedUpdate {
 public:
  ExpectedUpdate(const Json& line, const Update& found, const SessionContext& context)
      : line_(line), decoded_(line.at("expect").at("decoded")), found_(found), context_(context) {}

  Json fields() {
    add_routes();
    if (decoded_.contains("end_of_rib"))
      if (const auto family = carried(decoded_["end_of_rib"].at(0), decoded_["end_of_rib"].at(1)))
        fields_["end_of_rib"] = name_of(*family);
    if (found_.verdict < Verdict::treat_as_withdraw) add_attributes();
    return std::move(fields_);
  }

 private:
  std::optional<Family> carried(const Json& afi, const Json& safi) const {
    const auto family = family_from(afi.get<std::uint16_t>(), safi.get<std::uint8_t>());
    return family && context_.families.has(*family) ? family : std::nullopt;
  }

  // The routes that RFC 7606 withdraws come after the others.
  void add_routes() {
    const Json none = Json::array();
    const Json& attributes = decoded_.at("attrs");
    const bool withdraws = found_.verdict == Verdict::treat_as_withdraw;
    fields_["reachable"] = none;
    fields_["withdrawn"] = none;
    add(Family::ipv4, decoded_.value("withdrawn", none), {}, false);
    if (attributes.contains("mp_unreach")) add_mp(attributes["mp_unreach"], "withdrawn", false);
    add(Family::ipv4, decoded_.value("nlri", none), Json::array({attributes.value("next_hop", "")}), !withdraws);
    if (attributes.contains("mp_reach")) add_mp(attributes["mp_reach"], "nlri", !withdraws);
  }

  void add_mp(const Json& section, const char* routes, bool reachable) {
    const auto family = carried(section.at("afi"), section.at("safi"));
    if (family) add(*family, section.at(routes), section.value("next_hop", Json::array()), reachable);
  }

  void add(Family family, const Json& routes, const Json& next_hops, bool reachable) {
    if (!context_.families.has(family)) return;
    std::string suffix;
    if (reachable) suffix = " via " + canonical(next_hops.at(0));
    if (reachable && next_hops.size() == 2) suffix += " " + canonical(next_hops.at(1));
    for (const Json& route : routes)
      fields_[reachable ? "reachable" : "withdrawn"].push_back(std::string(name_of(family)) + " " +
                                                               text_of(route, reachable) + suffix);
  }

  // The recordings write IPv4-mapped addresses in hexadecimal.
  static std::string canonical(const std::string& address) { return to_string(*IpAddress::from(address)); }
  static std::string canonical_prefix(const std::string& prefix) { return to_string(*Prefix::from(prefix)); }

  // An unknown type is "hex:" and the octets there.
  static std::string canonical_rd(const std::string& rd) { return rd.starts_with("hex:") ? "0x" + rd.substr(4) : rd; }

  static std::string text_of(const Json& route, bool with_label) {
    if (route.is_string()) return canonical_prefix(route);
    std::string text;
    if (route.contains("path_id")) text += "path " + route["path_id"].dump() + " ";
    if (with_label && route.contains("labels")) text += "label " + route["labels"].at(0).dump() + " ";
    if (route.contains("rd")) text += "rd " + canonical_rd(route["rd"]) + " ";
    return text + canonical_prefix(route.at("prefix"));
  }

  // A set of values in ascending order, as `canonicalize` leaves it.
  template <class Key>
  Json sorted(const char* name, Key key) const {
    std::set<std::pair<decltype(key(std::string())), std::string>> values;
    for (const Json& value : decoded_.at("attrs").value(name, Json::array())) values.insert({key(value), value});
    Json list = Json::array();
    for (const auto& [ignored, value] : values) list.push_back(value);
    return list;
  }

  void copy(const char* name) {
    if (decoded_.at("attrs").contains(name)) fields_[name] = decoded_["attrs"][name];
  }

  // Thrown away whole; of a repeated one the first stays.
  bool discarded(unsigned type) const {
    return std::any_of(found_.faults.begin(), found_.faults.end(), [&](const AttributeFault& fault) {
      return fault.type == type && !fault.text.ends_with("repeated");
    });
  }

  void add_attributes() {
    const Json& attributes = decoded_.at("attrs");
    if (!found_.reachable.empty()) copy("origin");
    fields_["as_path"] = merged_path();
    copy("med");
    copy("atomic_aggregate");
    add_aggregator();
    if (context_.internal) {
      copy("local_pref");
      copy("originator_id");
    }
    fields_["cluster_list"] = context_.internal ? attributes.value("cluster_list", Json::array()) : Json::array();
    const auto by_numbers = [](const std::string& text) { return numbers_of(text); };
    fields_["communities"] = sorted("communities", by_numbers);
    fields_["ext_communities"] = sorted("ext_communities", [](const std::string& text) { return text; });
    fields_["large_communities"] = sorted("large_communities", by_numbers);
    fields_["other"] = carried_on();
  }

  static std::vector<unsigned long> numbers_of(const std::string& text) {
    std::vector<unsigned long> numbers;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ':');) numbers.push_back(std::stoul(part));
    return numbers;
  }

  // The recording keeps AS4_PATH apart. The cases have it merged, or both paths are a sequence.
  Json merged_path() const {
    const Json& attributes = decoded_.at("attrs");
    if (line_.contains("merged_as_path")) return Json::array({Json::array({"seq", line_["merged_as_path"]})});
    const Json path = attributes.value("as_path", Json::array());
    if (context_.four_octet_as || !attributes.contains("as4_path")) return path;
    const Json& tail = attributes["as4_path"].back().at(1);
    Json merged = path.at(0).at(1);
    if (merged.size() >= tail.size()) std::copy(tail.rbegin(), tail.rend(), merged.rbegin());
    return Json::array({Json::array({"seq", merged})});
  }

  void add_aggregator() {
    if (line_.contains("merged_aggregator"))
      fields_["aggregator"] = line_["merged_aggregator"];
    else if (!discarded(7))
      copy("aggregator");
  }

  // What goes to other peers unread: the transitive ones that nothing was wrong with.
  Json carried_on() const {
    const Json& attributes = decoded_.at("attrs");
    std::multimap<unsigned, Json> kept;
    for (const Json& other : attributes.value("other", Json::array())) {
      const unsigned flags = other.at(0).get<unsigned>();
      const unsigned type = other.at(1).get<unsigned>();
      if ((flags & flag::transitive) != 0 && !discarded(type)) kept.insert({type, {flags & 0xE0u, type, other.at(2)}});
    }
    if (attributes.contains("otc")) kept.insert({35, {0xC0u, 35, otc_hex(attributes["otc"])}});
    if (attributes.contains("ipv6_ext_communities"))
      kept.insert({25, {0xC0u, 25, joined(attributes["ipv6_ext_communities"])}});
    Json list = Json::array();
    for (const auto& [type, value] : kept) list.push_back(value);
    return list;
  }

  static std::string otc_hex(const Json& asn) {
    Bytes octets;
    ByteWriter(octets).u32(asn.get<std::uint32_t>());
    return hex_of(octets);
  }

  static std::string joined(const Json& texts) {
    std::string all;
    for (const Json& text : texts) all += text.get<std::string>();
    return all;
  }

  const Json& line_;
  const Json& decoded_;
  const Update& found_;
  const SessionContext& context_;
  Json fields_;
};

}  // namespace

Json fields_of(const Message& message, const SessionContext& context) {
  return std::visit([&](const auto& value) { return fields_of(value, context); }, message);
}

Json expected_fields(const Json& line, const Message& message, const SessionContext& context) {
  if (const auto* update = std::get_if<Update>(&message)) return ExpectedUpdate(line, *update, context).fields();
  if (std::holds_alternative<Open>(message)) return expected_open_fields(line);
  if (std::holds_alternative<Ignored>(message)) return Json::object();
  return line.at("expect").at("decoded");
}

}  // namespace vrfd::bgp
