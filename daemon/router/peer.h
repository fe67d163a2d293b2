// A configured BGP peer: its session, and for each family what it announced and what it is told.
//
// Two versions of its configuration are kept: the one that is configured, and the one in force, under which the present
// session came up. Policies in force are in the rules of Adj-RIB-In and update group; a refresh brings the configured
// ones in (contract: "what a config change does by itself, and what waits").
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "daemon/bgp/peer_driver.h"
#include "daemon/bgp/stale_routes.h"
#include "daemon/config/config.h"
#include "daemon/router/limit_watch.h"
#include "daemon/router/peer_refresh.h"
#include "daemon/router/session_rules.h"
#include "daemon/router/slow_peer.h"
#include "daemon/router/update_writer.h"
#include "netlink/objects.h"
#include "vrf/core.h"

namespace vrfd {

class Instance;
class Router;

class Peer final : public bgp::SessionUser {
 public:
  struct FamilyState {
    FamilyState(Family which, AdjRibIn rib_in) : family(which), in(std::move(rib_in)) {}

    Family family;
    AdjRibIn in;
    PeerRefresh refresh;
    bgp::StaleRoutes stale;       // what is kept from the session before
    TimePoint last_routes{};      // when routes were announced or withdrawn last
    bool depreferencing = false;  // stale routes are being judged again (RFC 9494)
    bool long_lived = false;      // … and marked, until they are gone
    bool negotiated = false;      // in the present session
    bool sweeping = false;        // stale routes are being removed
    bool end_of_rib = false;      // received in the present session
    LimitWatch limit;
    std::uint64_t refresh_sent = 0;
    std::uint64_t refresh_received = 0;
  };

  Peer(Router& router, Instance& instance, const config::Peer& configured);
  ~Peer();

  const config::Peer& configured() const { return configured_; }
  // Under which the present, or last, session came up.
  const config::Peer& in_force() const { return in_force_; }
  void configure(const config::Peer& configured);
  // Listener and driver follow the instance's device.
  void device_changed();
  // Connections of it are not let in any more.
  void leave_listener();
  // An interface or address of this router's came or went.
  void addresses_changed();
  // Does nothing before the router has looked at the kernel, and begins once.
  void start();
  // OPENs say something else of this router's restart from now on.
  void restart_changed() { set_listener_entry(); }
  // Ends the session for good; its routes are removed at once.
  void remove(std::uint8_t subcode);

  Instance& instance() { return instance_; }
  const Instance& instance() const { return instance_; }
  PeerId id() const { return id_; }
  bool established() const { return established_; }
  // The present session has graceful restart on both sides.
  bool restarts_gracefully() const;
  // Neither connected nor connecting, with no route of it left here, and free to come at any time.
  bool is_gone() const;
  // Seconds until the session is tried again after a limit was exceeded; nothing if that is not what keeps it down, or
  // if only an operator ends it.
  std::optional<std::uint64_t> restart_in_s(TimePoint now) const;
  // It takes what it is sent more slowly than the others (slow_peer.cpp).
  bool slow() const { return slow_.slow(); }
  const SlowPeerWatch& slowness() const { return slow_; }
  const bgp::SessionContext& context() const { return context_; }
  // When the present configuration was given.
  WallTime configured_at() const { return configured_at_; }
  // Keys that differ between the configuration and what the session came up with.
  std::vector<std::string> pending_session_changes() const;
  // Keys that a refresh of the family would bring into force; empty too where the family is not negotiated.
  std::vector<std::string> pending_import(Family family) const;
  std::vector<std::string> pending_export(Family family) const;
  std::size_t output_queue() const { return driver_->output_queue(); }
  const bgp::Session& session() const { return driver_->session(); }
  bgp::PeerDriver& driver() { return *driver_; }
  const bgp::Open* remote_open() const { return remote_open_ ? &*remote_open_ : nullptr; }
  const bgp::Open* local_open() const { return local_open_ ? &*local_open_ : nullptr; }
  const bgp::Endpoints& ends() const { return ends_; }
  Duration hold_time() const { return hold_time_; }

  // Of the configuration, or of the present session; else null.
  FamilyState* family(Family family);
  const FamilyState* family(Family family) const { return const_cast<Peer*>(this)->family(family); }
  ExportRules export_rules(Family family) const;
  ImportRules import_rules(Family family) const;
  // What it is sent as next hop where that is this router.
  SelfNextHop self_next_hop(Family family) const;

  // Asks the peer to send `family` again (RFC 2918); false if it cannot.
  bool request_refresh(FamilyState& state, TimePoint now);
  void reset(bgp::Reset reset);
  // Removes stale routes, and ends refreshes that are overdue; true while there is more to do.
  bool step(std::size_t budget);
  std::optional<TimePoint> next_deadline() const;
  void on_timer(TimePoint now);

  // What it wants of the VPN routes is not what it was (peer_membership.cpp).
  void wanted_changed();

  // The way to the peer (followed_links.cpp).
  void link_lost(const netlink::Link& link);
  void way_changed(NextHopId id);

 private:
  void established(const bgp::Establishment& session) override;
  void down(const bgp::Ending& ending) override;
  void update(bgp::Update& update) override;
  void refresh(const bgp::RouteRefresh& refresh) override;
  void writable() override;

  void make_families();
  void forget_families();
  void carry_out(FamilyState& state, PeerRefresh::Action action);
  void carry_out(FamilyState& state, bgp::StaleRoutes::Action action);
  void keep_stale(FamilyState& state);
  void sweep(FamilyState& state);
  void depreference(FamilyState& state);
  void give_up_stale();
  bool says_what_it_wants() const;
  void join_group(FamilyState& state);
  void await_memberships();
  void membership_heard(TimePoint now);
  void memberships_complete();
  void enforce_limit(FamilyState& state);
  void limits_changed();
  bool follows_link() const;
  void follow();
  void lose_way(std::string why);
  SlowPeerWatch::Output output() const;
  Duration others_last_hundred();
  std::optional<TimePoint> next_output_look(TimePoint now) const;
  void watch_output(TimePoint now);
  void log_slowness(SlowPeerWatch::Change change);
  void tell(std::string_view event, std::optional<std::string> reason = {});
  PeerSurroundings surroundings() const;
  // The configuration as far as it acts now, and what this router is to the peer meanwhile.
  config::Peer acting() const;
  PeerSurroundings acting_surroundings() const;
  const config::FamilySettings& settings(Family family) const;
  void set_listener_entry();
  void start_driver();

  Router& router_;
  Instance& instance_;
  config::Peer configured_;
  config::Peer in_force_;
  PeerSurroundings::Identity own_in_force_;
  IfIndex listening_scope_;  // with which the listener knows the peer
  WallTime configured_at_ = std::chrono::system_clock::now();
  PeerId id_;
  std::array<std::optional<FamilyState>, family_count> families_;
  std::unique_ptr<bgp::PeerDriver> driver_;
  bool started_ = false;
  bool established_ = false;
  bool has_been_up_ = false;  // in this run
  bgp::SessionContext context_;
  std::optional<bgp::Open> local_open_;
  std::optional<bgp::Open> remote_open_;
  bgp::Endpoints ends_;
  Duration hold_time_{};
  std::optional<TimePoint> restart_at_;  // after a limit was exceeded; max: only by an operator
  std::optional<IfIndex> link_;          // that the session lives and dies with
  std::optional<NextHopId> way_;         // to the peer, where it is followed
  SlowPeerWatch slow_;
  // VPN routes wait until the peer has said which it wants, until then at most.
  std::optional<TimePoint> membership_by_;
};

}  // namespace vrfd
