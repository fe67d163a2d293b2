#include "daemon/protocol/refresh_request.h"

#include "daemon/protocol/json_writer.h"
#include "daemon/protocol/params_reader.h"

namespace vrfd::protocol {
namespace {

constexpr std::string_view selector_forms =
    R"("all", "internal", "external", {"peer": ADDRESS}, {"as": NUMBER} or {"group": NAME})";

std::optional<Selector> selector_of_word(std::string_view word) {
  if (word == "all") return Selector{.kind = Selector::Kind::all};
  if (word == "internal") return Selector{.kind = Selector::Kind::internal};
  if (word == "external") return Selector{.kind = Selector::Kind::external};
  return std::nullopt;
}

std::optional<Selector> selector_of_object(const Params& object) {
  ParamsReader reader(object);
  Selector selector;
  int given = 0;
  if (auto peer = reader.value<IpAddress>("peer", &IpAddress::from, "an address")) {
    selector = {.kind = Selector::Kind::peer, .peer = *peer};
    ++given;
  }
  if (auto as = reader.number("as", 1, 4294967295)) {
    selector = {.kind = Selector::Kind::as, .as = Asn{static_cast<std::uint32_t>(*as)}};
    ++given;
  }
  if (auto group = reader.text("group")) {
    selector = {.kind = Selector::Kind::group, .group = *group};
    ++given;
  }
  if (reader.finish() || given != 1) return std::nullopt;
  return selector;
}

void read_selector(ParamsReader& reader, Selector& selector) {
  const Params* found = reader.find("selector");
  std::optional<Selector> read;
  if (found && found->is_string()) read = selector_of_word(found->get_ref<const std::string&>());
  if (found && found->is_object()) read = selector_of_object(*found);
  if (read)
    selector = *read;
  else
    reader.fail("selector", selector_forms);
}

void read_scope(ParamsReader& reader, std::optional<std::string>& vpn_instance, Family& family) {
  vpn_instance = reader.text("vpn_instance");
  const auto found = reader.value<Family>("family", &family_from, family_names());
  if (!found) return reader.fail("family", family_names());
  family = *found;
  if (vpn_instance && !row_of(family).unicast()) reader.fail("family", "ipv4 or ipv6 within a VPN instance");
}

std::optional<Direction> direction_from(std::string_view word) {
  if (word == "import") return Direction::import_routes;
  if (word == "export") return Direction::export_routes;
  return std::nullopt;
}

void write_scope(JsonWriter& out, const std::optional<std::string>& vpn_instance, Family family,
                 const Selector& selector) {
  out.field("vpn_instance", vpn_instance);
  out.field("family", name_of(family));
  out.field("selector", selector);
}

}  // namespace

Result<RefreshRequest> RefreshRequest::from(const Params& params) {
  ParamsReader reader(params);
  RefreshRequest request;
  read_scope(reader, request.vpn_instance, request.family);
  read_selector(reader, request.selector);
  const auto direction = reader.value<Direction>("direction", &direction_from, "import or export");
  if (direction)
    request.direction = *direction;
  else
    reader.fail("direction", "import or export");
  request.dry_run = reader.boolean("dry_run");
  request.no_wait = reader.boolean("no_wait");
  request.local = reader.boolean("local");
  request.timeout_s = reader.seconds("timeout_s");
  if (auto wrong = reader.finish()) return *wrong;
  return request;
}

Result<ResetRequest> ResetRequest::from(const Params& params) {
  ParamsReader reader(params);
  ResetRequest request;
  read_scope(reader, request.vpn_instance, request.family);
  read_selector(reader, request.selector);
  request.slow_peer = reader.boolean("slow_peer");
  request.graceful = reader.boolean("graceful");
  request.reason = reader.text("reason");
  request.dry_run = reader.boolean("dry_run");
  request.no_wait = reader.boolean("no_wait");
  request.timeout_s = reader.seconds("timeout_s");
  const bool one_or_all = request.selector.kind == Selector::Kind::all || request.selector.kind == Selector::Kind::peer;
  if (request.slow_peer && !row_of(request.family).vpn) reader.fail("family", "vpnv4 or vpnv6 with `slow_peer`");
  if (request.slow_peer && !one_or_all) reader.fail("selector", R"("all" or {"peer": ADDRESS} with `slow_peer`)");
  if (auto wrong = reader.finish()) return *wrong;
  return request;
}

void write(JsonWriter& out, const Selector& selector) {
  using Kind = Selector::Kind;
  if (selector.kind == Kind::all) return out.string("all");
  if (selector.kind == Kind::internal) return out.string("internal");
  if (selector.kind == Kind::external) return out.string("external");
  out.begin_object();
  if (selector.kind == Kind::peer) out.field("peer", to_string(selector.peer));
  if (selector.kind == Kind::as) out.field("as", selector.as.value());
  if (selector.kind == Kind::group) out.field("group", selector.group);
  out.end_object();
}

void write(JsonWriter& out, const RefreshRequest& request) {
  out.begin_object();
  write_scope(out, request.vpn_instance, request.family, request.selector);
  out.field("direction", name_of(request.direction));
  out.field("dry_run", request.dry_run);
  out.field("no_wait", request.no_wait);
  out.field("local", request.local);
  out.field("timeout_s", request.timeout_s);
  out.end_object();
}

void write(JsonWriter& out, const ResetRequest& request) {
  out.begin_object();
  write_scope(out, request.vpn_instance, request.family, request.selector);
  out.field("slow_peer", request.slow_peer);
  out.field("graceful", request.graceful);
  out.field("reason", request.reason);
  out.field("dry_run", request.dry_run);
  out.field("no_wait", request.no_wait);
  out.field("timeout_s", request.timeout_s);
  out.end_object();
}

}  // namespace vrfd::protocol
