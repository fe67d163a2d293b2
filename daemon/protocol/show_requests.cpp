#include "daemon/protocol/show_requests.h"

#include <array>

#include "daemon/protocol/json_writer.h"
#include "daemon/protocol/params_reader.h"

namespace vrfd::protocol {
namespace {

constexpr std::array<std::string_view, 4> view_names{"accepted_paths", "received", "rejected", "advertised"};
constexpr std::array<std::string_view, 4> topic_names{"peers", "routes", "fib", "jobs"};

std::optional<RouteView> view_from(std::string_view name) {
  const auto found = std::ranges::find(view_names, name);
  if (found == view_names.end()) return std::nullopt;
  return static_cast<RouteView>(found - view_names.begin());
}

std::optional<IpAddress> read_peer(ParamsReader& reader) {
  return reader.value<IpAddress>("peer", &IpAddress::from, "an address");
}

std::optional<Prefix> read_prefix(ParamsReader& reader) {
  return reader.value<Prefix>("prefix", &Prefix::from, "an address or a prefix");
}

ConfigText read_config(ParamsReader& reader) {
  ConfigText config;
  config.file = reader.text("file", 4096).value_or("");
  auto text = reader.document("text");
  if (!text) reader.fail("text", "the text of a configuration");
  config.text = std::move(text).value_or("");
  return config;
}

std::vector<std::string> read_topics(ParamsReader& reader) {
  std::vector<std::string> topics;
  const Params* found = reader.find("topics");
  if (!found) return topics;
  bool sound = found->is_array() && found->size() <= topic_names.size();
  for (std::size_t i = 0; sound && i < found->size(); ++i) {
    const Params& topic = (*found)[i];
    sound =
        topic.is_string() && std::ranges::find(topic_names, topic.get_ref<const std::string&>()) != topic_names.end();
    if (sound) topics.push_back(topic.get<std::string>());
  }
  if (!sound) reader.fail("topics", "a list of peers, routes, fib, jobs");
  return topics;
}

template <class T>
Result<T> finished(ParamsReader& reader, T request) {
  if (auto wrong = reader.finish()) return *wrong;
  return request;
}

template <class T>
std::optional<std::string> text_of(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return to_string(*value);
}

void write_config(JsonWriter& out, const ConfigText& config) {
  if (!config.file.empty()) out.field("file", config.file);
  out.field("text", config.text);
}

}  // namespace

std::optional<Error> unexpected(const Params& params) { return ParamsReader(params).finish(); }

void write_empty(JsonWriter& out) {
  out.begin_object();
  out.end_object();
}

Result<ShowPeersRequest> ShowPeersRequest::from(const Params& params) {
  ParamsReader reader(params);
  return finished(reader, ShowPeersRequest{.peer = read_peer(reader), .vpn_instance = reader.text("vpn_instance")});
}

Result<ShowRoutesRequest> ShowRoutesRequest::from(const Params& params) {
  ParamsReader reader(params);
  ShowRoutesRequest request;
  request.vpn_instance = reader.text("vpn_instance");
  const auto family = reader.value<Family>("family", &family_from, family_names());
  if (!family) reader.fail("family", family_names());
  request.family = family.value_or(Family::ipv4);
  if (request.vpn_instance && !row_of(request.family).unicast())
    reader.fail("family", "ipv4 or ipv6 within a VPN instance");
  request.prefix = read_prefix(reader);
  if (request.prefix && row_of(request.family).membership)
    reader.fail("prefix", "none: a membership is no address prefix; `rt` selects by route target");
  else if (request.prefix && request.prefix->family() != row_of(request.family).addresses)
    reader.fail("prefix", "a prefix of the family " + std::string(name_of(request.family)));
  request.longer = reader.boolean("longer");
  request.rd = reader.value<RouteDistinguisher>("rd", &RouteDistinguisher::from, "a route distinguisher");
  request.rt = reader.value<RouteTarget>("rt", &RouteTarget::from, "a route target");
  request.peer = read_peer(reader);
  request.view = reader.value<RouteView>("view", &view_from, "accepted_paths, received, rejected or advertised")
                     .value_or(RouteView::accepted_paths);
  request.count = reader.boolean("count");
  return finished(reader, request);
}

Result<ShowVpnInstanceRequest> ShowVpnInstanceRequest::from(const Params& params) {
  ParamsReader reader(params);
  return finished(reader, ShowVpnInstanceRequest{.name = reader.text("name")});
}

Result<ShowFibRequest> ShowFibRequest::from(const Params& params) {
  ParamsReader reader(params);
  return finished(reader,
                  ShowFibRequest{.vpn_instance = reader.text("vpn_instance"), .drift = reader.boolean("drift")});
}

Result<ShowJobsRequest> ShowJobsRequest::from(const Params& params) {
  ParamsReader reader(params);
  return finished(reader, ShowJobsRequest{.job = reader.number("job", 0, UINT64_MAX)});
}

Result<ShowPolicyRequest> ShowPolicyRequest::from(const Params& params) {
  ParamsReader reader(params);
  return finished(reader, ShowPolicyRequest{.name = reader.text("name")});
}

Result<ExplainRequest> ExplainRequest::from(const Params& params) {
  ParamsReader reader(params);
  const auto vpn_instance = reader.text("vpn_instance");
  if (!vpn_instance) reader.fail("vpn_instance", "the name of a VPN instance");
  const auto prefix = read_prefix(reader);
  if (!prefix) reader.fail("prefix", "an address or a prefix");
  const bool longest_match = prefix && reader.text("prefix")->find('/') == std::string::npos;
  return finished(reader, ExplainRequest{.vpn_instance = vpn_instance.value_or(""),
                                         .prefix = prefix.value_or(Prefix()),
                                         .longest_match = longest_match});
}

Result<ConfigCheckRequest> ConfigCheckRequest::from(const Params& params) {
  ParamsReader reader(params);
  return finished(reader, ConfigCheckRequest{.config = read_config(reader)});
}

Result<ConfigDiffRequest> ConfigDiffRequest::from(const Params& params) {
  ParamsReader reader(params);
  return finished(reader, ConfigDiffRequest{.config = read_config(reader)});
}

Result<ConfigApplyRequest> ConfigApplyRequest::from(const Params& params) {
  ParamsReader reader(params);
  return finished(reader, ConfigApplyRequest{.config = read_config(reader),
                                             .confirm_minutes = reader.number("confirm_minutes", 1, 10080)});
}

Result<ConfigRollbackRequest> ConfigRollbackRequest::from(const Params& params) {
  ParamsReader reader(params);
  return finished(reader, ConfigRollbackRequest{.revision = reader.number("revision", 0, UINT64_MAX)});
}

Result<MonitorRequest> MonitorRequest::from(const Params& params) {
  ParamsReader reader(params);
  return finished(reader, MonitorRequest{.since = reader.text("since"), .topics = read_topics(reader)});
}

void write(JsonWriter& out, const ShowPeersRequest& request) {
  out.begin_object();
  out.field("peer", text_of(request.peer));
  out.field("vpn_instance", request.vpn_instance);
  out.end_object();
}

void write(JsonWriter& out, const ShowRoutesRequest& request) {
  out.begin_object();
  out.field("vpn_instance", request.vpn_instance);
  out.field("family", name_of(request.family));
  out.field("prefix", text_of(request.prefix));
  out.field("longer", request.longer);
  out.field("rd", text_of(request.rd));
  out.field("rt", text_of(request.rt));
  out.field("peer", text_of(request.peer));
  out.field("view", view_names[static_cast<std::size_t>(request.view)]);
  out.field("count", request.count);
  out.end_object();
}

void write(JsonWriter& out, const ShowVpnInstanceRequest& request) {
  out.begin_object();
  out.field("name", request.name);
  out.end_object();
}

void write(JsonWriter& out, const ShowFibRequest& request) {
  out.begin_object();
  out.field("vpn_instance", request.vpn_instance);
  out.field("drift", request.drift);
  out.end_object();
}

void write(JsonWriter& out, const ShowJobsRequest& request) {
  out.begin_object();
  out.field("job", request.job);
  out.end_object();
}

void write(JsonWriter& out, const ShowPolicyRequest& request) {
  out.begin_object();
  out.field("name", request.name);
  out.end_object();
}

void write(JsonWriter& out, const ExplainRequest& request) {
  out.begin_object();
  out.field("vpn_instance", request.vpn_instance);
  out.field("prefix", request.longest_match ? to_string(request.prefix.address()) : to_string(request.prefix));
  out.end_object();
}

void write(JsonWriter& out, const ConfigCheckRequest& request) {
  out.begin_object();
  write_config(out, request.config);
  out.end_object();
}

void write(JsonWriter& out, const ConfigDiffRequest& request) {
  out.begin_object();
  write_config(out, request.config);
  out.end_object();
}

void write(JsonWriter& out, const ConfigApplyRequest& request) {
  out.begin_object();
  write_config(out, request.config);
  out.field("confirm_minutes", request.confirm_minutes);
  out.end_object();
}

void write(JsonWriter& out, const ConfigRollbackRequest& request) {
  out.begin_object();
  out.field("revision", request.revision);
  out.end_object();
}

void write(JsonWriter& out, const MonitorRequest& request) {
  out.begin_object();
  out.field("since", request.since);
  out.field("topics", request.topics);
  out.end_object();
}

}  // namespace vrfd::protocol
