// What is wrong with a configuration, where, and what was expected instead.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

namespace vrfd::config {

struct ConfigError {
  std::string pointer = {};  // RFC 6901; empty for the document itself
  std::size_t line = 0;      // from 1; 0 where it is not about a place in the text
  std::size_t column = 0;    // in octets
  std::string message = {};
  std::string expected = {};  // empty where the message says it all
  bool operator==(const ConfigError&) const = default;
};

// "line 12, column 9: /vpn_instances/red/rd: found \"65536:70000\", expected a route distinguisher …"
std::string to_string(const ConfigError& error);

// All that is wrong, in the order of the text. Never empty.
struct ConfigErrors {
  std::vector<ConfigError> errors = {};
};

std::string to_string(const ConfigErrors& errors);

[[noreturn]] inline void throw_exception_from_error(const ConfigErrors& errors, const boost::source_location&) {
  throw std::logic_error("value() of a refused configuration: " + to_string(errors));
}

template <class T>
using ConfigResult = boost::system::result<T, ConfigErrors>;

}  // namespace vrfd::config
