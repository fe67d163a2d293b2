// The BPF program, run by a small interpreter of the instructions it uses.
#include "netlink/event_filter.h"

#include <doctest/doctest.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>

#include "netlink/message.h"

namespace vrfd::netlink {

namespace {

constexpr std::uint32_t own_port = 0x12345678;

std::uint32_t loaded(ByteView packet, std::uint32_t offset, unsigned octets) {
  ByteReader reader(packet.subspan(offset, octets));
  return octets == 4 ? reader.u32() : reader.u16();
}

bool passes(std::uint16_t type, std::uint32_t port) {
  nlmsghdr header{};
  header.nlmsg_len = sizeof header;
  header.nlmsg_type = type;
  header.nlmsg_pid = port;
  const ByteView packet(reinterpret_cast<const std::uint8_t*>(&header), sizeof header);
  const EventFilter program = event_filter(own_port);
  std::uint32_t accumulator = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const FilterInstruction& one = program[at];
    switch (one.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        accumulator = loaded(packet, one.operand, 4);
        break;
      case BPF_LD | BPF_H | BPF_ABS:
        accumulator = loaded(packet, one.operand, 2);
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        at += accumulator == one.operand ? one.if_true : one.if_false;
        break;
      case BPF_RET | BPF_K:
        return one.operand != 0;
      default:
        FAIL("unknown instruction ", one.code);
    }
  }
  FAIL("no result");
  return false;
}

}  // namespace

TEST_CASE("our own routes, labels and next-hop objects are dropped, everything else passes") {
  for (const std::uint16_t type : {RTM_NEWROUTE, RTM_DELROUTE, RTM_NEWNEXTHOP, RTM_DELNEXTHOP}) {
    CHECK_FALSE(passes(type, own_port));
    CHECK(passes(type, own_port + 1));
    CHECK(passes(type, 0));
  }
  for (const std::uint16_t type : {RTM_NEWLINK, RTM_DELLINK, RTM_NEWADDR, RTM_DELADDR, RTM_NEWRULE, RTM_DELRULE}) {
    CHECK(passes(type, own_port));
    CHECK(passes(type, 0));
  }
}

}  // namespace vrfd::netlink
