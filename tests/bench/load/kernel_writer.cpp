#include "tests/bench/load/kernel_writer.h"

#include <linux/nexthop.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "tests/bench/load/route_socket.h"

namespace vrfd::bench {

namespace {

constexpr std::size_t batch_size = 64;
constexpr std::uint32_t next_hop_id = 0x50000001;
constexpr std::uint8_t protocol = 202;

void put_octets(Buffer& out, const void* from, std::size_t size) {
  const auto* octets = static_cast<const std::uint8_t*>(from);
  out.insert(out.end(), octets, octets + size);
}

template <class Value>
void put_value(Buffer& out, const Value& value) {
  put_octets(out, &value, sizeof value);
}

template <class Value>
void put_rta(Buffer& out, std::uint16_t type, const Value& value) {
  const rtattr head{static_cast<std::uint16_t>(RTA_LENGTH(sizeof value)), type};
  put_value(out, head);
  put_value(out, value);
}

std::uint32_t swapped(std::uint32_t value) { return __builtin_bswap32(value); }

std::size_t begin(Buffer& out, std::uint16_t type, std::uint16_t flags) {
  const std::size_t at = out.size();
  put_value(out, nlmsghdr{0, type, static_cast<std::uint16_t>(NLM_F_REQUEST | flags), 1, 0});
  return at;
}

void end(Buffer& out, std::size_t at) {
  const auto size = static_cast<std::uint32_t>(out.size() - at);
  std::memcpy(&out[at], &size, sizeof size);
}

}  // namespace

KernelWriter::KernelWriter(const Table& table, const WritingOrder& order)
    : socket_(open_route_socket(order.netns, 0, order.link, &interface_)) {
  if (!order.deleting) put_next_hop(order.gateway);
  const std::size_t count = table.routes.size();
  for (std::size_t i = 0; i != count; ++i) {
    if (i % batch_size == 0) batches_.emplace_back();
    put_route(table.routes[i], order.kernel_table, order.deleting, i % batch_size == batch_size - 1 || i + 1 == count);
  }
}

KernelWriter::~KernelWriter() { close(socket_); }

void KernelWriter::put_next_hop(std::uint32_t gateway) {
  Buffer& out = batches_.emplace_back();
  const std::size_t at = begin(out, RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK);
  nhmsg head{};
  head.nh_family = AF_INET;
  head.nh_protocol = protocol;
  put_value(out, head);
  put_rta(out, NHA_ID, next_hop_id);
  put_rta(out, NHA_GATEWAY, swapped(gateway));
  put_rta(out, NHA_OIF, interface_);
  end(out, at);
}

void KernelWriter::put_route(const Route& route, std::uint32_t kernel_table, bool deleting, bool last) {
  Buffer& out = batches_.back();
  const int creating = deleting ? 0 : NLM_F_CREATE | NLM_F_REPLACE;
  const std::size_t at =
      begin(out, deleting ? RTM_DELROUTE : RTM_NEWROUTE, static_cast<std::uint16_t>(creating | (last ? NLM_F_ACK : 0)));
  rtmsg head{};
  head.rtm_family = AF_INET;
  head.rtm_dst_len = route.length;
  head.rtm_table = RT_TABLE_UNSPEC;
  head.rtm_protocol = protocol;
  head.rtm_scope = RT_SCOPE_UNIVERSE;
  head.rtm_type = RTN_UNICAST;
  put_value(out, head);
  put_rta(out, RTA_DST, swapped(route.address));
  put_rta(out, RTA_TABLE, kernel_table);
  if (!deleting) put_rta(out, RTA_NH_ID, next_hop_id);
  end(out, at);
}

void KernelWriter::send_batch(const Buffer& batch) {
  if (send(socket_, batch.data(), batch.size(), 0) < 0)
    throw std::system_error(errno, std::system_category(), "sending to the kernel");
  for (bool acknowledged = false; !acknowledged;) {
    Buffer answer(16384);
    const ssize_t got = recv(socket_, answer.data(), answer.size(), 0);
    if (got < 0) throw std::system_error(errno, std::system_category(), "the kernel's answer");
    each_message(Octets(answer).first(static_cast<std::size_t>(got)), [&](const nlmsghdr& message) {
      if (message.nlmsg_type != NLMSG_ERROR) return;
      const int error = static_cast<const nlmsgerr*>(NLMSG_DATA(&message))->error;
      if (error != 0) throw std::system_error(-error, std::system_category(), "the kernel refused");
      acknowledged = true;
    });
  }
}

void KernelWriter::write() {
  for (const Buffer& batch : batches_) send_batch(batch);
}

}  // namespace vrfd::bench
