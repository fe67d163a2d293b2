// A whole router over a kernel that lives in maps, without sockets: routes are put into the Adj-RIBs-In of its peers,
// and its commands are called as the control socket calls them.
#pragma once

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "daemon/commands/context.h"
#include "daemon/config/parse.h"
#include "tests/model/fake_kernel.h"

namespace vrfd {

class BenchChannel : public control::Channel {
 public:
  void write(std::string line) override { lines.push_back(nlohmann::json::parse(line)); }
  bool open() const override { return is_open; }
  bool ready() const override { return is_open && is_ready; }
  void on_ready(std::function<void()> callback) override { waiting.push_back(std::move(callback)); }
  void finished() override {}
  void read_again() {
    is_ready = true;
    for (auto& callback : std::exchange(waiting, {})) callback();
  }

  std::vector<nlohmann::json> lines;
  std::vector<std::function<void()>> waiting;
  bool is_open = true;
  bool is_ready = true;
};

class RouterBench {
 public:
  explicit RouterBench(std::string_view config) {
    const auto parsed = config::parse(config);
    REQUIRE_MESSAGE(parsed.has_value(), (parsed ? "" : to_string(parsed.error())));
    kernel.set_link({.index = IfIndex{1}, .name = "e1", .up = true, .carrier = true});
    kernel.set_link({.index = IfIndex{2}, .name = "core", .up = true, .carrier = true});
    REQUIRE(router.apply(*parsed).empty());
    settle();
  }
  ~RouterBench() { std::filesystem::remove_all(folder); }

  // Until nobody has anything left to do; timers of the next two seconds run out.
  void settle() {
    for (int round = 0; round != 3; ++round) {
      run();
      router.on_timer(Clock::now() + std::chrono::seconds(2));
    }
    run();
  }
  // Without timers. What the last step asked the kernel for is answered in the next.
  void run() {
    for (int quiet = 0; quiet != 2; ++quiet) {
      router.kernel().drain(Clock::now());
      bool more = router.step(Clock::now());
      for (auto& function : std::exchange(posted, {})) {
        more = true;
        function();
      }
      if (more) quiet = -1;
    }
  }

  Instance& instance(const char* name) { return *router.instance(name); }
  Peer& peer(const char* instance_name, const char* address) {
    return *instance(instance_name).peers().at(*IpAddress::from(address));
  }
  void announce(Peer& from, Family family, const char* prefix, std::vector<Asn> path, const char* rd = "0:0",
                const char* target = nullptr, const char* next_hop = nullptr) {
    PathAttributes attributes;
    attributes.origin = Origin::igp;
    attributes.as_path = {{SegmentType::sequence, std::move(path)}};
    attributes.next_hop = next_hop != nullptr ? *IpAddress::from(next_hop) : from.configured().address;
    if (target != nullptr) attributes.extended_communities = {RouteTarget::from(target)->community()};
    const AttributesRef set(router.core().attributes(), router.core().attributes().intern(attributes));
    const bool vpn = row_of(family).vpn;
    const std::vector<AnnouncedNlri> routes{
        {{*RouteDistinguisher::from(rd), *Prefix::from(prefix)}, 0, vpn ? Label{900} : Label{}}};
    from.family(family)->in.announce(routes, set.id());
  }
  void withdraw(Peer& from, Family family, const char* prefix) {
    const std::vector<AnnouncedNlri> routes{{{{}, *Prefix::from(prefix)}, 0, {}}};
    from.family(family)->in.withdraw(routes);
  }
  netlink::KernelRoute kernel_route(unsigned table, const char* prefix, unsigned device, const char* via = nullptr) {
    netlink::KernelRoute route{.key = {TableId{table}, *Prefix::from(prefix)}, .protocol = 3};
    ForwardingHop hop{.device = IfIndex{device}};
    if (via != nullptr) hop.via = *IpAddress::from(via);
    route.hops = {hop};
    return route;
  }

  // Calls a method; what it answers comes over the channel.
  std::shared_ptr<BenchChannel> call(std::string_view method, const nlohmann::json& params) {
    auto channel = std::make_shared<BenchChannel>();
    const nlohmann::json line{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}};
    methods.dispatch(line.dump(), channel, control::Caller{.role = control::Role::change});
    return channel;
  }
  void run_posted() {
    while (!posted.empty()) {
      auto function = std::move(posted.front());
      posted.pop_front();
      function();
    }
  }

  static std::string temporary_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vrfd-router-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }

  std::string folder = temporary_folder();
  boost::asio::io_context io;
  Log log{LogLevel::error, Log::Form::plain, [](std::string_view) {}};
  std::unique_ptr<netlink::FakeKernel> owned = std::make_unique<netlink::FakeKernel>();
  netlink::FakeKernel& kernel = *owned;
  Router router{io, log, std::move(owned), {folder}};
  commands::ConfigStore store{router, std::filesystem::path(folder) / "vrfd.json", folder};
  std::deque<std::function<void()>> posted;
  commands::Context context{router, store, [this](std::function<void()> f) { posted.push_back(std::move(f)); }};
  control::Methods methods;
};

}  // namespace vrfd
