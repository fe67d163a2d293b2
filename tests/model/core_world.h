// What a routing core is told, as plain values, and what it makes of it, as plain values: two cores that were told the
// same by different ways must agree.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "vrf/core.h"
#include "vrf/swap_labels.h"

namespace vrfd::model {

// Peers by number: two CEs in each instance, then VPN peers.
inline constexpr std::size_t instances = 3;
inline constexpr std::size_t ces = 2 * instances;
inline constexpr std::size_t vpn_peers = 4;  // internal, internal client, external, external client of nobody
inline constexpr std::size_t peers = ces + vpn_peers;
inline constexpr std::size_t prefixes = 12;

constexpr bool is_ce(std::size_t peer) { return peer < ces; }
constexpr std::size_t instance_of(std::size_t peer) { return peer / 2; }

struct Route {
  std::uint32_t local_preference = 100;
  unsigned path_length = 1;
  unsigned next_hop = 0;  // of four
  std::set<unsigned> targets{};
  std::uint32_t label = 16;
  auto operator<=>(const Route&) const = default;
};

struct Instance {
  bool exists = false;
  unsigned rd = 0;
  std::set<unsigned> imports{}, exports{};
  std::optional<std::uint32_t> maximum_prefixes{};
};

struct Peer {
  bool up = false;
  bool accepts = true;    // what it announces is not rejected by policy
  unsigned outgoing = 0;  // a variant of the export rules
  std::map<unsigned, Route> routes{};
  bool says_what_it_wants = false;
  std::set<unsigned> wants{};
};

struct World {
  std::array<Instance, instances> vpn{};
  std::array<Peer, peers> peer{};
  std::array<bool, 4> reachable{true, true, true, true};
};

// A core that follows a world.
class Box {
 public:
  Box();
  ~Box();

  // Each brings the core to what `world` says of its subject.
  void set_instance(std::size_t number, const Instance& wanted);
  void set_up(std::size_t number, const World& world);
  void announce(std::size_t number, unsigned prefix, const World& world);
  void withdraw(std::size_t number, unsigned prefix);
  void judge(std::size_t number, const World& world);
  void export_by(std::size_t number, const World& world);
  void want(std::size_t number, const World& world);
  void ask_again(std::size_t number, SyncKind kind);
  void reach(unsigned next_hop, bool reachable);

  // A slice of work, and what peers read meanwhile.
  void step(std::size_t budget) {
    core_.step(budget, [](RouteTable&) {});
  }
  void read(std::size_t number, std::size_t budget);
  void finish();
  // Sessions and instances go.
  void clear();

  // Everything there is to see: routes in tables, and what each peer holds.
  std::string view() const;
  std::size_t attribute_sets() const { return core_.attributes().size(); }
  Core& core() { return core_; }

 private:
  struct Session {
    PeerId id;
    std::unique_ptr<AdjRibIn> in;
    std::unique_ptr<AdjRibIn> memberships;
    std::map<Nlri, std::pair<PathAttributes, Label>> held;
    bool up = false;
  };

  InstanceId owner_of(std::size_t number) const;
  RouteTable& table_of(std::size_t number) const;
  ImportRules import_rules(std::size_t number, const World& world) const;
  ExportRules export_rules(std::size_t number, const World& world) const;
  void close(Session& session, RouteTable& table);
  void answer_lookups();
  PathAttributes as_written(const OutRoute& route) const;
  std::string text_of(const Nlri& nlri, const PathAttributes& attributes, Label label) const;

  mutable Core core_{NextHopRules{}};
  LabelPool pool_{LabelRange{Label{1000}, Label{9999}}};
  LabelOwners owners_;
  ForwardingTable forwarding_{core_.next_hops()};
  SwapLabels swap_{core_.decision(), core_.next_hops(), pool_, owners_, forwarding_};
  std::array<std::optional<InstanceId>, instances> ids_;
  std::array<Session, peers> sessions_;
  std::array<bool, 4> reachable_{true, true, true, true};
};

}  // namespace vrfd::model
