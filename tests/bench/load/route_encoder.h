// A table as the UPDATE messages by which a source announces or withdraws it.
#pragma once

#include <cstdint>

#include "tests/bench/load/table.h"

namespace vrfd::bench {

constexpr std::size_t largest_message = 4096;
constexpr std::size_t header_size = 19;
constexpr std::uint8_t type_open = 1;
constexpr std::uint8_t type_update = 2;
constexpr std::uint8_t type_notification = 3;
constexpr std::uint8_t type_keepalive = 4;
constexpr std::uint8_t type_refresh = 5;

// Begins a message at the end of `out` and returns where; end_message fills its length in.
std::size_t begin_message(Buffer& out, std::uint8_t type);
void end_message(Buffer& out, std::size_t begin);

void put_end_of_rib(Buffer& out, Family family);

Buffer announcement(const Table& table, std::uint32_t next_hop);
Buffer withdrawal(const Table& table);

// One UPDATE with one route.
void put_route(Buffer& out, const AttributeSet& set, std::uint32_t next_hop, const Route& route);

}  // namespace vrfd::bench
