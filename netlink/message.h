// Netlink messages as octets: a writer that appends one message to a buffer of fixed size, and a sticky decoder.
//
// Nothing here does I/O. The writer latches `ok() == false` where the space does not suffice; the decoder latches the
// first fault with a text and from then on yields zeros, so a codec reads a whole message and asks once. The decoder
// takes octets at any alignment and never reads outside the span it was given, whatever the lengths in it say.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "vrf/types/address.h"
#include "vrf/types/bytes.h"
#include "vrf/types/result.h"

struct nlmsghdr;

namespace vrfd::netlink {

// A received message: the header's fields and what follows the header.
struct Message {
  std::uint16_t type = 0;
  std::uint16_t flags = 0;
  std::uint32_t sequence = 0;
  std::uint32_t port = 0;
  ByteView body;
};

class MessageWriter {
 public:
  // Starts a message at the front of `space`, which must be aligned to four octets.
  MessageWriter(std::span<std::uint8_t> space, std::uint16_t type, std::uint16_t flags, std::uint32_t sequence);

  bool ok() const { return ok_; }
  // Octets written so far, a multiple of four.
  std::size_t size() const;

  // A fixed structure: the family header after the message header, or one within an attribute.
  template <class Structure>
  void structure(const Structure& value) {
    static_assert(std::is_trivially_copyable_v<Structure>);
    octets({reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
  }
  void octets(ByteView value);
  void attribute(std::uint16_t type, ByteView value);
  void u8(std::uint16_t type, std::uint8_t value) { attribute(type, {&value, 1}); }
  void u16(std::uint16_t type, std::uint16_t value) { number(type, value); }
  void u32(std::uint16_t type, std::uint32_t value) { number(type, value); }
  // Terminated by a zero octet, as the kernel wants names.
  void text(std::uint16_t type, std::string_view value);

  // Everything between begin and end becomes the value of one attribute. Returns what `end_attribute` takes.
  std::size_t begin_attribute(std::uint16_t type);
  void end_attribute(std::size_t begin);
  // Sets the 16-bit length at `begin` to the distance from there to the end; for `rtnexthop`.
  void patch_length(std::size_t begin);

 private:
  template <class Number>
  void number(std::uint16_t type, Number value) {
    attribute(type, {reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
  }
  bool fits(std::size_t octets);

  nlmsghdr* header_ = nullptr;
  std::size_t space_;
  bool ok_ = true;
};

// Takes the next whole message off the front of `octets`; nothing at the end or where the rest is malformed.
std::optional<Message> take_message(ByteView& octets);

// Reads one message's body: `header` first, then the attributes.
class Decoder {
 public:
  // `what` names the kind of message in faults: "route", "link". `body` must outlive the decoder.
  Decoder(std::string_view what, ByteView body) : what_(what), rest_(body) {}

  bool ok() const { return fault_.empty(); }
  Error error() const { return vrfd::error("malformed " + std::string(what_) + " message: " + fault_); }
  void fail(std::string_view where, std::string_view why);

  // A fixed structure, padded to four octets.
  template <class Structure>
  Structure header(std::string_view name) {
    static_assert(std::is_trivially_copyable_v<Structure>);
    Structure value{};
    if (rest_.size() < sizeof value) {
      fail(name, "too short");
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_ = rest_.subspan(std::min(rest_.size(), (sizeof value + 3) / 4 * 4));
    return value;
  }

  // Calls `visit(type, value)` for each attribute of what is left. Flag bits of the type are taken off.
  template <class Visit>
  void each_attribute(Visit&& visit) {
    each_attribute(rest_, visit);
  }
  template <class Visit>
  void each_attribute(ByteView within, Visit&& visit) {
    while (ok() && !within.empty()) {
      std::uint16_t type = 0;
      ByteView value;
      if (!take_attribute(within, type, value)) return;
      visit(type, value);
    }
  }

  std::uint8_t u8(std::string_view name, ByteView value) { return number<std::uint8_t>(name, value); }
  std::uint16_t u16(std::string_view name, ByteView value) { return number<std::uint16_t>(name, value); }
  std::uint32_t u32(std::string_view name, ByteView value) { return number<std::uint32_t>(name, value); }
  // 4 or 16 octets.
  IpAddress address(std::string_view name, ByteView value);
  // Up to the first zero octet.
  std::string text(ByteView value) const;

 private:
  template <class Number>
  Number number(std::string_view name, ByteView value) {
    Number result{};
    if (value.size() != sizeof result) {
      fail(name, std::to_string(value.size()) + " octets, expected " + std::to_string(sizeof result));
      return result;
    }
    std::memcpy(&result, value.data(), sizeof result);
    return result;
  }
  bool take_attribute(ByteView& within, std::uint16_t& type, ByteView& value);

  std::string_view what_;
  ByteView rest_;
  std::string fault_;
};

// The kernel's AF_INET or AF_INET6 and back.
std::uint8_t family_number(AddressFamily family);
std::optional<AddressFamily> family_from_number(unsigned number);

}  // namespace vrfd::netlink
