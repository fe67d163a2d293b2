// Reading and writing octets in network order.
//
// `ByteReader` is sticky: a read past the end yields zero and latches failure, so a decoder reads a whole unit and
// checks `ok()` once. It never reads outside the span it was given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace vrfd {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool empty() const { return bytes_.empty(); }
  std::size_t remaining() const { return bytes_.size(); }
  ByteView rest() const { return bytes_; }

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(number(3)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }

  // The next `n` octets; empty, with failure latched, if there are fewer.
  ByteView take(std::size_t n) {
    if (n > bytes_.size()) {
      fail();
      return {};
    }
    ByteView taken = bytes_.first(n);
    bytes_ = bytes_.subspan(n);
    return taken;
  }
  void skip(std::size_t n) { take(n); }
  // Latches failure and drops what is left.
  void fail() {
    ok_ = false;
    bytes_ = {};
  }

 private:
  std::uint64_t number(std::size_t n) {
    std::uint64_t value = 0;
    for (std::uint8_t octet : take(n)) value = value << 8 | octet;
    return value;
  }

  ByteView bytes_;
  bool ok_ = true;
};

class ByteWriter {
 public:
  explicit ByteWriter(Bytes& out) : out_(out) {}

  std::size_t size() const { return out_.size(); }
  void u8(std::uint8_t v) { out_.push_back(v); }
  void u16(std::uint16_t v) { number(v, 2); }
  void u24(std::uint32_t v) { number(v, 3); }
  void u32(std::uint32_t v) { number(v, 4); }
  void u64(std::uint64_t v) { number(v, 8); }
  void bytes(ByteView v) { out_.insert(out_.end(), v.begin(), v.end()); }
  // Overwrites the two octets at `position`, for lengths that are known only afterwards.
  void patch_u16(std::size_t position, std::uint16_t v) {
    out_[position] = static_cast<std::uint8_t>(v >> 8);
    out_[position + 1] = static_cast<std::uint8_t>(v);
  }

 private:
  void number(std::uint64_t v, unsigned octets) {
    for (unsigned shift = octets * 8; shift != 0; shift -= 8)
      out_.push_back(static_cast<std::uint8_t>(v >> (shift - 8)));
  }

  Bytes& out_;
};

}  // namespace vrfd
