#include "netlink/acknowledgement.h"

#include <linux/netlink.h>

#include <system_error>

namespace vrfd::netlink {

namespace {

std::string text_of(ByteView attributes) {
  Decoder decoder("acknowledgement", attributes);
  std::string text;
  decoder.each_attribute([&](std::uint16_t type, ByteView value) {
    if (type == NLMSGERR_ATTR_MSG) text = decoder.text(value);
  });
  return text;
}

// What follows the error number: the request's header, its payload unless capped, then attributes.
ByteView attributes_after(const Message& message) {
  ByteView rest = message.body.subspan(sizeof(int));
  if (message.type == NLMSG_DONE) return rest;
  nlmsghdr request{};
  if (rest.size() < sizeof request) return {};
  std::memcpy(&request, rest.data(), sizeof request);
  const std::size_t echoed = (message.flags & NLM_F_CAPPED) != 0 ? sizeof request : request.nlmsg_len;
  const std::size_t aligned = (echoed + 3) / 4 * 4;
  return aligned <= rest.size() ? rest.subspan(aligned) : ByteView{};
}

}  // namespace

std::optional<Acknowledgement> decode_acknowledgement(const Message& message) {
  if (message.type != NLMSG_ERROR && message.type != NLMSG_DONE) return std::nullopt;
  std::int32_t code = 0;
  // NLMSG_DONE may come bare.
  if (message.body.size() < sizeof code)
    return message.type == NLMSG_DONE ? std::optional<Acknowledgement>(Acknowledgement{}) : std::nullopt;
  std::memcpy(&code, message.body.data(), sizeof code);
  Acknowledgement acknowledgement;
  // Negative errno by contract; anything else in an answer is no success either, except the length some dumps end with.
  if (code < 0 && code > -4096) acknowledgement.error = -code;
  if (code <= -4096) acknowledgement.error = EPROTO;
  if ((message.flags & NLM_F_ACK_TLVS) != 0) acknowledgement.text = text_of(attributes_after(message));
  return acknowledgement;
}

std::string explanation(const Acknowledgement& acknowledgement) {
  const std::string name = std::generic_category().message(acknowledgement.error);
  return acknowledgement.text.empty() ? name : acknowledgement.text + " (" + name + ")";
}

}  // namespace vrfd::netlink
