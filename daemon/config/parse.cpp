#include "daemon/config/parse.h"

#include "daemon/config/check.h"
#include "daemon/config/form.h"

namespace vrfd::config {

namespace {

// An instance's own values, or else the top level's.
void resolve_instance(const Config& config, VpnInstance& instance) {
  if (instance.as == Asn{}) instance.as = config.as;
  if (instance.router_id.is_unspecified()) instance.router_id = config.router_id;
  instance.fib = instance.fib && config.fib;
}

void resolve_peer(const VpnInstance& instance, Peer& peer) {
  peer.vpn_instance = instance.name;
  peer.internal = peer.as == (peer.local_as ? peer.local_as->asn : instance.as);
  if (peer.families.empty()) peer.families[unicast_of(peer.address.family())] = {};
  if (!peer.capabilities.route_refresh) peer.capabilities.enhanced_route_refresh = false;
  for (auto& [family, settings] : peer.families)
    if (!settings.maximum_prefixes) settings.maximum_prefixes = peer.maximum_prefixes;
}

void resolve(Config& config) {
  const auto resolve_one = [&](VpnInstance& instance) {
    resolve_instance(config, instance);
    for (Peer& peer : instance.peers) resolve_peer(instance, peer);
  };
  resolve_one(config.public_instance);
  for (VpnInstance& instance : config.vpn_instances) resolve_one(instance);
}

// The top level holds keys of its own and what all peers inherit.
void read_top(Reader& reader, const JsonValue& root, Config& config) {
  if (!expect_object(reader, root)) return;
  read_known_keys(reader, root, keys_of<Peer>(), at_top, reader.inheritance.top);
  read_known_keys(reader, root, keys_of<Config>(), anywhere, config);
  KeyTexts rows = texts_of(keys_of<Config>());
  for (const KeyText* row : texts_of(keys_of<Peer>())) rows.push_back(row);
  refuse_unknown_keys(reader, root, rows, at_top);
}

Json top_schema() {
  Json required = Json::array();
  Json properties = object_properties<Config>(anywhere, required);
  properties.update(object_properties<Peer>(at_top, required));
  return properties_schema(std::move(properties), std::move(required));
}

}  // namespace

ConfigResult<Config> parse(std::string_view text) {
  JsonDocument document = parse_json(text);
  Reader reader(text);
  for (JsonError& error : document.errors) reader.refuse(std::move(error));
  Config config;
  if (document.complete) {
    read_top(reader, document.root, config);
    resolve(config);
    check(reader, document.root, config);
  }
  if (reader.failed()) return reader.take_errors();
  return config;
}

std::string schema() {
  Json root{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"title", "vrfd.json"},
            {"description", "The configuration of vrfd; comments are allowed"}};
  root.update(top_schema());
  root["$defs"]["peer"] = object_schema<Peer>(in_peer);
  root["$defs"]["family"] = or_schema(object_schema<FamilySettings>(anywhere), {{"const", false}});
  return root.dump(2) + "\n";
}

}  // namespace vrfd::config
