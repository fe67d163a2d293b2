#include "daemon/router/pending_rules.h"

#include <array>

namespace vrfd {

namespace {

template <class Rules>
struct Row {
  const char* key;
  bool (*same)(const Rules& a, const Rules& b);
};

template <auto Member, class Rules>
bool same(const Rules& a, const Rules& b) {
  return a.*Member == b.*Member;
}

// Of no meaning between ASes (RFC 4456, 8).
template <class Rules>
bool same_cluster(const Rules& a, const Rules& b) {
  return a.cluster_id == b.cluster_id || (a.external && b.external);
}

constexpr std::array<Row<ImportRules>, 7> import_rows{{
    {"import_policy", [](const ImportRules& a, const ImportRules& b) { return same_policy(a.policy, b.policy); }},
    {"enforce_first_as", same<&ImportRules::enforce_first_as>},
    {"allow_as_in", same<&ImportRules::allow_as_in>},
    {"site_of_origin", same<&ImportRules::site_of_origin>},
    {"ebgp_requires_policy", same<&ImportRules::requires_policy>},
    {"cluster_id", same_cluster<ImportRules>},
    {"store_rejected", same<&ImportRules::store_rejected>},
}};

bool same_default(const ExportRules& a, const ExportRules& b) {
  return a.default_originate == b.default_originate && same_policy(a.default_policy, b.default_policy);
}

bool same_communities(const ExportRules& a, const ExportRules& b) {
  return a.send_communities == b.send_communities && a.send_extended_communities == b.send_extended_communities &&
         a.send_large_communities == b.send_large_communities && a.send_route_targets == b.send_route_targets;
}

constexpr std::array<Row<ExportRules>, 10> export_rows{{
    {"export_policy", [](const ExportRules& a, const ExportRules& b) { return same_policy(a.policy, b.policy); }},
    {"default_originate", same_default},
    {"as_override", same<&ExportRules::as_override>},
    {"remove_private_as", same<&ExportRules::remove_private>},
    {"next_hop_self", same<&ExportRules::next_hop_self>},
    {"next_hop_unchanged", same<&ExportRules::next_hop_unchanged>},
    {"send_communities", same_communities},
    {"site_of_origin", same<&ExportRules::site_of_origin>},
    {"ebgp_requires_policy", same<&ExportRules::requires_policy>},
    {"cluster_id", same_cluster<ExportRules>},
}};

template <class Rules, std::size_t N>
std::vector<std::string> names_of(const std::array<Row<Rules>, N>& rows, const Rules& a, const Rules& b) {
  std::vector<std::string> names;
  for (const Row<Rules>& row : rows)
    if (!row.same(a, b)) names.emplace_back(row.key);
  return names;
}

}  // namespace

bool same_policy(const std::shared_ptr<const CompiledPolicy>& a, const std::shared_ptr<const CompiledPolicy>& b) {
  return a == b || (a && b && same_outcome(*a, *b));
}

std::vector<std::string> differing_keys(const ImportRules& in_force, const ImportRules& configured) {
  return names_of(import_rows, in_force, configured);
}

std::vector<std::string> differing_keys(const ExportRules& in_force, const ExportRules& configured) {
  return names_of(export_rows, in_force, configured);
}

}  // namespace vrfd
