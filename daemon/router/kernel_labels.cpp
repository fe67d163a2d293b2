// Labels of routes: of an instance's, where they do not all share the instance's label, and of those that are passed
// on.
#include <algorithm>

#include "daemon/router/kernel_side.h"

namespace vrfd {

const RouteLabels* KernelSide::route_labels(InstanceId id) const {
  const auto at = instances_.find(id);
  return at == instances_.end() ? nullptr : at->second.labels.get();
}

// Those that were given out under another mode live on until no route has them and their rest is over.
void KernelSide::share_labels(Programmed& instance) {
  if (instance.labels || instance.config.label_mode == config::LabelMode::per_instance) return;
  VpnInstance& core = *core_.instance(instance.view.id);
  instance.label_forwarder = std::make_unique<InstanceForwarder>(core_, forwarding_, instance.view.id);
  instance.labels =
      std::make_unique<RouteLabels>(core, core_.decision(), core_.next_hops(), label_pool_, label_owners_, forwarding_,
                                    port_ && support_.mpls ? &mpls_ : nullptr, *instance.label_forwarder);
  core.labels = instance.labels.get();
  ++with_route_labels_;
}

void KernelSide::drop_route_labels(Programmed& instance) {
  if (!instance.labels) return;
  core_.instance(instance.view.id)->labels = nullptr;
  instance.labels.reset();
  instance.label_forwarder.reset();
  --with_route_labels_;
}

void KernelSide::look_after_route_labels(TimePoint now) {
  for (auto& [id, instance] : instances_) {
    if (!instance.labels) continue;
    instance.labels->advance(now);
    if (!core_.idle()) continue;
    instance.labels->retire();
    const bool over = instance.config.label_mode == config::LabelMode::per_instance && instance.labels->empty();
    if (over) drop_route_labels(instance);
  }
}

void KernelSide::look_after_swap_labels(TimePoint now) {
  swap_labels_.advance(now);
  if (!swap_labels_.empty() && core_.idle()) swap_labels_.retire();
}

void KernelSide::label_settled(Label label) {
  const auto owner = label_owners_.find(label);
  if (owner == label_owners_.end() || !owner->second->settled(label)) return;
  if (owner->second == &swap_labels_) return core_.swap_labels_ready();
  const auto& [id, instance] = *std::find_if(instances_.begin(), instances_.end(),
                                             [&](const auto& one) { return one.second.labels.get() == owner->second; });
  for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6})
    core_.request_work(core_.table(id, unicast_of(family)));
}

}  // namespace vrfd
