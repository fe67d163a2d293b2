// config show, check, diff, apply, confirm, rollback, history
#include <algorithm>

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
  if (errors.errors.front().line != 0) answer.at = errors.errors.front().pointer;
  for (const config::ConfigError& error : errors.errors) {
    protocol::ConfigFault fault{.pointer = error.pointer, .message = error.message};
    if (error.line != 0) fault.line = static_cast<unsigned>(error.line);
    if (!error.expected.empty()) fault.expected = error.expected;
    answer.faults.push_back(fault);
  }
  return answer;
}

void answer_applied(Context& context, const config::ConfigResult<Applied>& applied, control::Responder& responder) {
  if (!applied) return responder.error(refused(applied.error()));
  protocol::ConfigApplyAnswer answer;
  answer.revision = context.config.revision();
  answer.changes = applied->changes;
  answer.warnings = applied->warnings;
  answer.pending = pending_rows(context.router).size();
  if (context.config.rollback_at())
    answer.rollback_in_s = static_cast<std::uint64_t>(
        std::chrono::ceil<std::chrono::seconds>(*context.config.rollback_at() - Clock::now()).count());
  responder.result(answer);
}

// To the revision that is named, else to the one before the present one.
void roll_back(Context& context, const protocol::ConfigRollbackRequest& request, control::Responder responder) {
  if (context.config.history() == nullptr)
    return responder.error(protocol::ErrorCode::not_supported, "there is no history without a state directory");
  const std::vector<config::Revision>& revisions = context.config.history()->revisions();
  const auto found = std::ranges::find_if(revisions, [&](const config::Revision& revision) {
    return request.revision ? revision.number == *request.revision : revision != revisions.front();
  });
  if (found != revisions.end())
    return answer_applied(context, context.config.rollback(config::Revision(*found)), responder);
  std::vector<std::string> known;
  for (const config::Revision& revision : revisions) known.push_back(std::to_string(revision.number));
  const std::string wanted = request.revision ? std::to_string(*request.revision) : "before the present one";
  responder.error(protocol::not_found(protocol::ErrorCode::unknown_revision, "no revision " + wanted, wanted, known));
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
        roll_back(context, request, std::move(responder));
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
