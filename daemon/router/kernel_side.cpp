#include "daemon/router/kernel_side.h"

#include <algorithm>

#include "daemon/router/kernel_operations.h"
#include "netlink/numbers.h"

namespace vrfd {

namespace {

constexpr std::size_t lookups_at_once = 256;
constexpr std::size_t operations_at_once = 4096;

void earlier(std::optional<TimePoint>& next, std::optional<TimePoint> at) {
  if (at && (!next || *at < *next)) next = at;
}

}  // namespace

KernelSide::KernelSide(Core& core, LabelPool& labels, const Log& log, std::unique_ptr<netlink::KernelPort> port,
                       DeviceMemory& devices, DeviceChanged device_changed, std::function<void()> addresses_changed)
    : core_(core),
      label_pool_(labels),
      log_(log),
      port_(std::move(port)),
      devices_(devices),
      device_changed_(std::move(device_changed)),
      addresses_changed_(std::move(addresses_changed)),
      forwarding_(core.next_hops()),
      mpls_(forwarding_),
      neighbours_(forwarding_),
      swap_labels_(core.decision(), core.next_hops(), labels, label_owners_, forwarding_),
      looked_around_(port_ == nullptr) {
  core_.set_swap_labels(swap_labels_);
  if (!port_) return;
  support_ = port_->support();
  dump_interfaces();
  look_around();
}

KernelSide::~KernelSide() {
  for (auto& [id, instance] : instances_) {
    drop_route_labels(instance);
    detach_tables(instance);
  }
}

void KernelSide::configure(const config::Config& config) {
  if (!port_) return;
  const bool programs_labels = config.public_instance.fib;
  if (swap_labels_.program(programs_labels && support_.mpls ? &mpls_ : nullptr, !programs_labels || support_.mpls))
    core_.swap_labels_changed();
  const auto former = manages_sysctls_ ? sysctl_wishes_.core_interfaces : std::vector<std::string>{};
  sysctl_wishes_ = {.label_limit = 0, .core_interfaces = config.core_interfaces};
  const bool forwards_labels = !config.vpn_instances.empty() || !config.core_interfaces.empty();
  if (support_.mpls && forwards_labels) sysctl_wishes_.label_limit = label_limit - 1;
  manages_sysctls_ = config.manage_sysctls;
  needs_rules_ = !config.vpn_instances.empty() && support_.vrf;
  check_settings(true);
  if (manages_sysctls_) shut_out_labels(former, config.core_interfaces);
}

// A link that is handed to a customer must not take labelled packets any more.
void KernelSide::shut_out_labels(const std::vector<std::string>& former,
                                 const std::vector<std::string>& core_interfaces) {
  std::vector<std::string> left;
  std::copy_if(former.begin(), former.end(), std::back_inserter(left), [&](const std::string& name) {
    return std::find(core_interfaces.begin(), core_interfaces.end(), name) == core_interfaces.end();
  });
  for (netlink::SysctlFault& fault : port_->apply_sysctls(netlink::sysctls_for_former(left), true))
    if (fault.found) sysctl_faults_.push_back(std::move(fault));  // else the link is gone
}

void KernelSide::check_settings(bool repair) {
  if (!port_) return;
  sysctl_faults_ = port_->apply_sysctls(netlink::sysctls_for(sysctl_wishes_), repair && manages_sysctls_);
  if (!repair) return;
  rules_problem_.clear();
  if (!needs_rules_) return;
  if (const auto ensured = port_->ensure_rules(); !ensured) rules_problem_ = ensured.error().message;
}

const KernelInstance* KernelSide::instance(InstanceId id) const {
  const auto at = instances_.find(id);
  return at == instances_.end() ? nullptr : &at->second.view;
}

const Fib* KernelSide::fib(InstanceId id, AddressFamily family) const {
  const auto at = instances_.find(id);
  return at == instances_.end() ? nullptr : at->second.fibs[index_of(family)].get();
}

void KernelSide::observe(FibObserver& outcomes, std::function<void(const AuditSummary&)> compared) {
  observer_ = &outcomes;
  compared_ = std::move(compared);
  for (auto& [id, instance] : instances_)
    for (auto& fib : instance.fibs)
      if (fib) fib->set_observer(observer_);
}

// ---- work

bool KernelSide::step(TimePoint now) {
  if (with_route_labels_ != 0) look_after_route_labels(now);
  look_after_swap_labels(now);
  if (!port_) return false;
  look_after_changed_labels(now);
  links_at_hand_.reset();
  // The ways that labelled unicast takes, which other next hops lean on.
  if (std::exchange(objects_moved_, false)) core_.next_hops().invalidate_all(public_instance);
  start_lookups();
  look_after_neighbours(now);
  if (forwarding_version_ != forwarding_.version()) {
    forwarding_version_ = forwarding_.version();
    for (auto& [id, instance] : instances_)
      for (auto& fib : instance.fibs)
        if (fib && fib->concerned()) core_.request_work(core_.table(id, fib->routes().family()));
  }
  bool more = mpls_.step(operations_at_once, operations_);
  more |= remove_left_device();
  forwarding_.emit(operations_);
  forwarding_.emit_removals(operations_);
  submit();
  sweep_objects();
  begin_audit();
  return more;
}

void KernelSide::start_lookups() {
  for (const NextHopTable::Lookup& lookup : core_.next_hops().take_lookups(lookups_at_once)) {
    const Programmed* where = find(lookup.instance);
    if (lookup.instance != public_instance && (where == nullptr || where->view.device == IfIndex{})) {
      answer({.cookie = index_of(lookup.id), .route = {}, .error = 0});
      continue;
    }
    ++lookups_under_way_;
    port_->lookup(index_of(lookup.id), where != nullptr ? where->view.device : IfIndex{}, lookup.address);
  }
}

// As many as there is room for; outcomes make more.
void KernelSide::submit() {
  while (submitted_ != operations_.size()) {
    const std::size_t count = std::min({operations_.size() - submitted_, port_->room(), operations_at_once});
    if (count == 0) return;
    std::vector<netlink::Operation> batch;
    batch.reserve(count);
    for (std::size_t i = 0; i != count; ++i) batch.push_back(to_kernel(std::move(operations_[submitted_ + i])));
    if (!port_->submit(batch)) return;
    submitted_ += count;
  }
  operations_.clear();
  submitted_ = 0;
  core_.resume();
}

void KernelSide::drain(TimePoint now) {
  if (!port_) return;
  links_at_hand_.reset();
  netlink::KernelEvents events;
  port_->drain(events);
  for (netlink::KernelEvent& event : events) on(event, now);
}

std::optional<TimePoint> KernelSide::next_deadline() const {
  std::optional<TimePoint> next;
  if (looked_around_ && !syncing_) next = sync_at_;
  earlier(next, forwarding_.next_retry());
  earlier(next, mpls_.next_retry());
  earlier(next, neighbours_.next_check());
  earlier(next, swap_labels_.next_deadline());
  if (!resting_labels_.empty()) earlier(next, resting_labels_.front().until);
  for (const auto& [id, instance] : instances_) {
    earlier(next, instance.retry_device_at);
    if (instance.labels) earlier(next, instance.labels->next_deadline());
    for (const auto& fib : instance.fibs)
      if (fib) earlier(next, fib->next_retry());
  }
  return next;
}

void KernelSide::on_timer(TimePoint now) {
  if (!port_) return;
  forwarding_.retry(now);
  mpls_.retry(now);
  for (auto& [id, instance] : instances_) {
    if (instance.retry_device_at && *instance.retry_device_at <= now) ensure_device(instance, now);
    for (auto& fib : instance.fibs) {
      if (!fib || !fib->next_retry() || *fib->next_retry() > now) continue;
      fib->retry(now);
      core_.request_work(core_.table(id, fib->routes().family()));
    }
  }
  if (sync_at_ && *sync_at_ <= now && !syncing_ && looked_around_) begin_sync(SyncPurpose::repair);
}

// ---- what became of it

FibProgress KernelSide::progress() const {
  FibProgress sum = past_progress_;
  const auto add = [&](const FibProgress& p) {
    sum.emitted += p.emitted;
    sum.settled += p.settled;
  };
  add(forwarding_.progress());
  add(mpls_.progress());
  for (const auto& [id, instance] : instances_)
    for (const auto& fib : instance.fibs)
      if (fib) add(fib->progress());
  return sum;
}

FibCounters KernelSide::counters() const {
  FibCounters sum = past_counters_;
  for (const auto& [id, instance] : instances_)
    for (const auto& fib : instance.fibs) {
      if (!fib) continue;
      const FibCounters& c = fib->counters();
      sum = {sum.added + c.added, sum.replaced + c.replaced, sum.deleted + c.deleted, sum.failed + c.failed,
             sum.acked + c.acked};
    }
  return sum;
}

const char* KernelSide::sync_state() const {
  if (!port_) return "off";
  if (syncing_ || sync_at_) return "syncing";
  return synced_once_ ? "synced" : "awaiting";
}

std::uint64_t KernelSide::overruns() const { return port_ ? port_->counters().overruns : 0; }

std::vector<std::string> KernelSide::problems() const {
  std::vector<std::string> texts = support_.missing;
  for (const netlink::SysctlFault& fault : sysctl_faults_) texts.push_back(fault.text);
  if (!rules_problem_.empty()) texts.push_back(rules_problem_);
  if (!swap_labels_.problem().empty()) texts.push_back("VPN routes passed on: " + swap_labels_.problem());
  for (std::string& text : neighbours_.problems([this](IfIndex index) { return interface_name(index); }))
    texts.push_back(std::move(text));
  for (const auto& [id, instance] : instances_) {
    if (!instance.view.problem.empty())
      texts.push_back("VPN instance " + instance.config.name + ": " + instance.view.problem);
    if (instance.labels && !instance.labels->problem().empty())
      texts.push_back("VPN instance " + instance.config.name + ": " + instance.labels->problem());
  }
  return texts;
}

// ---- links and addresses

std::string KernelSide::interface_name(IfIndex index) const {
  const netlink::Link* link = interfaces_.find(index);
  return link != nullptr ? link->name : "if" + std::to_string(index.value());
}

std::optional<IfIndex> KernelSide::interface_index(const std::string& name) const {
  const netlink::Link* link = name.empty() ? nullptr : interfaces_.find(name);
  if (link == nullptr) return std::nullopt;
  return link->index;
}

AddressScope KernelSide::scope_of(InstanceId id, const std::string& interface) const {
  const KernelInstance* where = instance(id);
  return {where != nullptr ? where->device : IfIndex{}, interface_index(interface).value_or(IfIndex{})};
}

std::vector<IpAddress> KernelSide::addresses_beside(const IpAddress& address, const AddressScope& scope,
                                                    AddressFamily family, bool link_local) const {
  return interfaces_.beside(address, scope, family, link_local);
}

std::vector<IpAddress> KernelSide::addresses_of(const std::string& interface, AddressFamily family) const {
  const auto index = interface_index(interface);
  return index ? interfaces_.sources(*index, family) : std::vector<IpAddress>{};
}

}  // namespace vrfd
