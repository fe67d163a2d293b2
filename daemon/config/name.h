// Names that the operator gives: printable, without spaces, bounded.
#pragma once

#include "daemon/config/form.h"

namespace vrfd::config {

inline constexpr Limits instance_name_limits{1, 31};  // as in VRP
inline constexpr Limits group_name_limits{1, 47};     // likewise
inline constexpr Limits policy_name_limits{1, 63};    // also of prefix lists

// Control characters and spaces make a name wrong.
bool is_name(std::string_view text, const Limits& limits);
std::string name_expected(std::string_view noun, const Limits& limits);
// Of a member whose key is a name; false if it was refused.
bool expect_name(Reader& reader, const JsonMember& member, std::string_view noun, const Limits& limits);

// The name of a policy or prefix list that is defined elsewhere; whether it is, is checked when all has been read.
struct ReferredName {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, std::string& out);
  static Json schema(const Limits& limits);
};

// An object whose keys are names and whose values are all alike.
Json named_schema(Json value, const Limits& limits);

}  // namespace vrfd::config
