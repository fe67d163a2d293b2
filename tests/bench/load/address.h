// IPv4 addresses as numbers.
#pragma once

#include <arpa/inet.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace vrfd::bench {

inline std::uint32_t address(const std::string& text) {
  in_addr found{};
  if (inet_pton(AF_INET, text.c_str(), &found) != 1) throw std::invalid_argument("no address: " + text);
  return ntohl(found.s_addr);
}

}  // namespace vrfd::bench
