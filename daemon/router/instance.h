// A VPN instance, or the public one, as the daemon runs it: configuration, core instance, listener, peers.
#pragma once

#include <map>
#include <memory>

#include "daemon/bgp/listener.h"
#include "daemon/config/config.h"
#include "daemon/router/peer.h"
#include "daemon/router/pending_rules.h"

namespace vrfd {

class Router;

class Instance {
 public:
  using Peers = std::map<IpAddress, std::unique_ptr<Peer>>;

  // The public instance takes `id` 0; others are added to the core.
  Instance(Router& router, const config::VpnInstance& configured, InstanceId id);
  ~Instance();

  const config::VpnInstance& configured() const { return configured_; }
  // When the present configuration was given.
  WallTime configured_at() const { return configured_at_; }
  const std::string& name() const { return configured_.name; }
  bool is_public() const { return id_ == public_instance; }
  // As JSON has it: null for the public instance.
  std::optional<std::string> name_or_null() const;
  InstanceId id() const { return id_; }
  Peers& peers() { return peers_; }
  const Peers& peers() const { return peers_; }
  // Instances without a VRF device have that of the public one.
  bgp::Listener& listener();
  // Its VRF device is there, or it needs none.
  bool reaches_peers() const;
  TableId table() const { return table_; }
  std::optional<Label> label() const { return label_; }

  // Peers and settings become as configured; `policies` has been compiled from the same configuration.
  void configure(const config::VpnInstance& configured);
  // The VRF device came with another index, or went.
  void device_changed();
  // Peers are told why (RFC 4486).
  void stop(std::uint8_t subcode);

  // Takes peers away that came by a prefix and are gone. Not from within a call of theirs.
  void dismiss_members();
  // Says when the instance comes near its `maximum_prefixes`, or exceeds it.
  void watch_limit();
  LimitState limit_state(AddressFamily family) const { return limits_[index_of(family)].state(); }

  // Policies between VRF and VPN that are in force; a refresh of the VPN family brings in the configured ones.
  void refresh_import_policy();
  void refresh_export_policy();
  bool import_policy_pending() const;
  bool export_policy_pending() const;

 private:
  // One with these settings works through a VRF device of its own.
  bool has_device(const config::VpnInstance& configured) const;
  void leave_listener();
  void configure_peers();
  // What the configuration says of the peer at `address`, a member of a range included.
  std::optional<config::Peer> wanted_peer(const IpAddress& address) const;
  // Peers by prefix (members.cpp).
  void configure_ranges();
  std::size_t member_count(const Prefix& range) const;
  void welcome(bgp::Listener::Socket socket, const IpAddress& from);
  void configure_core(bool first);
  void open_listener();
  InstanceSettings settings() const;

  Router& router_;
  config::VpnInstance configured_;
  WallTime configured_at_ = std::chrono::system_clock::now();
  InstanceId id_;
  TableId table_;
  std::optional<Label> label_;
  std::shared_ptr<const CompiledPolicy> import_policy_;
  std::shared_ptr<const CompiledPolicy> export_policy_;
  std::unique_ptr<bgp::Listener> listener_;
  IfIndex device_;          // which the listener is bound to …
  std::uint16_t port_ = 0;  // … and its port
  Peers peers_;
  std::vector<Prefix> ranges_;  // that the listener knows
  std::array<LimitWatch, address_families> limits_;
};

}  // namespace vrfd
