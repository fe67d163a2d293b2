#include "daemon/protocol/show_requests.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "daemon/protocol/json_writer.h"

using namespace vrfd;
using namespace vrfd::protocol;

namespace {

template <class Request>
Request read(const char* params) {
  const auto request = Request::from(Params::parse(params));
  REQUIRE_MESSAGE(request.has_value(), request.error().message);
  CHECK(json_text(*Request::from(Params::parse(json_text(*request)))) == json_text(*request));
  return *request;
}

template <class Request>
bool refused(const char* params) {
  return !Request::from(Params::parse(params)).has_value();
}

}  // namespace

TEST_CASE("show_requests: filters of routes") {
  const auto request = read<ShowRoutesRequest>(
      R"({"family":"vpnv4","prefix":"10.0.0.0/8","longer":true,"rd":"65000:1","rt":"65000:2","peer":"192.0.2.1",
          "view":"received","count":true})");
  CHECK(to_string(*request.prefix) == "10.0.0.0/8");
  CHECK(request.longer);
  CHECK(to_string(*request.rd) == "65000:1");
  CHECK(to_string(*request.rt) == "65000:2");
  CHECK(request.view == RouteView::received);
  CHECK(request.count);
  CHECK(read<ShowRoutesRequest>(R"({"family":"ipv4","vpn_instance":"red"})").view == RouteView::accepted_paths);
}

TEST_CASE("show_requests: what makes no sense is refused") {
  CHECK(refused<ShowRoutesRequest>("{}"));
  CHECK(refused<ShowRoutesRequest>(R"({"family":"vpnv4","vpn_instance":"red"})"));
  CHECK(refused<ShowRoutesRequest>(R"({"family":"vpnv4","prefix":"2001:db8::/32"})"));
  CHECK(refused<ShowRoutesRequest>(R"({"family":"vpnv4","view":"all"})"));
  CHECK(refused<ShowPeersRequest>(R"({"peer":"router"})"));
  CHECK(refused<ShowPeersRequest>(R"({"peers":[]})"));
  CHECK(refused<ShowJobsRequest>(R"({"job":-1})"));
  CHECK(refused<ShowJobsRequest>(R"({"job":1.5})"));
  CHECK(refused<ShowStatusRequest>(R"({"verbose":true})"));
  CHECK(refused<ExplainRequest>(R"({"vpn_instance":"red"})"));
  CHECK(refused<ConfigApplyRequest>(R"({"file":"x"})"));
  CHECK(refused<ConfigApplyRequest>(R"({"text":"{}","confirm_minutes":0})"));
  CHECK(refused<MonitorRequest>(R"({"topics":["weather"]})"));
  CHECK(refused<MonitorRequest>(R"({"topics":"peers"})"));
}

TEST_CASE("show_requests: the others are read and written back") {
  CHECK(read<ShowPeersRequest>(R"({"peer":"192.0.2.1","vpn_instance":"red"})").vpn_instance == "red");
  CHECK(read<ShowVpnInstanceRequest>(R"({"name":"red"})").name == "red");
  CHECK(read<ShowFibRequest>(R"({"drift":true})").drift);
  CHECK(read<ShowJobsRequest>(R"({"job":7})").job == 7u);
  CHECK_FALSE(read<ShowPolicyRequest>(R"({"name":null})").name);
  CHECK(to_string(read<ExplainRequest>(R"({"vpn_instance":"red","prefix":"10.1.1.1"})").prefix) == "10.1.1.1/32");
  CHECK(read<ConfigApplyRequest>(R"({"text":"{}\n","file":"a","confirm_minutes":5})").config.text == "{}\n");
  CHECK(read<ConfigCheckRequest>(R"({"text":""})").config.file.empty());
  CHECK(read<ConfigRollbackRequest>("{}").revision == std::nullopt);
  CHECK(read<MonitorRequest>(R"({"since":"9","topics":["fib","jobs"]})").topics.size() == 2);
  CHECK(ShowStatusRequest::method == "show_status");
  CHECK(json_text(read<ShowStatusRequest>("{}")) == "{}");
}
