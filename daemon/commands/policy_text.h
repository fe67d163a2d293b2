// Policy terms in words, for `show policy`: a line for each condition and each edit.
#pragma once

#include <string>
#include <vector>

#include "vrf/policy/definition.h"

namespace vrfd::commands {

std::vector<std::string> text_of(const PolicyMatch& match);
std::vector<std::string> text_of(const PolicySet& set);

}  // namespace vrfd::commands
