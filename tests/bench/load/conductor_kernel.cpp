// The commands about the router's kernel and about the way of single routes.
#include "tests/bench/load/address.h"
#include "tests/bench/load/clock.h"
#include "tests/bench/load/conductor.h"

namespace vrfd::bench {

Conductor::Json Conductor::watch_kernel(const Json& command) {
  watch_ = std::make_unique<KernelWatch>(
      command.at("netns"), command.value("kernel_table", 254u), poller_, desk_.index(),
      [this](const char* what, std::int64_t at) { say({{"event", what}, {"peer", "kernel"}, {"at", at}}); });
  return Json::object();
}

Digest Conductor::expected_in_kernel(const Json& command) {
  RouteState expected;
  if (command.contains("table")) {
    const std::uint32_t value = KernelWatch::value_of_gateway(address(command.at("gateway")));
    for (const Route& route : table(command).routes)
      expected.put(desk_.index().find_or_add(key_of(route.address, route.length)), value);
  }
  return expected.digest();
}

Conductor::Json Conductor::expect_kernel(const Json& command) {
  watch_->expect(expected_in_kernel(command));
  return Json::object();
}

Conductor::Json Conductor::dump_kernel(const Json& command) {
  const Digest found = watch_->dump();
  return {{"routes", found.count}, {"as_expected", found == expected_in_kernel(command)}};
}

Conductor::Json Conductor::program_kernel(const Json& command) {
  auto writer =
      std::make_shared<KernelWriter>(table(command), WritingOrder{.netns = command.at("netns"),
                                                                  .link = command.at("link"),
                                                                  .kernel_table = command.value("kernel_table", 254u),
                                                                  .gateway = address(command.at("gateway")),
                                                                  .deleting = command.value("deleting", false)});
  programming_ = std::jthread([this, writer] {
    const std::int64_t begin = now_ns();
    try {
      writer->write();
      say({{"event", "programmed"}, {"peer", "kernel"}, {"at", now_ns()}, {"begin", begin}});
    } catch (const std::exception& problem) {
      say({{"event", "refused"}, {"peer", "kernel"}, {"at", now_ns()}, {"problem", problem.what()}});
    }
  });
  return Json::object();
}

Conductor::Json Conductor::churn(const Json& command) {
  Speaker& source = speaker(command.at("peer"));
  churn_ = std::make_unique<Churn>(table(command),
                                   ChurnOrder{.next_hop = address(source.order().local),
                                              .rate = command.value("rate", 10000u),
                                              .probe_every = command.value("probe_every", 100u),
                                              .seconds = command.value("seconds", 10u)},
                                   source);
  desk_.remember(false);
  desk_.set_seen([this](std::uint64_t key) { churn_->seen(key, false, now_ns()); });
  if (watch_)
    watch_->set_seen([this](const KernelRoute& route, std::int64_t at) {
      churn_->seen(key_of(route.address, route.length), true, at);
    });
  return Json::object();
}

// The last probes get a second to arrive.
void Conductor::tick_churn(std::int64_t now) {
  static std::int64_t over = 0;
  if (churn_->tick(now)) {
    over = 0;
    return;
  }
  if (over == 0) over = now;
  if (now - over < 1'000'000'000) return;
  say({{"event", "churned"},
       {"peer", "churn"},
       {"at", now},
       {"sent", churn_->sent()},
       {"probes", churn_->probes()},
       {"told_ns", churn_->delays(false)},
       {"installed_ns", churn_->delays(true)}});
  desk_.set_seen({});
  if (watch_) watch_->set_seen({});
  churn_.reset();
}

}  // namespace vrfd::bench
