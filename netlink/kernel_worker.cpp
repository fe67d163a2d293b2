#include "netlink/kernel_worker.h"

#include <poll.h>

#include <array>
#include <cerrno>
#include <iterator>

#include "netlink/address_codec.h"
#include "netlink/event_codec.h"
#include "netlink/link_codec.h"
#include "netlink/mpls_codec.h"
#include "netlink/neighbour_codec.h"
#include "netlink/nexthop_codec.h"
#include "netlink/route_codec.h"
#include "netlink/rule_codec.h"

namespace vrfd::netlink {

namespace {

// Objects of a dump, or notifications, that travel together.
constexpr std::size_t chunk_size = 512;

using Clock = std::chrono::steady_clock;

}  // namespace

void KernelWorker::run() {
  std::vector<KernelRequest> taken;
  while (!requests_.closed()) {
    wait();
    read_notifications();
    taken.clear();
    requests_.take_all(taken);
    for (const KernelRequest& request : taken) {
      if (requests_.closed()) return;
      std::visit([this](const auto& some) { execute(some); }, request);
      read_notifications();
    }
  }
}

void KernelWorker::wait() {
  std::array<pollfd, 2> descriptors{{{requests_.fd(), POLLIN, 0}, {sockets_.events.fd(), POLLIN, 0}}};
  ::poll(descriptors.data(), descriptors.size(), -1);
}

void KernelWorker::execute(const std::vector<Operation>& operations) {
  for (const Operation& operation : operations) window_.append(operation);
  complete_window([this](Outcomes outcomes) {
    const std::size_t acknowledged = outcomes.acknowledged.size();
    if (acknowledged != 0) publish(Acknowledged{std::move(outcomes.acknowledged)}, acknowledged);
    std::vector<KernelEvent> refusals(std::make_move_iterator(outcomes.refused.begin()),
                                      std::make_move_iterator(outcomes.refused.end()));
    if (!refusals.empty()) events_.push_all(refusals);
  });
}

template <class Take>
void KernelWorker::complete_window(Take&& take) {
  while (!window_.idle() && !requests_.closed()) {
    send_batch();
    receive_answers();
    take(window_.take_outcomes());
    read_notifications();
  }
  take(window_.take_outcomes());
  count_window();
}

void KernelWorker::send_batch() {
  const ByteView batch = window_.take_batch(Clock::now());
  if (batch.empty()) return;
  if (const int error = sockets_.requests.send(batch); error != 0) window_.on_send_failed(error);
}

void KernelWorker::receive_answers() {
  while (const auto deadline = window_.deadline()) {
    const Receipt receipt = sockets_.requests.receive();
    switch (receipt.outcome) {
      case Received::datagram:
        window_.on_answers(receipt.octets);
        break;
      case Received::lost:
      case Received::truncated:
        window_.on_lost();
        break;
      case Received::failed:
        window_.on_send_failed(receipt.error);
        break;
      case Received::nothing: {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
        if (left.count() <= 0 || !sockets_.requests.wait(left)) window_.on_time(Clock::now());
      }
    }
  }
}

void KernelWorker::count_window() {
  const WindowCounters& window = window_.counters();
  counters_.update([&](KernelCounters& counters) {
    counters.operations = window.operations;
    counters.batches = window.batches;
    counters.resends = window.resends;
    counters.errors = window.errors;
  });
}

void KernelWorker::execute(const LookupRequest& request) {
  LookupAnswer result{.cookie = request.cookie, .route = std::nullopt};
  const Answer answer = sockets_.query.ask(
      [&](std::span<std::uint8_t> space, std::uint32_t sequence) {
        return encode_route_lookup(space, request.destination, request.vrf_device, sequence);
      },
      [&](const Message& message) {
        auto route = decode_route(message.body);
        if (route)
          result.route = std::move(*route);
        else
          count_malformed();
      });
  result.error = answer.error;
  if (answer.error != 0) result.route.reset();
  if (result.route && result.route->hops.empty() && result.route->next_hop != NextHopObjectId{})
    resolve_next_hop(*result.route);
  counters_.update([](KernelCounters& counters) { ++counters.lookups; });
  publish(std::move(result));
}

// Groups hold single objects only, so one level is all there is.
void KernelWorker::resolve_next_hop(KernelRoute& route) {
  const auto object = next_hop_object(route.next_hop);
  if (!object) return;
  if (object->blackhole) route.type = RouteType::blackhole;
  route.partial = route.partial || object->partial;
  if (object->members.empty()) {
    if (!object->blackhole) route.hops.push_back(object->hop);
    return;
  }
  for (const NextHopObjectId member : object->members) {
    const auto single = next_hop_object(member);
    if (!single || single->blackhole) continue;
    route.partial = route.partial || single->partial;
    route.hops.push_back(single->hop);
  }
}

std::optional<NextHopObject> KernelWorker::next_hop_object(NextHopObjectId id) {
  std::optional<NextHopObject> object;
  sockets_.query.ask(
      [&](std::span<std::uint8_t> space, std::uint32_t sequence) { return encode_next_hop_get(space, id, sequence); },
      [&](const Message& message) {
        if (auto decoded = decode_next_hop(message.body)) object = std::move(*decoded);
      });
  return object;
}

template <class Object, class Decode, class Keep>
Answer KernelWorker::dump(Cookie cookie, const Query::Encode& encode, Decode decode, Keep keep) {
  DumpChunk<Object> chunk{cookie, {}};
  const auto pass_on = [&] {
    const std::size_t weight = chunk.objects.size();
    if (weight != 0) publish(std::exchange(chunk, DumpChunk<Object>{cookie, {}}), weight);
  };
  const Answer answer = sockets_.query.dump(encode, [&](const Message& message) {
    auto object = decode(message.body);
    if (!object) return count_malformed();
    if (!keep(*object)) return;
    chunk.objects.push_back(std::move(*object));
    if (chunk.objects.size() >= chunk_size) pass_on();
  });
  pass_on();
  return answer;
}

Answer KernelWorker::dump(const DumpRequest& request) {
  const RouteSelection& wanted = request.selection;
  const auto any = [](const auto&) { return true; };
  const auto of_protocol = [&](const auto& object) {
    return wanted.protocol == 0 || object.protocol == wanted.protocol;
  };
  const auto encode_routes = [&](std::span<std::uint8_t> space, std::uint32_t sequence) {
    return encode_route_dump(space, wanted.family, wanted.table, wanted.protocol, sequence);
  };
  const auto encode_labels = [&](std::span<std::uint8_t> space, std::uint32_t sequence) {
    return encode_label_dump(space, wanted.protocol, sequence);
  };
  const auto encode_neighbours = [&](std::span<std::uint8_t> space, std::uint32_t sequence) {
    return encode_neighbour_dump(space, request.device, sequence);
  };
  const auto encode_rules = [&](AddressFamily family) {
    return [family](std::span<std::uint8_t> space, std::uint32_t sequence) {
      return encode_rule_dump(space, family, sequence);
    };
  };
  switch (request.subject) {
    case DumpSubject::routes:
      return dump<KernelRoute>(request.cookie, encode_routes, decode_route, of_protocol);
    case DumpSubject::labels:
      return dump<MplsRoute>(request.cookie, encode_labels, decode_label, of_protocol);
    case DumpSubject::next_hops:
      return dump<NextHopObject>(request.cookie, encode_next_hop_dump, decode_next_hop, of_protocol);
    case DumpSubject::links:
      return dump<Link>(request.cookie, encode_link_dump, decode_link, any);
    case DumpSubject::addresses:
      return dump<Address>(request.cookie, encode_address_dump, decode_address, any);
    case DumpSubject::neighbours:
      return dump<Neighbour>(request.cookie, encode_neighbours, decode_neighbour, [&](const Neighbour& neighbour) {
        return request.device == IfIndex{} || neighbour.device == request.device;
      });
    case DumpSubject::rules:
      break;
  }
  const Answer ipv4 = dump<Rule>(request.cookie, encode_rules(AddressFamily::ipv4), decode_rule, any);
  if (ipv4.error != 0) return ipv4;
  Answer ipv6 = dump<Rule>(request.cookie, encode_rules(AddressFamily::ipv6), decode_rule, any);
  ipv6.interrupted = ipv6.interrupted || ipv4.interrupted;
  return ipv6;
}

void KernelWorker::execute(const DumpRequest& request) {
  Answer answer = dump(request);
  counters_.update([](KernelCounters& counters) { ++counters.dumps; });
  publish(DumpDone{request.cookie, answer.interrupted, answer.error, std::move(answer.text)});
}

void KernelWorker::execute(const FlushRequest& request) {
  TableFlushed result{.cookie = request.cookie, .text = {}};
  for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    const Answer answer = sockets_.query.dump(
        [&](std::span<std::uint8_t> space, std::uint32_t sequence) {
          return encode_route_dump(space, family, request.table, route_protocol, sequence);
        },
        [&](const Message& message) {
          const auto route = decode_route(message.body);
          if (route && route->protocol == route_protocol && route->key.table == request.table)
            window_.append({0, DeleteRoute{route->key, route->metric}});
        });
    if (answer.error != 0) {
      result.error = answer.error;
      result.text = answer.text;
    }
  }
  complete_window([&](const Outcomes& outcomes) {
    result.routes += static_cast<std::uint32_t>(outcomes.acknowledged.size());
    if (outcomes.refused.empty()) return;
    result.error = outcomes.refused.front().error;
    result.text = outcomes.refused.front().text;
  });
  publish(std::move(result));
}

void KernelWorker::read_notifications() {
  while (!requests_.closed()) {
    const Receipt receipt = sockets_.events.receive();
    if (receipt.outcome == Received::nothing) break;
    if (receipt.outcome == Received::datagram) {
      on_notifications(receipt.octets);
    } else {
      counters_.update([](KernelCounters& counters) { ++counters.overruns; });
      noticed_.emplace_back(Overrun{});
      if (receipt.outcome == Received::failed) break;
    }
    if (noticed_.size() >= chunk_size) hand_over_noticed();
  }
  hand_over_noticed();
}

void KernelWorker::hand_over_noticed() {
  if (noticed_.empty()) return;
  counters_.update([this](KernelCounters& counters) { counters.events += noticed_.size(); });
  events_.push_all(noticed_);
}

void KernelWorker::on_notifications(ByteView datagram) {
  while (const auto message = take_message(datagram)) {
    auto event = decode_event(*message);
    if (!event)
      count_malformed();
    else if (*event)
      noticed_.push_back(std::move(**event));
  }
}

}  // namespace vrfd::netlink
