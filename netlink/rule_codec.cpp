#include "netlink/rule_codec.h"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>

namespace vrfd::netlink {

namespace {

std::size_t encode_rule(std::span<std::uint8_t> space, std::uint16_t type, std::uint16_t flags, const Rule& rule,
                        std::uint32_t sequence) {
  MessageWriter writer(space, type, static_cast<std::uint16_t>(NLM_F_REQUEST | flags), sequence);
  fib_rule_hdr header{};
  header.family = family_number(rule.family);
  header.action = FR_ACT_TO_TBL;
  header.table =
      rule.table.value() < 256 ? static_cast<std::uint8_t>(rule.table.value()) : std::uint8_t{RT_TABLE_COMPAT};
  writer.structure(header);
  writer.u32(FRA_PRIORITY, rule.priority);
  writer.u8(FRA_PROTOCOL, rule.protocol);
  if (rule.l3mdev)
    writer.u8(FRA_L3MDEV, 1);
  else
    writer.u32(FRA_TABLE, rule.table.value());
  return writer.ok() ? writer.size() : 0;
}

// What narrows the traffic that a rule applies to.
bool is_selector(std::uint16_t type) {
  constexpr std::array<std::uint16_t, 11> selectors{FRA_DST,         FRA_SRC,         FRA_IIFNAME,   FRA_OIFNAME,
                                                    FRA_FWMARK,      FRA_TUN_ID,      FRA_UID_RANGE, FRA_IP_PROTO,
                                                    FRA_SPORT_RANGE, FRA_DPORT_RANGE, FRA_FLOW};
  return std::find(selectors.begin(), selectors.end(), type) != selectors.end();
}

bool all_zero(ByteView value) {
  return std::all_of(value.begin(), value.end(), [](std::uint8_t octet) { return octet == 0; });
}

}  // namespace

std::size_t encode_rule_add(std::span<std::uint8_t> space, const Rule& rule, std::uint32_t sequence) {
  return encode_rule(space, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule, sequence);
}

std::size_t encode_rule_delete(std::span<std::uint8_t> space, const Rule& rule, std::uint32_t sequence) {
  return encode_rule(space, RTM_DELRULE, 0, rule, sequence);
}

std::size_t encode_rule_dump(std::span<std::uint8_t> space, AddressFamily family, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_GETRULE, NLM_F_REQUEST | NLM_F_DUMP, sequence);
  fib_rule_hdr header{};
  header.family = family_number(family);
  writer.structure(header);
  return writer.ok() ? writer.size() : 0;
}

Result<Rule> decode_rule(ByteView body) {
  Decoder decoder("rule", body);
  const auto header = decoder.header<fib_rule_hdr>("fib_rule_hdr");
  const auto family = family_from_number(header.family);
  if (!family) decoder.fail("family", std::to_string(header.family) + ", expected IPv4 or IPv6");
  Rule rule;
  rule.table = TableId{header.table};
  rule.selective = header.tos != 0 || header.action != FR_ACT_TO_TBL || (header.flags & FIB_RULE_INVERT) != 0;
  decoder.each_attribute([&](std::uint16_t type, ByteView value) {
    if (type == FRA_PRIORITY) rule.priority = decoder.u32("FRA_PRIORITY", value);
    if (type == FRA_TABLE) rule.table = TableId{decoder.u32("FRA_TABLE", value)};
    if (type == FRA_L3MDEV) rule.l3mdev = decoder.u8("FRA_L3MDEV", value) != 0;
    if (type == FRA_PROTOCOL) rule.protocol = decoder.u8("FRA_PROTOCOL", value);
    if (is_selector(type) && !all_zero(value)) rule.selective = true;
  });
  if (!decoder.ok()) return decoder.error();
  rule.family = *family;
  return rule;
}

}  // namespace vrfd::netlink
