// The keys of every answer, as the interface lists them: none missing, none more, whatever the values.
#include "daemon/protocol/answers.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "daemon/protocol/bgp_rows.h"
#include "daemon/protocol/job_answer.h"
#include "daemon/protocol/json_writer.h"
#include "daemon/protocol/message.h"
#include "daemon/protocol/route_row.h"
#include "daemon/protocol/timestamp.h"

using namespace vrfd;
using namespace vrfd::protocol;
using nlohmann::json;

namespace {

template <class T>
json parsed(const T& value) {
  return json::parse(json_text(value));
}

std::set<std::string> keys_of(const json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

std::set<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

}  // namespace

TEST_CASE("answers: keys of a job") {
  JobAnswer job{.job = 17, .kind = "refresh", .state = JobState::timed_out};
  job.peers.emplace_back();
  job.vpn_instances.emplace_back();
  job.stages.emplace_back();
  const json answer = parsed(job);
  CHECK(keys_of(answer) ==
        words("schema job kind direction state dry_run started elapsed_ms peers vpn_instances fib stages"));
  CHECK(answer["schema"] == "vrfd.job/1");
  CHECK(answer["state"] == "timed_out");
  CHECK(answer["direction"].is_null());
  CHECK(keys_of(answer["peers"][0]) == words("peer vpn_instance family as type group state reason method routes"));
  CHECK(keys_of(answer["peers"][0]["routes"]) == words("examined accepted rejected changed unchanged"));
  CHECK(keys_of(answer["vpn_instances"][0]) == words("name added changed withdrawn"));
  CHECK(keys_of(answer["fib"]) == words("added replaced deleted failed acked"));
  CHECK(keys_of(answer["stages"][0]) == words("stage ms"));
  CHECK(parsed(JobsAnswer{.jobs = {job}})["jobs"][0] == answer);
  CHECK(parsed(JobProgress{}) == json::parse(R"({"job":0,"stage":"","done":0,"total":null})"));
}

TEST_CASE("answers: keys of a peer") {
  PeerRow peer;
  peer.families.emplace_back();
  peer.graceful_restart.emplace();
  peer.last_reset = LastReset{.at = "t", .by = "peer", .notification = PeerNotification{6, 4, "n"}, .message = "bye"};
  const json row = parsed(peer);
  CHECK(keys_of(row) ==
        words("peer vpn_instance as type group description state uptime_s router_id hold_time_s families "
              "capabilities graceful_restart malformed last_reset restart_in_s range slow output_queue"));
  CHECK(keys_of(row["families"][0]) ==
        words("family received accepted rejected advertised update_group refresh_sent refresh_received "
              "maximum_prefixes limit_state stale stale_ends_in_s"));
  CHECK(keys_of(row["graceful_restart"]) ==
        words("restart_time_s restarting notification families preserved long_lived"));
  CHECK(parsed(PeerRow{})["graceful_restart"].is_null());
  CHECK(row["capabilities"] == json::parse(R"({"advertised":[],"received":[]})"));
  CHECK(keys_of(row["malformed"]) == words("attribute_discard treat_as_withdraw session_reset"));
  CHECK(keys_of(row["last_reset"]) == words("at by notification message"));
  CHECK(row["last_reset"]["notification"] == json::parse(R"({"code":6,"subcode":4,"name":"n"})"));
  CHECK(parsed(PeersAnswer{})["peers"] == json::array());
  CHECK(parsed(PeersAnswer{})["schema"] == "vrfd.show_bgp_peer/1");
}

TEST_CASE("answers: keys of a route, and what attributes become") {
  PathAttributes attributes;
  attributes.origin = Origin::igp;
  attributes.as_path = {{SegmentType::sequence, {Asn{65001}, Asn{65002}}},
                        {SegmentType::set, {Asn{65003}, Asn{65004}}}};
  attributes.next_hop = *IpAddress::from("192.0.2.1");
  attributes.aggregator = Aggregator{Asn{65002}, *IpAddress::from("10.0.0.1")};
  attributes.communities = {*community_from("65000:1")};
  attributes.extended_communities = {*extended_community_from("rt:65000:100")};
  attributes.large_communities = {{65000, 1, 2}};
  attributes.unknown = {{0xE0, 99, {0x01, 0xAB}}};
  RouteRow route{.prefix = "10.0.0.0/8"};
  set_attributes(route, attributes);
  const json row = parsed(route);
  CHECK(keys_of(row) ==
        words("prefix rd vpn_instance family path_id peer next_hop next_hop_link_local labels local_preference med "
              "as_path origin aggregator communities extended_communities large_communities unknown_attributes best "
              "state reason"));
  CHECK(row["as_path"] == json::parse(R"([65001,65002,{"set":[65003,65004]}])"));
  CHECK(row["aggregator"] == json::parse(R"({"as":65002,"address":"10.0.0.1"})"));
  CHECK(row["extended_communities"] == json::parse(R"(["rt:65000:100"])"));
  CHECK(row["large_communities"] == json::parse(R"(["65000:1:2"])"));
  CHECK(row["unknown_attributes"] == json::parse(R"([{"type":99,"flags":224,"hex":"01ab"}])"));
  CHECK(row["next_hop"] == "192.0.2.1");
  CHECK(row["origin"] == "igp");
  CHECK(row["med"].is_null());
  CHECK(parsed(RouteRow{})["aggregator"].is_null());
  CHECK(parsed(RouteRow{})["as_path"] == json::array());
}

TEST_CASE("answers: keys of instances, forwarding and slow peers") {
  CHECK(keys_of(parsed(VpnInstanceRow{})) == words("name description rd import_targets export_targets table vrf_device "
                                                   "device_state interfaces label label_mode routes "
                                                   "fib_routes maximum_prefixes limit_state over_limit"));
  const json fib = parsed(FibRow{.next_hops = {HopRow{}}});
  CHECK(keys_of(fib) == words("vpn_instance table prefix state next_hops error"));
  CHECK(keys_of(fib["next_hops"][0]) == words("via dev labels"));
  CHECK(keys_of(parsed(SlowPeerRow{})) ==
        words("peer vpn_instance family as reason since count lag last_end returns_in_s"));
}

TEST_CASE("answers: each has its schema and its rows under the noun") {
  const auto check = [](const json& answer, const char* schema, const char* noun) {
    CHECK(answer["schema"] == schema);
    CHECK(answer[noun] == json::array());
  };
  check(parsed(VpnInstancesAnswer{}), "vrfd.show_vpn_instance/1", "vpn_instances");
  check(parsed(JobsAnswer{}), "vrfd.show_jobs/1", "jobs");
  check(parsed(SlowPeersAnswer{}), "vrfd.show_slow_peers/1", "slow_peers");
  check(parsed(PendingAnswer{}), "vrfd.show_pending/1", "pending");
  check(parsed(NextHopsAnswer{}), "vrfd.show_next_hops/1", "next_hops");
  check(parsed(PoliciesAnswer{}), "vrfd.show_policy/1", "policies");
  CHECK(parsed(StatusAnswer{})["problems"] == json::array());
  CHECK(parsed(RowsAnswer{.schema = schema_of("show_fib"), .rows = 3}) ==
        json::parse(R"({"schema":"vrfd.show_fib/1","rows":3})"));
}

TEST_CASE("message: lines are one JSON object each") {
  CHECK(result_line("1", "{}") == "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n");
  CHECK(row_line("1", R"({"a":1})") ==
        "{\"jsonrpc\":\"2.0\",\"method\":\"row\",\"params\":{\"id\":1,\"row\":{\"a\":1}}}\n");
  CHECK(call_line(1, "m", "{}") == "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{}}\n");
  const json error = json::parse(error_line("null", {.code = ErrorCode::usage, .message = "a\nb"}));
  CHECK(error["id"].is_null());
  CHECK(error["error"]["code"] == -32602);
  CHECK(error["error"]["message"] == "a\nb");
  CHECK(error["error"]["data"]["code"] == "usage");
}

TEST_CASE("timestamp: RFC 3339 in UTC") {
  using namespace std::chrono;
  CHECK(timestamp(system_clock::time_point{}) == "1970-01-01T00:00:00.000Z");
  CHECK(timestamp(sys_days{year{2026} / 2 / 28} + hours{23} + minutes{59} + seconds{58} + milliseconds{7}) ==
        "2026-02-28T23:59:58.007Z");
}
