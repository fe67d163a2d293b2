// A `Kernel` in a network namespace of its own, and everything it reported.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "netlink/kernel.h"

namespace vrfd::netlink {

// Runs a shell command; true if it succeeded.
bool shell(const std::string& command);
// What it wrote to standard output.
std::string output_of(const std::string& command);

class KernelRecorder {
 public:
  // Enters a new network namespace with the veth pairs core0-core1 (10.0.0.1/24, 10.0.0.2/24 and 2001:db8::1/64,
  // 2001:db8::2/64) and site0-site1 (10.1.0.1/24).
  // `present` stays in the namespace of the one before.
  enum class Namespace { fresh, present };
  explicit KernelRecorder(KernelLimits limits = {}, Namespace where = Namespace::fresh);

  Kernel& kernel() { return *kernel_; }

  void submit(std::vector<Operation> operations);
  // Drains events until `done` holds; false after ten seconds.
  bool wait(const std::function<bool()>& done);
  void drain() { kernel_->drain(events_); }
  // Of all that was submitted everything has had its outcome.
  void forget() {
    events_.clear();
    submitted_ = 0;
  }

  template <class Event>
  std::vector<const Event*> all() const {
    std::vector<const Event*> found;
    for (const KernelEvent& event : events_)
      if (const auto* one = std::get_if<Event>(&event)) found.push_back(one);
    return found;
  }
  template <class Event>
  bool wait_for(const std::function<bool(const Event&)>& matches) {
    std::size_t next = 0;
    return wait([&] {
      for (; next < events_.size(); ++next)
        if (const auto* one = std::get_if<Event>(&events_[next]); one && matches(*one)) return true;
      return false;
    });
  }
  std::size_t acknowledged() const;
  std::size_t refused() const { return all<Refused>().size(); }
  // Waits until every operation since the last `forget` has had its outcome.
  bool settle();

  LookupAnswer look_up(IfIndex vrf_device, std::string_view destination);
  template <class Object>
  std::vector<Object> dumped(const std::function<void(Cookie)>& ask) {
    const Cookie cookie = ++cookie_;
    ask(cookie);
    require_complete(
        wait_for<DumpDone>([&](const DumpDone& done) { return done.cookie == cookie && done.error == 0; }));
    std::vector<Object> objects;
    for (const auto* chunk : all<DumpChunk<Object>>())
      if (chunk->cookie == cookie) objects.insert(objects.end(), chunk->objects.begin(), chunk->objects.end());
    return objects;
  }
  std::vector<KernelRoute> own_routes(TableId table, AddressFamily family = AddressFamily::ipv4);

 private:
  static void require_complete(bool complete);

  std::unique_ptr<Kernel> kernel_;
  KernelEvents events_;
  std::size_t submitted_ = 0;
  Cookie cookie_ = 1000000;
};

IfIndex index_of(const std::string& device);
IpAddress address(std::string_view text);
Prefix prefix(std::string_view text);

}  // namespace vrfd::netlink
