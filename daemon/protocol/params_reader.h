// Reads the parameters of a call into a request, strictly: a wrong type, a value that makes no sense and a key that
// nobody asked for are errors which name the key and say what was expected. Sticky: the first error is kept, later
// reads do nothing, and `finish` is checked once.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/protocol/call.h"
#include "vrf/types/address.h"
#include "vrf/types/result.h"

namespace vrfd::protocol {

class ParamsReader {
 public:
  explicit ParamsReader(const Params& params) : params_(params) {}

  // Absent and null are the same: nothing.
  std::optional<std::string> text(std::string_view key, std::size_t longest = 255);
  // Of any length, line breaks included.
  std::optional<std::string> document(std::string_view key);
  bool boolean(std::string_view key);
  std::optional<std::uint64_t> number(std::string_view key, std::uint64_t least, std::uint64_t most);
  // Greater than zero, at most a day.
  std::optional<double> seconds(std::string_view key);
  // Text that `from` turns into a value, such as an address.
  template <class T>
  std::optional<T> value(std::string_view key, std::optional<T> (*from)(std::string_view), std::string_view expected);
  // The value as it is, if there is one, for what has a form of its own.
  const Params* find(std::string_view key);

  void fail(std::string_view key, std::string_view expected);
  void fail(std::string message);
  bool ok() const { return !error_; }

  // The error, if there was one or if a key was never asked for.
  std::optional<Error> finish();

 private:
  const Params& params_;
  std::vector<std::string> known_;
  std::optional<Error> error_;
};

template <class T>
std::optional<T> ParamsReader::value(std::string_view key, std::optional<T> (*from)(std::string_view),
                                     std::string_view expected) {
  const std::optional<std::string> found = text(key);
  if (!found) return std::nullopt;
  std::optional<T> made = from(*found);
  if (!made) fail(key, expected);
  return made;
}

}  // namespace vrfd::protocol
