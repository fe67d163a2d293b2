#include "vrf/policy/policy_error.h"

namespace vrfd {

std::string to_string(const PolicyError& error) {
  const bool policy = error.place == PolicyPlace::policy;
  std::string text = (policy ? "policy " : "prefix list ") + error.name;
  if (error.index) text += (policy ? " term " : " entry ") + std::to_string(*error.index + 1);
  if (!error.member.empty()) text += " " + error.member;
  return text + ": " + error.message;
}

}  // namespace vrfd
