#include "tests/bench/load/route_encoder.h"

namespace vrfd::bench {

namespace {

constexpr std::uint32_t withdrawn_label = 0x80000;

void put_prefix(Buffer& out, const Route& route) {
  for (int bits = 0, shift = 24; bits < route.length; bits += 8, shift -= 8) put8(out, route.address >> shift);
}

void put_label(Buffer& out, std::uint32_t label, std::uint32_t bottom) {
  const std::uint32_t entry = label << 4 | bottom;
  put8(out, entry >> 16);
  put16(out, entry & 0xffff);
}

void put_nlri(Buffer& out, Family family, const Route& route, bool withdrawn) {
  if (family == Family::vpnv4) {
    put8(out, route.length + 88u);
    put_label(out, withdrawn ? withdrawn_label : route.label, withdrawn ? 0 : 1);
    put64(out, route.rd);
  } else {
    put8(out, route.length);
  }
  put_prefix(out, route);
}

// The attributes that stand before and after NEXT_HOP in the order of the codes.
void put_attributes(Buffer& out, const AttributeSet& set, std::uint32_t next_hop, bool plain) {
  bool written = !plain;
  const auto put_hop = [&] {
    Buffer value;
    put32(value, next_hop);
    put_attribute(out, 0x40, code_next_hop, value);
    written = true;
  };
  for (const Attribute& attribute : set) {
    if (!written && attribute.code > code_next_hop) put_hop();
    put_attribute(out, attribute.flags, attribute.code, attribute.value);
  }
  if (!written) put_hop();
}

// Routes from `at` on, as many as fit in the message that begins at `message`.
std::size_t put_routes(Buffer& out, const Table& table, std::size_t at, std::size_t end, std::size_t message,
                       bool withdrawn) {
  constexpr std::size_t largest_route = 17;
  for (; at != end && out.size() - message + largest_route <= largest_message; ++at)
    put_nlri(out, table.family, table.routes[at], withdrawn);
  return at;
}

std::size_t put_plain(Buffer& out, const Table& table, const Table::Group& group, std::size_t at, std::uint32_t hop) {
  const std::size_t message = begin_message(out, type_update);
  put16(out, 0);
  const std::size_t size = out.size();
  put16(out, 0);
  put_attributes(out, group.attributes, hop, true);
  overwrite16(out, size, out.size() - size - 2);
  at = put_routes(out, table, at, group.end, message, false);
  end_message(out, message);
  return at;
}

std::size_t put_vpn(Buffer& out, const Table& table, const Table::Group& group, std::size_t at, std::uint32_t hop) {
  const std::size_t message = begin_message(out, type_update);
  put16(out, 0);
  const std::size_t size = out.size();
  put16(out, 0);
  put_attributes(out, group.attributes, hop, false);
  put8(out, 0x90);
  put8(out, code_reach);
  const std::size_t reach = out.size();
  put16(out, 0);
  put16(out, 1);
  put8(out, 128);
  put8(out, 12);
  put64(out, 0);
  put32(out, hop);
  put8(out, 0);
  at = put_routes(out, table, at, group.end, message, false);
  overwrite16(out, reach, out.size() - reach - 2);
  overwrite16(out, size, out.size() - size - 2);
  end_message(out, message);
  return at;
}

std::size_t put_withdrawn_plain(Buffer& out, const Table& table, std::size_t at) {
  const std::size_t message = begin_message(out, type_update);
  put16(out, 0);
  at = put_routes(out, table, at, table.routes.size(), message, true);
  overwrite16(out, message + header_size, out.size() - message - header_size - 2);
  put16(out, 0);
  end_message(out, message);
  return at;
}

std::size_t put_withdrawn_vpn(Buffer& out, const Table& table, std::size_t at) {
  const std::size_t message = begin_message(out, type_update);
  put16(out, 0);
  const std::size_t size = out.size();
  put16(out, 0);
  put8(out, 0x90);
  put8(out, code_unreach);
  const std::size_t unreach = out.size();
  put16(out, 0);
  put16(out, 1);
  put8(out, 128);
  at = put_routes(out, table, at, table.routes.size(), message, true);
  overwrite16(out, unreach, out.size() - unreach - 2);
  overwrite16(out, size, out.size() - size - 2);
  end_message(out, message);
  return at;
}

}  // namespace

std::size_t begin_message(Buffer& out, std::uint8_t type) {
  const std::size_t begin = out.size();
  out.insert(out.end(), 16, 0xff);
  put16(out, 0);
  put8(out, type);
  return begin;
}

void end_message(Buffer& out, std::size_t begin) { overwrite16(out, begin + 16, out.size() - begin); }

void put_end_of_rib(Buffer& out, Family family) {
  const std::size_t message = begin_message(out, type_update);
  put16(out, 0);
  if (family == Family::vpnv4) {
    put16(out, 6);
    put_attribute(out, 0x80, code_unreach, Buffer{0, 1, 128});
  } else {
    put16(out, 0);
  }
  end_message(out, message);
}

Buffer announcement(const Table& table, std::uint32_t next_hop) {
  Buffer out;
  for (const Table::Group& group : table.groups)
    for (std::size_t at = group.begin; at != group.end;)
      at = table.family == Family::ipv4 ? put_plain(out, table, group, at, next_hop)
                                        : put_vpn(out, table, group, at, next_hop);
  return out;
}

Buffer withdrawal(const Table& table) {
  Buffer out;
  for (std::size_t at = 0; at != table.routes.size();)
    at = table.family == Family::ipv4 ? put_withdrawn_plain(out, table, at) : put_withdrawn_vpn(out, table, at);
  return out;
}

void put_route(Buffer& out, const AttributeSet& set, std::uint32_t next_hop, const Route& route) {
  const std::size_t message = begin_message(out, type_update);
  put16(out, 0);
  const std::size_t size = out.size();
  put16(out, 0);
  put_attributes(out, set, next_hop, true);
  overwrite16(out, size, out.size() - size - 2);
  put_nlri(out, Family::ipv4, route, false);
  end_message(out, message);
}

}  // namespace vrfd::bench
