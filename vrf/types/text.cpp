#include "vrf/types/text.h"

namespace vrfd {

std::string hex(std::uint64_t value, unsigned digits) {
  static constexpr char alphabet[] = "0123456789abcdef";
  std::string text(digits, '0');
  for (unsigned i = digits; i != 0; --i, value >>= 4) text[i - 1] = alphabet[value & 15];
  return text;
}

}  // namespace vrfd
