#include "daemon/kernel_flush.h"

#include <poll.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <iostream>
#include <iterator>
#include <set>

#include "daemon/config/state_file.h"
#include "netlink/kernel.h"

namespace vrfd {

namespace {

using namespace netlink;

// What the kernel holds of vrfd.
struct Holdings {
  std::set<TableId> tables;
  std::vector<Label> labels;
  std::vector<NextHopObjectId> groups;
  std::vector<NextHopObjectId> hops;
  std::vector<Neighbour> neighbours;
  std::vector<Link> devices;  // all VRF devices
  std::size_t routes = 0;
};

// Takes events until `awaited` requests have come to their end; counts what was refused.
class Conversation {
 public:
  explicit Conversation(KernelPort& port) : port_(port) {}

  void await(std::size_t awaited) {
    for (ended_ = 0; ended_ < awaited;) {
      pollfd ready{.fd = port_.fd(), .events = POLLIN, .revents = 0};
      ::poll(&ready, 1, -1);
      KernelEvents events;
      port_.drain(events);
      for (const KernelEvent& event : events) take(event);
    }
  }

  Holdings holdings;
  std::vector<std::string> faults;

 private:
  void take(const KernelEvent& event) {
    if (const auto* routes = std::get_if<DumpChunk<KernelRoute>>(&event)) {
      for (const KernelRoute& route : routes->objects) holdings.tables.insert(route.key.table);
      holdings.routes += routes->objects.size();
    } else if (const auto* labels = std::get_if<DumpChunk<MplsRoute>>(&event)) {
      for (const MplsRoute& route : labels->objects) holdings.labels.push_back(route.label);
    } else if (const auto* objects = std::get_if<DumpChunk<NextHopObject>>(&event)) {
      for (const NextHopObject& object : objects->objects)
        if (is_own(object.id)) (object.members.empty() ? holdings.hops : holdings.groups).push_back(object.id);
    } else if (const auto* neighbours = std::get_if<DumpChunk<Neighbour>>(&event)) {
      std::copy_if(neighbours->objects.begin(), neighbours->objects.end(), std::back_inserter(holdings.neighbours),
                   [](const Neighbour& neighbour) { return neighbour.protocol == route_protocol; });
    } else if (const auto* links = std::get_if<DumpChunk<Link>>(&event)) {
      std::copy_if(links->objects.begin(), links->objects.end(), std::back_inserter(holdings.devices),
                   [](const Link& link) { return link.kind == "vrf"; });
    } else if (const auto* acknowledged = std::get_if<Acknowledged>(&event)) {
      ended_ += acknowledged->cookies.size();
    } else if (const auto* refused = std::get_if<Refused>(&event)) {
      ++ended_;
      faults.push_back(refused->text);
    } else if (const auto* flushed = std::get_if<TableFlushed>(&event)) {
      ++ended_;
      if (flushed->error != 0) faults.push_back(flushed->text);
    } else if (std::holds_alternative<DumpDone>(event)) {
      ++ended_;
    }
  }

  KernelPort& port_;
  std::size_t ended_ = 0;
};

void look(KernelPort& port, Conversation& conversation) {
  port.dump_routes(0, {.family = AddressFamily::ipv4, .table = {}, .protocol = route_protocol});
  port.dump_routes(0, {.family = AddressFamily::ipv6, .table = {}, .protocol = route_protocol});
  port.dump_labels(0, route_protocol);
  port.dump_next_hops(0, route_protocol);
  port.dump_neighbours(0, IfIndex{});
  port.dump_links(0);
  conversation.await(6);
}

// Routes before the objects that they use, groups before their members.
void remove_all(KernelPort& port, Conversation& conversation) {
  const Holdings& found = conversation.holdings;
  for (const TableId table : found.tables) port.flush_table(0, table);
  conversation.await(found.tables.size());
  std::vector<Operation> operations;
  for (const Label label : found.labels) operations.push_back({0, DeleteLabel{label}});
  for (const auto* ids : {&found.groups, &found.hops})
    for (const NextHopObjectId id : *ids) operations.push_back({0, DeleteNextHop{id}});
  for (const Neighbour& one : found.neighbours) operations.push_back({0, DeleteNeighbour{one.device, one.address}});
  while (!operations.empty()) {
    const std::size_t count = std::min(operations.size(), port.room());
    const auto end = operations.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<Operation> batch(std::make_move_iterator(operations.begin()), std::make_move_iterator(end));
    operations.erase(operations.begin(), end);
    if (port.submit(batch)) conversation.await(count);
  }
}

// Those that the state file says were made by vrfd, and that are still the same.
std::size_t remove_devices(KernelPort& port, Conversation& conversation, config::StateFile& state) {
  std::size_t removed = 0;
  for (const auto& [name, index] : state.devices()) {
    const auto table = state.tables().find(name);
    const auto is_it = [&, wanted = index](const Link& link) {
      return link.index == wanted && table != state.tables().end() && link.vrf_table == table->second;
    };
    const auto& devices = conversation.holdings.devices;
    if (std::none_of(devices.begin(), devices.end(), is_it)) continue;
    if (const auto gone = port.remove_vrf(index))
      ++removed;
    else
      conversation.faults.push_back(gone.error().message);
  }
  state.devices().clear();
  return removed;
}

bool answers(const std::string& socket) {
  boost::asio::io_context io;
  boost::asio::local::stream_protocol::socket client(io);
  boost::system::error_code refused;
  client.connect(boost::asio::local::stream_protocol::endpoint(socket), refused);
  return !refused;
}

int complain(const std::string& text) {
  std::cerr << "vrfd --flush: " << text << '\n';
  return 1;
}

}  // namespace

int flush_kernel(const AppOptions& options) {
  if (answers(options.socket)) return complain("a vrfd is running; stop it first");
  config::StateFile state(options.state_dir);
  if (const auto loaded = state.load(); !loaded) return complain(loaded.error().message);
  auto port = Kernel::open();
  if (!port) return complain(port.error().message);
  Conversation conversation(**port);
  look(**port, conversation);
  remove_all(**port, conversation);
  const std::size_t devices = remove_devices(**port, conversation, state);
  state.established().emplace();
  if (const auto saved = state.save(); !saved) conversation.faults.push_back(saved.error().message);
  const Holdings& found = conversation.holdings;
  std::cout << "removed: " << found.routes << " routes, " << found.labels.size() << " labels, "
            << found.groups.size() + found.hops.size() << " next-hop objects, " << devices << " VRF devices\n";
  for (const std::string& fault : conversation.faults) complain(fault);
  return conversation.faults.empty() ? 0 : 1;
}

}  // namespace vrfd
