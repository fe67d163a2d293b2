#include "daemon/protocol/refresh_request.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "daemon/protocol/json_writer.h"

using namespace vrfd;
using namespace vrfd::protocol;

namespace {

std::string refusal(const char* params) {
  const auto request = RefreshRequest::from(Params::parse(params));
  REQUIRE_FALSE(request.has_value());
  return request.error().message;
}

std::string reset_refusal(const char* params) {
  const auto request = ResetRequest::from(Params::parse(params));
  REQUIRE_FALSE(request.has_value());
  return request.error().message;
}

template <class Request>
Request round_trip(const Request& request) {
  const auto read = Request::from(Params::parse(json_text(request)));
  REQUIRE(read.has_value());
  CHECK(json_text(*read) == json_text(request));
  return *read;
}

}  // namespace

TEST_CASE("refresh_request: what is written is read back") {
  RefreshRequest request{.vpn_instance = "red", .family = Family::ipv6, .direction = Direction::export_routes};
  request.selector = {.kind = Selector::Kind::peer, .peer = *IpAddress::from("2001:db8::1")};
  request.timeout_s = 0.5;
  const auto read = round_trip(request);
  CHECK(read.selector.peer == request.selector.peer);
  CHECK(read.direction == Direction::export_routes);
  CHECK(read.timeout_s == 0.5);

  for (auto kind : {Selector::Kind::all, Selector::Kind::internal, Selector::Kind::external}) {
    request.selector = {.kind = kind};
    CHECK(round_trip(request).selector.kind == kind);
  }
  request.selector = {.kind = Selector::Kind::as, .as = Asn{4200000000}};
  CHECK(round_trip(request).selector.as == Asn{4200000000});
  request.selector = {.kind = Selector::Kind::group, .group = "ce"};
  CHECK(round_trip(request).selector.group == "ce");
}

TEST_CASE("refresh_request: each thing that makes no sense is named") {
  CHECK(refusal(R"({"family":"vpnv4","selector":"all"})").find("`direction`") != std::string::npos);
  CHECK(refusal(R"({"family":"vpnv4","selector":"all","direction":"in"})").find("`direction`") != std::string::npos);
  CHECK(refusal(R"({"selector":"all","direction":"import"})").find("`family`") != std::string::npos);
  CHECK(refusal(R"({"family":"vpnv4","direction":"import"})").find("`selector`") != std::string::npos);
  CHECK(refusal(R"({"family":"vpnv4","vpn_instance":"red","selector":"all","direction":"import"})")
            .find("ipv4 or ipv6") != std::string::npos);
  for (const char* selector :
       {R"("some")", "7", "{}", R"({"peer":"x"})", R"({"as":0})", R"({"as":4294967296})", R"({"as":-1})",
        R"({"group":""})", R"({"peer":"192.0.2.1","group":"ce"})", R"({"odd":1})"}) {
    const std::string params = std::string(R"({"family":"vpnv4","direction":"import","selector":)") + selector + "}";
    CHECK(refusal(params.c_str()).find("`selector`") != std::string::npos);
  }
  CHECK(refusal(R"({"family":"vpnv4","selector":"all","direction":"import","dry_run":1})").find("`dry_run`") !=
        std::string::npos);
  CHECK(refusal(R"({"family":"vpnv4","selector":"all","direction":"import","timeout_s":0})").find("`timeout_s`") !=
        std::string::npos);
  CHECK(refusal(R"({"family":"vpnv4","selector":"all","direction":"import","graceful":true})").find("`graceful`") !=
        std::string::npos);
}

TEST_CASE("reset_request: never has a direction; slow peers only of VPN families, one or all") {
  ResetRequest request{.family = Family::vpnv4, .slow_peer = true, .graceful = true, .reason = "planned"};
  CHECK(round_trip(request).slow_peer);
  CHECK(reset_refusal(R"({"family":"vpnv4","selector":"all","direction":"import"})").find("`direction`") !=
        std::string::npos);
  CHECK(reset_refusal(R"({"family":"ipv4","selector":"all","slow_peer":true})").find("`family`") != std::string::npos);
  CHECK(reset_refusal(R"({"family":"vpnv4","selector":"internal","slow_peer":true})").find("`selector`") !=
        std::string::npos);
  const std::string long_reason = R"({"family":"vpnv4","selector":"all","reason":")" + std::string(256, 'x') + "\"}";
  CHECK(reset_refusal(long_reason.c_str()).find("`reason`") != std::string::npos);
}
