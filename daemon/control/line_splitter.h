// Cuts what a client sent into lines. Holds at most one line of the limit and what was read behind it; a line over the
// limit is dropped as it comes in and reported once, then the next one is taken as ever. Each octet is looked at once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vrfd::control {

class LineSplitter {
 public:
  explicit LineSplitter(std::size_t limit) : limit_(limit) {}

  void feed(std::string_view octets);
  // The stream is over: what is left counts as a line.
  void finish();

  struct Line {
    std::string text;
    bool too_long = false;  // `text` is empty then
  };
  // Without its line break; nothing if none is complete.
  std::optional<Line> next();

 private:
  void compact();

  std::size_t limit_;
  std::string buffer_;
  std::size_t start_ = 0;    // of the line to come
  std::size_t scanned_ = 0;  // no line break between start_ and here
  bool dropping_ = false;
};

}  // namespace vrfd::control
