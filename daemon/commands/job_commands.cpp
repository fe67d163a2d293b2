// refresh bgp …, reset bgp …, show jobs
#include "daemon/commands/context.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

namespace {

using Seconds = std::chrono::duration<double>;

// A dry run has nothing to come back to and is always waited for.
template <class Request>
void answer(Router& router, const Jobs::Started& started, const Request& request, control::Responder responder) {
  if (const auto* error = std::get_if<protocol::ErrorAnswer>(&started)) return responder.error(*error);
  const std::uint64_t job = std::get<std::uint64_t>(started);
  if (request.no_wait && !request.dry_run) return responder.result(*router.jobs().find(job));
  const auto kept = std::make_shared<control::Responder>(std::move(responder));
  std::optional<TimePoint> until;
  if (request.timeout_s) until = Clock::now() + std::chrono::duration_cast<Duration>(Seconds(*request.timeout_s));
  router.jobs().wait(job, {.answer = [kept](const protocol::JobAnswer& answer) { kept->result(answer); },
                           .until = until,
                           .progress = [kept](const protocol::JobProgress& so_far) { kept->progress(so_far); }});
}

}  // namespace

void add_job_commands(control::Methods& methods, Context& context) {
  Router& router = context.router;
  methods.add<protocol::RefreshRequest>(
      [&router](const protocol::RefreshRequest& request, control::Responder responder) {
        answer(router, router.jobs().refresh(request, Clock::now()), request, std::move(responder));
      });
  methods.add<protocol::ResetRequest>([&router](const protocol::ResetRequest& request, control::Responder responder) {
    answer(router, router.jobs().reset(request, Clock::now()), request, std::move(responder));
  });
  methods.add<protocol::ShowJobsRequest>(
      [&router](const protocol::ShowJobsRequest& request, control::Responder responder) {
        if (!request.job) return responder.result(protocol::JobsAnswer{router.jobs().all()});
        const auto job = router.jobs().find(*request.job);
        const std::string number = std::to_string(*request.job);
        if (!job) return responder.error(protocol::ErrorCode::unknown_job, "no job " + number, number);
        responder.result(protocol::JobsAnswer{{*job}});
      });
}

}  // namespace vrfd::commands
