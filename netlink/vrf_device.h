// The VRF device of a VPN instance, as a value, and the pure part of making it: names, conflicts, rules.
//
// The table of a VRF device cannot be changed, device names are at most 15 octets, and the kernel takes tables that it
// should not (main, local, default) and two devices on one table. So all of that is decided here, before anything is
// asked of it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "netlink/objects.h"
#include "vrf/types/result.h"

namespace vrfd::netlink {

struct VrfDeviceRequest {
  std::string instance{};  // the VPN instance's name, of any length and spelling
  TableId table{};
  std::string device{};  // a name that the operator chose; empty: derived
};

struct VrfDevice {
  IfIndex index{};
  std::string name{};
  TableId table{};
  bool adopted = false;  // it was there before
};

// The name that was chosen, else the instance's where that is a legal device name, else "vrf" and the table's number.
std::string device_name_of(const VrfDeviceRequest& request);
bool is_legal_device_name(std::string_view name);
// Up to 127 octets without spaces and slashes.
bool is_legal_alternative_name(std::string_view name);

// 0 is none, 253 to 255 belong to the system.
bool is_reserved(TableId table);

// The existing device to adopt: a VRF device with the wished table, and with the derived name or the instance's as an
// alternative name; it keeps the name that it has. Nothing if one is to be made; an error if the table or the name is
// taken.
Result<std::optional<Link>> device_to_adopt(std::span<const Link> links, const VrfDeviceRequest& request);

struct RuleStep {
  enum class Kind { add, remove } kind;
  Rule rule{};
};

// What makes lookups of one family right for VRFs: a rule 1000 `l3mdev`, and `local` after it instead of before (else
// packets within a VRF reach local addresses of the main table). Steps in order: additions come first, so that there is
// no moment without `local`.
std::vector<RuleStep> missing_rule_steps(std::span<const Rule> rules, AddressFamily family);

}  // namespace vrfd::netlink
