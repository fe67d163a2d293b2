#include "netlink/message.h"

#include <libmnl/libmnl.h>
#include <sys/socket.h>

#include <algorithm>

namespace vrfd::netlink {

MessageWriter::MessageWriter(std::span<std::uint8_t> space, std::uint16_t type, std::uint16_t flags,
                             std::uint32_t sequence)
    : space_(space.size()) {
  if (space.size() < MNL_NLMSG_HDRLEN) {
    ok_ = false;
    return;
  }
  header_ = mnl_nlmsg_put_header(space.data());
  header_->nlmsg_type = type;
  header_->nlmsg_flags = flags;
  header_->nlmsg_seq = sequence;
}

std::size_t MessageWriter::size() const { return header_ ? MNL_ALIGN(header_->nlmsg_len) : 0; }

bool MessageWriter::fits(std::size_t octets) {
  if (ok_ && space_ - size() < MNL_ALIGN(octets)) ok_ = false;
  return ok_;
}

void MessageWriter::octets(ByteView value) {
  if (!fits(value.size())) return;
  std::memcpy(mnl_nlmsg_put_extra_header(header_, value.size()), value.data(), value.size());
}

void MessageWriter::attribute(std::uint16_t type, ByteView value) {
  if (ok_ && !mnl_attr_put_check(header_, space_, type, value.size(), value.data())) ok_ = false;
}

void MessageWriter::text(std::uint16_t type, std::string_view value) {
  const std::string terminated(value);
  attribute(type, {reinterpret_cast<const std::uint8_t*>(terminated.c_str()), terminated.size() + 1});
}

std::size_t MessageWriter::begin_attribute(std::uint16_t type) {
  const std::size_t begin = size();
  attribute(type, {});
  return begin;
}

void MessageWriter::end_attribute(std::size_t begin) { patch_length(begin); }

void MessageWriter::patch_length(std::size_t begin) {
  if (!ok_) return;
  const std::size_t length = size() - begin;
  if (length > UINT16_MAX) {
    ok_ = false;
    return;
  }
  const auto value = static_cast<std::uint16_t>(length);
  std::memcpy(reinterpret_cast<std::uint8_t*>(header_) + begin, &value, sizeof value);
}

std::optional<Message> take_message(ByteView& octets) {
  nlmsghdr header{};
  if (octets.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, octets.data(), sizeof header);
  if (header.nlmsg_len < sizeof header || header.nlmsg_len > octets.size()) return std::nullopt;
  const Message message{header.nlmsg_type, header.nlmsg_flags, header.nlmsg_seq, header.nlmsg_pid,
                        octets.first(header.nlmsg_len).subspan(sizeof header)};
  octets = octets.subspan(std::min<std::size_t>(octets.size(), MNL_ALIGN(header.nlmsg_len)));
  return message;
}

void Decoder::fail(std::string_view where, std::string_view why) {
  if (fault_.empty()) fault_.append(where).append(": ").append(why);
}

bool Decoder::take_attribute(ByteView& within, std::uint16_t& type, ByteView& value) {
  nlattr header{};
  if (within.size() < sizeof header) {
    fail("attributes", std::to_string(within.size()) + " octets left over");
    return false;
  }
  std::memcpy(&header, within.data(), sizeof header);
  if (header.nla_len < sizeof header || header.nla_len > within.size()) {
    fail("attribute " + std::to_string(header.nla_type & NLA_TYPE_MASK),
         "length " + std::to_string(header.nla_len) + " within " + std::to_string(within.size()) + " octets");
    return false;
  }
  type = header.nla_type & NLA_TYPE_MASK;
  value = within.first(header.nla_len).subspan(sizeof header);
  within = within.subspan(std::min<std::size_t>(within.size(), MNL_ALIGN(header.nla_len)));
  return true;
}

IpAddress Decoder::address(std::string_view name, ByteView value) {
  const auto address = IpAddress::from(value);
  if (!address) fail(name, std::to_string(value.size()) + " octets, expected 4 or 16");
  return address.value_or(IpAddress{});
}

std::string Decoder::text(ByteView value) const {
  const auto end = std::find(value.begin(), value.end(), 0);
  return {value.begin(), end};
}

std::uint8_t family_number(AddressFamily family) { return family == AddressFamily::ipv4 ? AF_INET : AF_INET6; }

std::optional<AddressFamily> family_from_number(unsigned number) {
  if (number == AF_INET) return AddressFamily::ipv4;
  if (number == AF_INET6) return AddressFamily::ipv6;
  return std::nullopt;
}

}  // namespace vrfd::netlink
