// show pending, show policy
#include <algorithm>

#include "daemon/commands/context.h"
#include "daemon/commands/pending.h"
#include "daemon/commands/policy_text.h"
#include "daemon/protocol/bgp_rows.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

namespace {

constexpr std::string_view action_name(PolicyAction action) {
  constexpr std::array<std::string_view, 3> names{"accept", "reject", "next"};
  return names[static_cast<std::size_t>(action)];
}

using Uses = std::vector<protocol::PolicyUse>;

void add_uses(Router& router, std::map<std::string, Uses>& uses) {
  router.each_peer([&](Peer& peer) {
    for (const auto& [family, settings] : peer.configured().families) {
      const auto use = [&](const std::optional<std::string>& policy, const char* direction) {
        if (policy)
          uses[*policy].push_back({config::name_of(peer.configured()), peer.instance().name_or_null(),
                                   std::string(name_of(family)), direction});
      };
      use(settings.import_policy, "import");
      use(settings.export_policy, "export");
    }
  });
  for (const Instance* instance : router.instances()) {
    const config::VpnInstance& config = instance->configured();
    for (Family family : {Family::ipv4, Family::ipv6}) {
      const auto use = [&](const std::optional<std::string>& policy, const char* direction) {
        if (policy)
          uses[*policy].push_back({std::nullopt, instance->name_or_null(), std::string(name_of(family)), direction});
      };
      use(config.import_policy, "import");
      use(config.export_policy, "export");
    }
  }
}

bool is_pending(const std::vector<protocol::PendingRow>& pending, const Uses& uses) {
  return std::any_of(uses.begin(), uses.end(), [&](const protocol::PolicyUse& use) {
    return std::any_of(pending.begin(), pending.end(), [&](const protocol::PendingRow& row) {
      return row.peer == use.peer && row.vpn_instance == use.vpn_instance && row.family == use.family &&
             row.direction == use.direction;
    });
  });
}

protocol::PolicyRow policy_row(const CompiledPolicy& policy, Uses uses, bool pending) {
  protocol::PolicyRow row;
  row.name = policy.name();
  for (std::size_t i = 0; i != policy.definition().terms.size(); ++i) {
    const PolicyTerm& term = policy.definition().terms[i];
    row.terms.push_back({static_cast<std::uint32_t>(i + 1), text_of(term.match), text_of(term.set),
                         std::string(action_name(term.then))});
  }
  row.used_by = std::move(uses);
  row.pending = pending;
  return row;
}

void show_policy(Router& router, const protocol::ShowPolicyRequest& request, control::Responder responder) {
  std::map<std::string, Uses> uses;
  add_uses(router, uses);
  const auto pending = pending_rows(router);
  protocol::PoliciesAnswer answer;
  std::vector<std::string> known;
  for (const auto& [name, policy] : router.policies().policies()) {
    known.push_back(name);
    if (!request.name || *request.name == name)
      answer.policies.push_back(policy_row(*policy, uses[name], is_pending(pending, uses[name])));
  }
  if (request.name && answer.policies.empty())
    return responder.error({protocol::ErrorCode::unknown_policy, "no policy " + *request.name, request.name, known});
  responder.result(answer);
}

}  // namespace

void add_pending_commands(control::Methods& methods, Context& context) {
  Router& router = context.router;
  methods.add<protocol::ShowPendingRequest>(
      [&router](const protocol::ShowPendingRequest&, control::Responder responder) {
        responder.result(protocol::PendingAnswer{pending_rows(router)});
      });
  methods.add<protocol::ShowPolicyRequest>(
      [&router](const protocol::ShowPolicyRequest& request, control::Responder responder) {
        show_policy(router, request, std::move(responder));
      });
}

}  // namespace vrfd::commands
