// The kernel thread: takes requests off its queue, executes them against the sockets, and turns answers and
// notifications into events. Notifications are read between any two batches, so a long submission does not overrun
// them.
#pragma once

#include <mutex>
#include <variant>

#include "netlink/bounded_queue.h"
#include "netlink/kernel_port.h"
#include "netlink/kernel_socket.h"
#include "netlink/query.h"
#include "netlink/request_window.h"

namespace vrfd::netlink {

struct LookupRequest {
  Cookie cookie = 0;
  IfIndex vrf_device{};
  IpAddress destination{};
};

enum class DumpSubject { routes, labels, next_hops, links, addresses, neighbours, rules };

struct DumpRequest {
  Cookie cookie = 0;
  DumpSubject subject = DumpSubject::routes;
  RouteSelection selection{};
  IfIndex device{};  // of neighbours
};

struct FlushRequest {
  Cookie cookie = 0;
  TableId table{};
};

using KernelRequest = std::variant<std::vector<Operation>, LookupRequest, DumpRequest, FlushRequest>;

// Written by the kernel thread, read by others.
class SharedCounters {
 public:
  KernelCounters get() const {
    const std::lock_guard lock(mutex_);
    return counters_;
  }
  template <class Change>
  void update(Change&& change) {
    const std::lock_guard lock(mutex_);
    change(counters_);
  }

 private:
  mutable std::mutex mutex_;
  KernelCounters counters_;
};

struct KernelSockets {
  KernelSocket requests;
  KernelSocket events;
  Query query;
};

class KernelWorker {
 public:
  KernelWorker(KernelSockets sockets, BoundedQueue<KernelRequest>& requests, BoundedQueue<KernelEvent>& events,
               SharedCounters& counters)
      : sockets_(std::move(sockets)), requests_(requests), events_(events), counters_(counters) {}

  // Until the queue of requests is closed; what is in it then is left undone.
  void run();

 private:
  void wait();
  void execute(const std::vector<Operation>& operations);
  void execute(const LookupRequest& request);
  void execute(const DumpRequest& request);
  void execute(const FlushRequest& request);

  // Brings what the window holds to its end, handing outcomes to `take` as they come.
  template <class Take>
  void complete_window(Take&& take);
  void send_batch();
  void receive_answers();

  void resolve_next_hop(KernelRoute& route);
  std::optional<NextHopObject> next_hop_object(NextHopObjectId id);

  template <class Object, class Decode, class Keep>
  Answer dump(Cookie cookie, const Query::Encode& encode, Decode decode, Keep keep);
  Answer dump(const DumpRequest& request);

  void read_notifications();
  void hand_over_noticed();
  void on_notifications(ByteView datagram);
  void publish(KernelEvent event, std::size_t weight = 1) { events_.push(std::move(event), weight); }
  void count_malformed() {
    counters_.update([](KernelCounters& counters) { ++counters.malformed; });
  }
  void count_window();

  KernelSockets sockets_;
  BoundedQueue<KernelRequest>& requests_;
  BoundedQueue<KernelEvent>& events_;
  SharedCounters& counters_;
  RequestWindow window_;
  std::vector<KernelEvent> noticed_;  // notifications on their way to `events_`
};

}  // namespace vrfd::netlink
