// config show, check, diff, apply, confirm, rollback, history
#include "daemon/commands/context.h"
#include "daemon/commands/pending.h"
#include "daemon/config/difference.h"
#include "daemon/config/parse.h"
#include "daemon/protocol/config_answers.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

namespace {

protocol::ErrorAnswer refused(const config::ConfigErrors& errors) {
  protocol::ErrorAnswer answer{protocol::ErrorCode::invalid_config, to_string(errors.errors.front())};
  if (errors.errors.size() > 1) answer.message += " (and " + std::to_string(errors.errors.size() - 1) + " more)";
  answer.at = errors.errors.front().pointer;
  for (const config::ConfigError& error : errors.errors) {
    protocol::ConfigFault fault{error.pointer, static_cast<unsigned>(error.line), error.message, {}};
    if (!error.expected.empty()) fault.expected = error.expected;
    answer.faults.push_back(fault);
  }
  return answer;
}

void answer_applied(Context& context, const config::ConfigResult<std::vector<std::string>>& applied,
                    control::Responder& responder) {
  if (!applied) return responder.error(refused(applied.error()));
  protocol::ConfigApplyAnswer answer;
  answer.revision = context.config.revision();
  answer.changes = *applied;
  answer.pending = pending_rows(context.router).size();
  if (context.config.rollback_at())
    answer.rollback_in_s = static_cast<std::uint64_t>(
        std::chrono::ceil<std::chrono::seconds>(*context.config.rollback_at() - Clock::now()).count());
  responder.result(answer);
}

}  // namespace

void add_config_commands(control::Methods& methods, Context& context) {
  methods.add<protocol::ConfigCheckRequest>(
      [](const protocol::ConfigCheckRequest& request, control::Responder responder) {
        const auto parsed = config::parse(request.config.text);
        if (!parsed) return responder.error(refused(parsed.error()));
        responder.result(protocol::ConfigCheckAnswer{});
      });
  methods.add<protocol::ConfigDiffRequest>(
      [&context](const protocol::ConfigDiffRequest& request, control::Responder responder) {
        const auto parsed = config::parse(request.config.text);
        if (!parsed) return responder.error(refused(parsed.error()));
        responder.result(
            protocol::ConfigDiffAnswer{config::describe(config::difference(context.router.configured(), *parsed))});
      });
  methods.add<protocol::ConfigApplyRequest>(
      [&context](const protocol::ConfigApplyRequest& request, control::Responder responder) {
        std::optional<Duration> confirm;
        if (request.confirm_minutes) confirm = std::chrono::minutes(*request.confirm_minutes);
        answer_applied(context, context.config.apply(request.config.text, confirm), responder);
      });
  methods.add<protocol::ConfigConfirmRequest>(
      [&context](const protocol::ConfigConfirmRequest&, control::Responder responder) {
        if (!context.config.confirm())
          return responder.error(protocol::ErrorCode::refused, "no configuration waits for being confirmed");
        responder.result(protocol::ConfigConfirmAnswer{context.config.revision()});
      });
  methods.add<protocol::ConfigRollbackRequest>(
      [&context](const protocol::ConfigRollbackRequest& request, control::Responder responder) {
        answer_applied(context, context.config.rollback(request.revision.value_or(1)), responder);
      });
  methods.add<protocol::ConfigHistoryRequest>(
      [&context](const protocol::ConfigHistoryRequest&, control::Responder responder) {
        protocol::ConfigHistoryAnswer answer;
        if (const config::History* history = context.config.history())
          for (const config::Revision& revision : history->revisions())
            answer.revisions.push_back({revision.number, rfc3339(revision.applied)});
        responder.result(answer);
      });
  methods.add<protocol::ConfigShowRequest>(
      [&context](const protocol::ConfigShowRequest&, control::Responder responder) {
        responder.result(protocol::ConfigShowAnswer{context.config.file().string(), context.config.revision(),
                                                    context.config.text()});
      });
}

}  // namespace vrfd::commands
