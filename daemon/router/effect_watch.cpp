#include "daemon/router/effect_watch.h"

#include <algorithm>

#include "daemon/router/router.h"

namespace vrfd {

namespace {

RouteTable::Changes changes_of(Router& router, const Instance& instance) {
  RouteTable::Changes sum;
  const VpnInstance* core = router.core().instance(instance.id());
  for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    const RouteTable::Changes& changes = core->table(family).changes();
    sum.added += changes.added;
    sum.changed += changes.changed;
    sum.withdrawn += changes.withdrawn;
  }
  return sum;
}

}  // namespace

EffectWatch::EffectWatch(Router& router)
    : router_(router), fib_before_(router.kernel().counters()), settled_before_(router.kernel().progress().settled) {
  for (Instance* instance : router.instances()) before_[instance->name()] = changes_of(router, *instance);
}

bool EffectWatch::arrived() {
  if (!awaited_) {
    if (!router_.core().idle()) return false;
    awaited_ = router_.kernel().progress().emitted;
  }
  return router_.kernel().progress().settled >= *awaited_;
}

protocol::JobProgress EffectWatch::progress(std::uint64_t job) const {
  const FibProgress kernel = router_.kernel().progress();
  const std::uint64_t end = std::max(awaited_.value_or(kernel.emitted), settled_before_);
  return {job, "fib", std::clamp(kernel.settled, settled_before_, end) - settled_before_, end - settled_before_};
}

void EffectWatch::report(protocol::JobAnswer& answer) const {
  answer.vpn_instances.clear();
  for (Instance* instance : router_.instances()) {
    const auto before = before_.find(instance->name());
    if (before == before_.end()) continue;
    const RouteTable::Changes now = changes_of(router_, *instance);
    protocol::JobInstance row{instance->name_or_null(), now.added - before->second.added,
                              now.changed - before->second.changed, now.withdrawn - before->second.withdrawn};
    if (row.added + row.changed + row.withdrawn != 0) answer.vpn_instances.push_back(row);
  }
  const FibCounters fib = router_.kernel().counters();
  answer.fib = {fib.added - fib_before_.added, fib.replaced - fib_before_.replaced, fib.deleted - fib_before_.deleted,
                fib.failed - fib_before_.failed, fib.acked - fib_before_.acked};
}

}  // namespace vrfd
