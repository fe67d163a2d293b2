#include "daemon/router/selection.h"

#include <algorithm>

#include "daemon/router/router.h"

namespace vrfd {

namespace {

using protocol::ErrorAnswer;
using protocol::ErrorCode;
using protocol::Selector;

std::string where(const Instance& instance, Family family) {
  const std::string of = " with family " + std::string(name_of(family));
  return instance.is_public() ? of : of + " in VPN instance " + instance.name();
}

bool matches(const Peer& peer, const Selector& selector) {
  switch (selector.kind) {
    case Selector::Kind::all:
      return true;
    case Selector::Kind::peer:
      return peer.configured().address == selector.peer;
    case Selector::Kind::as:
      return peer.configured().as == selector.as;
    case Selector::Kind::group:
      return peer.configured().group == selector.group;
    case Selector::Kind::internal:
      return peer.configured().internal;
    case Selector::Kind::external:
      return !peer.configured().internal;
  }
  return false;
}

template <class Name>
std::vector<std::string> names_of(const std::vector<Peer*>& peers, Name name) {
  std::vector<std::string> names;
  for (const Peer* peer : peers) names.push_back(name(*peer));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::erase(names, "");
  return names;
}

// Why a selector that names something found nothing.
ErrorAnswer unknown(Router& router, const Instance& instance, Family family, const Selector& selector,
                    const std::vector<Peer*>& peers) {
  switch (selector.kind) {
    case Selector::Kind::peer:
      return not_found(ErrorCode::unknown_peer, "no peer " + to_string(selector.peer) + where(instance, family),
                       to_string(selector.peer),
                       names_of(peers, [](const Peer& p) { return config::name_of(p.configured()); }));
    case Selector::Kind::as:
      return not_found(ErrorCode::unknown_as, "no peer in AS " + to_string(selector.as) + where(instance, family),
                       to_string(selector.as),
                       names_of(peers, [](const Peer& p) { return to_string(p.configured().as); }));
    default:
      return not_found(ErrorCode::unknown_group, "no group " + selector.group, selector.group,
                       router.configured().groups);
  }
}

bool may_select_none(Router& router, const Selector& selector) {
  const auto& groups = router.configured().groups;
  if (selector.kind == Selector::Kind::group)
    return std::find(groups.begin(), groups.end(), selector.group) != groups.end();
  return selector.kind != Selector::Kind::peer && selector.kind != Selector::Kind::as;
}

}  // namespace

Peer* Target::peer(Router& router) const {
  Instance* instance = router.instance(vpn_instance);
  if (instance == nullptr) return nullptr;
  const auto at = instance->peers().find(address);
  return at == instance->peers().end() ? nullptr : at->second.get();
}

std::variant<Instance*, ErrorAnswer> find_instance(Router& router, const std::optional<std::string>& name) {
  if (Instance* instance = router.instance(name.value_or(""))) return instance;
  std::vector<std::string> known;
  for (const Instance* instance : router.instances())
    if (!instance->is_public()) known.push_back(instance->name());
  return not_found(ErrorCode::unknown_vpn_instance, "no VPN instance " + *name, *name, std::move(known));
}

std::variant<std::vector<Target>, ErrorAnswer> select(Router& router, const std::optional<std::string>& vpn_instance,
                                                      Family family, const Selector& selector) {
  const auto found = find_instance(router, vpn_instance);
  if (const auto* error = std::get_if<ErrorAnswer>(&found)) return *error;
  Instance* instance = std::get<Instance*>(found);
  std::vector<Peer*> peers;
  for (auto& [address, peer] : instance->peers())
    if (peer->family(family) != nullptr) peers.push_back(peer.get());
  std::vector<Target> targets;
  for (Peer* peer : peers)
    if (matches(*peer, selector)) targets.push_back({instance->name(), peer->configured().address, family});
  if (targets.empty() && !may_select_none(router, selector)) return unknown(router, *instance, family, selector, peers);
  return targets;
}

}  // namespace vrfd
