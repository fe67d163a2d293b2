// Which keys of a peer's configuration are not in force yet, because routes that were judged by others stay until a
// refresh (contract: "what a config change does by itself, and what waits").
#pragma once

#include <string>
#include <vector>

#include "vrf/export_rules.h"
#include "vrf/import_rules.h"

namespace vrfd {

// Judge every route alike; null accepts all.
bool same_policy(const std::shared_ptr<const CompiledPolicy>& a, const std::shared_ptr<const CompiledPolicy>& b);

// Names of the keys in which the rules differ; empty if a refresh would change nothing.
std::vector<std::string> differing_keys(const ImportRules& in_force, const ImportRules& configured);
std::vector<std::string> differing_keys(const ExportRules& in_force, const ExportRules& configured);

}  // namespace vrfd
