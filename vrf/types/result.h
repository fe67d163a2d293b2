// One way to say "this did not work": a value with a text that says what was wrong, where, and what was expected.
// Nothing in vrfd throws for what a peer, the kernel, a file or a client sent.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace vrfd {

struct Error {
  std::string message;
};

[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error("value() of a failed Result: " + error.message);
}

template <class T>
using Result = boost::system::result<T, Error>;

inline Error error(std::string message) { return Error{std::move(message)}; }

}  // namespace vrfd
