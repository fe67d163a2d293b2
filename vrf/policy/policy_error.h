// What is wrong with a policy or a prefix list, with the place, so that whoever knows the file can point at the line.
// A compilation reports all of them at once.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace vrfd {

enum class PolicyPlace : std::uint8_t { policy, prefix_list };

struct PolicyError {
  PolicyPlace place = PolicyPlace::policy;
  std::string name;                  // of the policy or the list
  std::optional<std::size_t> index;  // of its term or entry, from 0; absent: the whole
  std::string member;                // within the term or entry, "match/as_path"; empty: the whole
  std::string message;
  bool operator==(const PolicyError&) const = default;
};

// "policy from-ce term 2 match/as_path: …"; terms and entries count from 1.
std::string to_string(const PolicyError& error);

using PolicyErrors = std::vector<PolicyError>;

[[noreturn]] inline void throw_exception_from_error(const PolicyErrors& errors, const boost::source_location&) {
  throw std::logic_error("value() of a failed compilation: " + (errors.empty() ? "" : to_string(errors.front())));
}

template <class T>
using Compilation = boost::system::result<T, PolicyErrors>;

}  // namespace vrfd
