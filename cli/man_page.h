// The manual page vrfctl(1), made from the command table.
#pragma once

#include <ostream>

namespace vrfd::cli {

void write_man_page(std::ostream& out);

}  // namespace vrfd::cli
