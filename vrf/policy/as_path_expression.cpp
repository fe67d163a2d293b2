#include "vrf/policy/as_path_expression.h"

namespace vrfd {

namespace {

// Replaces each "_" that is neither escaped nor within a character class.
std::string with_boundaries(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i != pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '_' && !in_class) {
      out += R"((?:^|$|[ (){}\[\]]))";
      continue;
    }
    out += c;
    if (c == '\\' && i + 1 != pattern.size()) out += pattern[++i];
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
  }
  return out;
}

}  // namespace

Result<AsPathExpression> AsPathExpression::compile(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto expression = std::make_unique<const re2::RE2>(with_boundaries(pattern), options);
  if (!expression->ok()) return error(expression->error());
  return AsPathExpression(std::move(expression));
}

}  // namespace vrfd
