#include "vrf/types/family.h"

namespace vrfd {

std::string family_names() {
  std::string text;
  for (const FamilyRow& row : families) {
    if (!text.empty()) text += &row == &families.back() ? " or " : ", ";
    text += row.name;
  }
  return text;
}

}  // namespace vrfd
