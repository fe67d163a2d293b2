// Random sequences against a kernel that refuses, delays, answers out of order, loses things silently and drops what a
// dead link carried. Whatever happened, in the end the kernel holds exactly what is wished, and looking at everything
// again emits nothing.
#include <doctest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <set>

#include "tests/model/fib_kernel.h"
#include "vrf/fib.h"
#include "vrf/mpls_fib.h"

namespace vrfd {
namespace {

struct Answer {
  std::uint64_t cookie = 0;
  int error = 0;
};

struct Wish {
  bool discard = false;
  std::vector<Leg> legs;
};

// Stands for the decision: each prefix has a wish.
class WishedForwarder : public Forwarder {
 public:
  explicit WishedForwarder(ForwardingTable& table) : table_(table) {}
  ForwardingId desired(const RouteTable& routes, DestId dest) override {
    const auto at = wishes.find(routes.nlri(dest).prefix);
    if (at == wishes.end()) return ForwardingId::none;
    return at->second.discard ? ForwardingId::discard : table_.intern(at->second.legs);
  }
  std::map<Prefix, Wish> wishes;

 private:
  ForwardingTable& table_;
};

constexpr TableId red_table{1001};
constexpr FibOwner owner_v4{0};
constexpr FibOwner owner_v6{1};
constexpr std::uint32_t device_count = 4;
constexpr std::uint32_t next_hop_count = 8;
constexpr InstanceId blue{7};

IpAddress gateway_of(std::uint32_t device) { return IpAddress::v4(0xAC100000 + device * 256 + 1); }
IpAddress link_local_of(std::uint32_t device) { return *IpAddress::from("fe80::" + std::to_string(device)); }

class World {
 public:
  explicit World(std::uint32_t seed) : random_(seed) {
    for (std::uint32_t d = 1; d <= device_count; ++d) kernel_.up.insert(IfIndex{d});
    for (std::uint32_t n = 0; n != next_hop_count; ++n) {
      topology_.emplace_back();
      move_next_hop(n);
      ids_.push_back(next_hops_.track(public_instance, IpAddress::v4(0x0A000000 + n)));
    }
    forwarding_.set_lookup_device(blue, IfIndex{2});
  }
  ~World() {
    for (Fib* fib : {&v4_, &v6_}) fib->withdraw_all();
  }

  void run(int steps) {
    for (int i = 0; i != steps; ++i) {
      disturb();
      work();
    }
  }

