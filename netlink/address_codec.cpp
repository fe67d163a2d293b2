#include "netlink/address_codec.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

namespace vrfd::netlink {

std::size_t encode_address_dump(std::span<std::uint8_t> space, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, sequence);
  writer.structure(ifaddrmsg{});
  return writer.ok() ? writer.size() : 0;
}

Result<Address> decode_address(ByteView body) {
  Decoder decoder("address", body);
  const auto header = decoder.header<ifaddrmsg>("ifaddrmsg");
  // IFA_LOCAL is the interface's own; IFA_ADDRESS the peer's on a point-to-point link, else the same or the only one.
  std::optional<IpAddress> local;
  std::optional<IpAddress> link_side;
  std::uint32_t flags = header.ifa_flags;
  decoder.each_attribute([&](std::uint16_t type, ByteView value) {
    if (type == IFA_LOCAL) local = decoder.address("IFA_LOCAL", value);
    if (type == IFA_ADDRESS) link_side = decoder.address("IFA_ADDRESS", value);
    if (type == IFA_FLAGS) flags = decoder.u32("IFA_FLAGS", value);
  });
  if (!link_side) link_side = local;
  if (!link_side) decoder.fail("IFA_ADDRESS", "missing");
  const auto prefix = Prefix::from(link_side.value_or(IpAddress{}), header.ifa_prefixlen);
  if (!prefix) decoder.fail("ifa_prefixlen", std::to_string(header.ifa_prefixlen));
  if (!decoder.ok()) return decoder.error();
  return Address{.device = IfIndex{header.ifa_index},
                 .address = local.value_or(*link_side),
                 .on_link = *prefix,
                 .tentative = (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0 && (flags & IFA_F_OPTIMISTIC) == 0,
                 .host_scope = header.ifa_scope >= RT_SCOPE_HOST};
}

}  // namespace vrfd::netlink
