#include "netlink/query.h"

#include <linux/netlink.h>

#include <cerrno>

namespace vrfd::netlink {

namespace {

// Answers are there as soon as the request was sent; only a lost one takes this long.
constexpr std::chrono::milliseconds patience{2000};

}  // namespace

Answer Query::ask(const Encode& encode, const Visit& visit) { return exchange(encode, visit, NLM_F_ACK); }

Answer Query::dump(const Encode& encode, const Visit& visit) {
  Answer answer = exchange(encode, visit, 0);
  if (answer.error == ENOENT) return {.error = 0, .text = {}, .interrupted = answer.interrupted};
  return answer;
}

Answer Query::exchange(const Encode& encode, const Visit& visit, std::uint16_t flags) {
  const std::uint32_t sequence = ++sequence_;
  const std::size_t size = encode(request_, sequence);
  if (size == 0) return {EMSGSIZE, "the request does not fit into a message", false};
  nlmsghdr header{};
  std::memcpy(&header, request_.data(), sizeof header);
  header.nlmsg_flags = static_cast<std::uint16_t>(header.nlmsg_flags | flags);
  std::memcpy(request_.data(), &header, sizeof header);
  if (const int error = socket_.send(ByteView(request_).first(size)); error != 0)
    return {error, explanation({error, "netlink request not sent"}), false};
  return read(sequence, visit);
}

Answer Query::read(std::uint32_t sequence, const Visit& visit) {
  Answer answer;
  while (true) {
    const Receipt receipt = socket_.receive();
    switch (receipt.outcome) {
      case Received::datagram:
        if (take(receipt.octets, sequence, visit, answer)) return answer;
        break;
      case Received::lost:
      case Received::truncated:
        answer.interrupted = true;
        break;
      case Received::nothing:
        if (!socket_.wait(patience)) return {ETIMEDOUT, "the kernel did not answer", true};
        break;
      case Received::failed:
        return {receipt.error, explanation({receipt.error, "netlink answer not received"}), true};
    }
  }
}

bool Query::take(ByteView datagram, std::uint32_t sequence, const Visit& visit, Answer& answer) {
  while (const auto message = take_message(datagram)) {
    if (message->sequence != sequence) continue;
    if ((message->flags & NLM_F_DUMP_INTR) != 0) answer.interrupted = true;
    if (const auto end = decode_acknowledgement(*message)) {
      answer.error = end->error;
      answer.text = end->error == 0 ? std::string() : explanation(*end);
      return true;
    }
    if (visit && message->type >= NLMSG_MIN_TYPE) visit(*message);
  }
  return false;
}

}  // namespace vrfd::netlink