  void disturb() {
    switch (roll(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        change_route();
        return;
      case 4:
      case 5:
        withdraw_route();
        return;
      case 6:
        move_next_hop(roll(next_hop_count));
        return;
      case 7:
        device_down();
        return;
      case 8:
        device_up();
        return;
      case 9:
        lose_routes();
        return;
      case 10:
        lose_object();
        return;
      case 11:
        change_label();
        return;
      case 12:
        next_hops_.invalidate_all(public_instance);
        return;
      case 13:
        foreign_delete();
        return;
      case 14:
        for (Fib* fib : {&v4_, &v6_}) fib->review();
        return;
      default:
        steal_label();
        return;
    }
  }

  // One round of what the router does, a part of everything.
  void work() {
    now_ += std::chrono::milliseconds(roll(400));
    forwarding_.retry(now_);
    v4_.retry(now_);
    v6_.retry(now_);
    labels_.retry(now_);
    answer_lookups(roll(4));
    supply_link_locals();
    FibOperations out;
    v4_.step(roll(30), out);
    v6_.step(roll(30), out);
    labels_.step(roll(10), out);
    forwarding_.emit_removals(out);
    for (FibOperation& operation : out) queue_.push_back(std::move(operation));
    execute(roll(40));
    deliver(roll(40));
  }

  // Nothing disturbs any more; all that waits is done.
  std::size_t settle() {
    disturbed_ = false;
    // What the kernel refuses for good is tried again each minute; so let that happen several times, then stop the
    // clock.
    for (int i = 0; i != 8; ++i) {
      now_ += std::chrono::minutes(2);
      round();
    }
    return settle_now();
  }
  std::size_t settle_now() {
    std::size_t emitted = 0;
    while (const std::size_t some = round()) {
      emitted += some;
      REQUIRE(emitted < 100000);
    }
    return emitted;
  }

  FibDifference sync(SyncPurpose purpose) {
    FibDifference difference;
    forwarding_.begin_sync(purpose);
    for (const auto& [id, hop] : kernel_.hops) forwarding_.found({id, true, hop.hop, {}});
    for (const auto& [id, members] : kernel_.groups)
      forwarding_.found({id, true, {}, {members.begin(), members.end()}});
    difference += forwarding_.end_sync(DumpOutcome::complete);
    for (Fib* fib : {&v4_, &v6_}) {
      fib->begin_sync(purpose);
      for (const auto& [key, route] : kernel_.routes)
        if (key.prefix.family() == row_of(fib->routes().family()).addresses)
          fib->found({key.prefix, true, route.type, route.object});
      difference += fib->end_sync(DumpOutcome::complete);
    }
    labels_.begin_sync(purpose);
    for (const auto& [label, hops] : kernel_.labels) labels_.found({label, true, hops});
    return difference += labels_.end_sync(DumpOutcome::complete);
  }

  void review() {
    for (Fib* fib : {&v4_, &v6_}) fib->review();
  }

  void check() {
    std::map<RouteKey, std::multiset<std::string>> expected;
    for (const WishedForwarder* forwarder : {&forwarder_v4_, &forwarder_v6_})
      for (const auto& [prefix, wish] : forwarder->wishes) {
        const std::multiset<std::string> hops = expected_hops(wish.legs);
        if (wish.discard || !hops.empty()) expected[{red_table, prefix}] = wish.discard ? discarded_ : hops;
      }
    std::map<RouteKey, std::multiset<std::string>> held;
    for (const auto& [key, route] : kernel_.routes) {
      if (route.type == RouteType::blackhole) {
        held[key] = discarded_;
        continue;
      }
      for (NextHopObjectId member : kernel_.groups.at(route.object))
        held[key].insert(text_of(kernel_.hops.at(member).hop));
    }
    CHECK(held == expected);
    check_labels();
    CHECK(kernel_.routes_lost_with_objects == 0);
    CHECK(v4_.installed() + v6_.installed() == kernel_.routes.size());
    CHECK(v4_.progress().in_flight() + v6_.progress().in_flight() + labels_.progress().in_flight() == 0);
    CHECK(forwarding_.progress().in_flight() == 0);
  }

  void withdraw_everything() {
    for (std::uint32_t label = 100; label != 110; ++label) labels_.remove(Label{label});
    for (Fib* fib : {&v4_, &v6_}) fib->withdraw_all();
    settle();
    for (Fib* fib : {&v4_, &v6_}) CHECK(fib->drained());
    CHECK(kernel_.routes.empty());
    CHECK(kernel_.groups.empty());
    CHECK(kernel_.hops.empty());
    CHECK(kernel_.labels.empty());
    CHECK(forwarding_.size() == 0);
  }

 private:
  std::uint32_t roll(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  static std::string text_of(const ForwardingHop& hop) {
    std::string text = (hop.via ? to_string(*hop.via) : "-") + " dev " + std::to_string(hop.device.value());
    for (Label label : hop.labels) text += " " + std::to_string(label.value());
    return text;
  }

  std::multiset<std::string> expected_hops(const std::vector<Leg>& legs) const {
    std::multiset<std::string> hops;
    std::set<Leg> distinct(legs.begin(), legs.end());
    for (bool backup : {false, true}) {
      for (const Leg& leg : distinct)
        if (leg.backup == backup) add_expected(leg, hops);
      if (!hops.empty()) break;
    }
    return hops;
  }
  void add_expected(const Leg& leg, std::multiset<std::string>& hops) const {
    if (leg.kind == Leg::Kind::lookup) {
      if (kernel_.up.contains(IfIndex{2})) hops.insert(text_of({std::nullopt, IfIndex{2}, {}}));
      return;
    }
    for (ForwardingHop hop : topology_[leg.target]) {
      if (!kernel_.up.contains(hop.device)) continue;
      if (leg.family == AddressFamily::ipv6) hop.via = link_local_of(hop.device.value());
      std::erase(hop.labels, implicit_null);
      if (leg.label != Leg::no_label) hop.labels.push_back(Label{leg.label});
      hops.insert(text_of(hop));
    }
  }
  void check_labels() {
    std::map<Label, std::multiset<std::string>> expected;
    for (const auto& [label, legs] : wished_labels_) {
      const auto hops = legs[0].kind == Leg::Kind::lookup ? std::multiset<std::string>{"- dev 2"} : expected_hops(legs);
      if (!hops.empty()) expected[label] = hops;
    }
    std::map<Label, std::multiset<std::string>> held;
    for (const auto& [label, hops] : kernel_.labels)
      for (const ForwardingHop& hop : hops) held[label].insert(text_of(hop));
    CHECK(held == expected);
  }

  // ---- disturbances

  Prefix some_prefix(AddressFamily family) {
    const std::uint32_t n = roll(60);
    if (family == AddressFamily::ipv4) return *Prefix::from(IpAddress::v4(0x0A640000 + n * 256), 24);
    return *Prefix::from("2001:db8:" + std::to_string(n) + "::/48");
  }
  Leg some_leg(AddressFamily family) {
    if (roll(12) == 0) return Leg::lookup(blue, family);
    const std::optional<Label> label = roll(2) == 0 ? std::nullopt : std::optional(Label{200 + roll(3)});
    Leg leg = Leg::via(ids_[roll(next_hop_count)], family, label);
    leg.backup = roll(5) == 0;
    return leg;
  }
  std::vector<Leg> some_legs(AddressFamily family) {
    std::vector<Leg> legs;
    for (std::uint32_t n = roll(4) == 0 ? 1 + roll(3) : 1; n != 0; --n) legs.push_back(some_leg(family));
    return legs;
  }
  struct Side {
    AddressFamily family;
    RouteTable& routes;
    WishedForwarder& forwarder;
    Fib& fib;
  };
  Side some_side() {
    if (roll(2) == 0) return {AddressFamily::ipv4, routes_v4_, forwarder_v4_, v4_};
    return {AddressFamily::ipv6, routes_v6_, forwarder_v6_, v6_};
  }
  void change_route() {
    const Side side = some_side();
    const Prefix prefix = some_prefix(side.family);
    Wish wish{roll(10) == 0, {}};
    if (!wish.discard) wish.legs = some_legs(side.family);
    side.forwarder.wishes[prefix] = wish;
    const DestId dest = side.routes.find_or_add(Nlri{{}, prefix});
    PathUpdate update;
    update.source = PeerId{1};
    side.routes.upsert(dest, update);
    side.routes.note(dest);
  }
  void withdraw_route() {
    const Side side = some_side();
    const Prefix prefix = some_prefix(side.family);
    side.forwarder.wishes.erase(prefix);
    const DestId dest = side.routes.find(Nlri{{}, prefix});
    if (dest == no_index) return;
    side.routes.erase(dest, PeerId{1}, 0);
    side.routes.note(dest);
    side.routes.collect(roll(5), [](DestId) { return false; });
  }
  void move_next_hop(std::uint32_t n) {
    topology_[n].clear();
    std::set<std::uint32_t> devices;
    for (std::uint32_t i = roll(3) == 0 ? 2 : 1; i != 0; --i) devices.insert(1 + roll(device_count));
    for (std::uint32_t device : devices) {
      const Label transport = roll(3) == 0 ? implicit_null : Label{1000 + roll(4)};
      topology_[n].push_back({gateway_of(device), IfIndex{device}, {transport}});
    }
    next_hops_.invalidate(public_instance, Prefix::host(IpAddress::v4(0x0A000000 + n)));
  }
  void device_down() {
    const IfIndex device{1 + roll(device_count)};
    kernel_.drop_device(device);
    next_hops_.invalidate_device(device);
    forwarding_.device_gone(device);
  }
  void device_up() {
    const IfIndex device{1 + roll(device_count)};
    if (!kernel_.up.insert(device).second) return;
    next_hops_.invalidate_all(public_instance);
    forwarding_.device_back(device);
  }
  void lose_routes() {
    for (std::uint32_t n = roll(5); n != 0 && !kernel_.routes.empty(); --n)
      kernel_.routes.erase(std::next(kernel_.routes.begin(), roll(static_cast<std::uint32_t>(kernel_.routes.size()))));
    if (roll(2) == 0) sync(SyncPurpose::repair);
  }
  void lose_object() {
    if (kernel_.hops.empty()) return;
    const auto hop = std::next(kernel_.hops.begin(), roll(static_cast<std::uint32_t>(kernel_.hops.size())));
    const NextHopObjectId id = hop->first;
    kernel_.drop_hop(id);
    if (roll(2) == 0) forwarding_.object_gone(id);
  }
  void foreign_delete() {
    if (kernel_.routes.empty()) return;
    const auto at = std::next(kernel_.routes.begin(), roll(static_cast<std::uint32_t>(kernel_.routes.size())));
    const Prefix prefix = at->first.prefix;
    kernel_.routes.erase(at);
    (prefix.family() == AddressFamily::ipv4 ? v4_ : v6_).route_gone(prefix);
  }
  void change_label() {
    const Label label{100 + roll(10)};
    if (roll(3) == 0) {
      wished_labels_.erase(label);
      labels_.remove(label);
      return;
    }
    const std::vector<Leg> legs{some_leg(AddressFamily::ipv4)};
    wished_labels_[label] = legs;
    labels_.set(label, forwarding_.intern(legs));
  }
  void steal_label() {
    if (kernel_.labels.empty()) return;
    const Label label = kernel_.labels.begin()->first;
    kernel_.labels.erase(label);
    if (roll(2) == 0) labels_.label_gone(label);
  }

  // ---- what the router and the kernel do

  void answer_lookups(std::size_t budget) {
    for (const NextHopTable::Lookup& lookup : next_hops_.take_lookups(budget)) {
      Resolution answer;
      answer.matched = Prefix::host(lookup.address);
      for (const ForwardingHop& hop : topology_[index_of(lookup.id)])
        if (kernel_.up.contains(hop.device)) answer.hops.push_back(hop);
      next_hops_.set(lookup.id, answer.hops.empty() ? std::nullopt : std::optional(answer));
      forwarding_.update(lookup.id);
    }
  }
  void supply_link_locals() {
    for (const ForwardingTable::Neighbour& wanted : forwarding_.take_wanted_link_locals())
      forwarding_.set_link_local(wanted.device, wanted.gateway, link_local_of(wanted.device.value()));
  }
  void execute(std::size_t count) {
    for (; count != 0 && !queue_.empty(); --count) {
      FibOperation operation = std::move(queue_.front());
      queue_.pop_front();
      const int error =
          disturbed_ && roll(25) == 0 ? kernel_.refuse(operation.change) : kernel_.apply(operation.change);
      answers_.push_back({operation.cookie, error});
    }
  }
  void deliver(std::size_t count) {
    const std::size_t several = std::min<std::size_t>(answers_.size(), count);
    if (disturbed_) std::shuffle(answers_.begin(), answers_.begin() + static_cast<std::ptrdiff_t>(several), random_);
    for (std::size_t i = 0; i != several; ++i) {
      const Answer answer = answers_.front();
      answers_.pop_front();
      deliver(FibCookie::from(answer.cookie), answer.error);
    }
  }
  void deliver(FibCookie cookie, int error) {
    if (cookie.owner == FibOwner::next_hop_objects)
      error == 0 ? forwarding_.acknowledge(cookie, now_) : forwarding_.refuse(cookie, error, "no", now_);
    else if (cookie.owner == FibOwner::labels)
      error == 0 ? labels_.acknowledge(cookie) : labels_.refuse(cookie, error, "no", now_);
    else
      deliver(cookie.owner == owner_v4 ? v4_ : v6_, cookie, error);
  }
  void deliver(Fib& fib, FibCookie cookie, int error) {
    error == 0 ? fib.acknowledge(cookie) : fib.refuse(cookie, error, "no", now_);
  }
  std::size_t round() {
    forwarding_.retry(now_);
    v4_.retry(now_);
    v6_.retry(now_);
    labels_.retry(now_);
    answer_lookups(1000);
    supply_link_locals();
    FibOperations out;
    while (v4_.step(100, out)) {
    }
    while (v6_.step(100, out)) {
    }
    while (labels_.step(100, out)) {
    }
    forwarding_.emit_removals(out);
    for (FibOperation& operation : out) queue_.push_back(std::move(operation));
    const std::size_t count = queue_.size() + answers_.size();
    execute(queue_.size());
    deliver(answers_.size());
    return count;
  }

  std::mt19937 random_;
  FibKernel kernel_;
  NextHopTable next_hops_;
  ForwardingTable forwarding_{next_hops_};
  AttributeTable attributes_;
  RdTable rds_;
  RouteTable routes_v4_{Family::ipv4, attributes_, rds_};
  RouteTable routes_v6_{Family::ipv6, attributes_, rds_};
  WishedForwarder forwarder_v4_{forwarding_};
  WishedForwarder forwarder_v6_{forwarding_};
  Fib v4_{owner_v4, red_table, routes_v4_, forwarding_, forwarder_v4_};
  Fib v6_{owner_v6, red_table, routes_v6_, forwarding_, forwarder_v6_};
  MplsFib labels_{forwarding_};
  std::map<Label, std::vector<Leg>> wished_labels_;
  std::vector<ForwardingHops> topology_;
  std::vector<NextHopId> ids_;
  std::deque<FibOperation> queue_;
  std::deque<Answer> answers_;
  TimePoint now_{};
  bool disturbed_ = true;
  const std::multiset<std::string> discarded_{"discard"};
};

TEST_CASE("model: the kernel ends up as wished, whatever happened") {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    World world(seed);
    world.run(400);
    world.settle();
    world.sync(SyncPurpose::repair);
    world.settle();
    world.check();
    CHECK(world.sync(SyncPurpose::audit).clean());
    world.review();
    CHECK(world.settle_now() == 0);
    world.withdraw_everything();
  }
}

}  // namespace
}  // namespace vrfd
