#include "daemon/commands/monitor_stream.h"

#include <algorithm>

#include "vrf/types/text.h"

namespace vrfd::commands {

namespace {
// Rows sent in one slice; to pass over others costs next to nothing.
constexpr std::size_t rows_per_slice = 2000;
}  // namespace

MonitorStream::MonitorStream(Context& context, const protocol::MonitorRequest& request, control::Responder responder)
    : context_(context), feed_(context.router.feed()), responder_(std::move(responder)), position_(feed_.last()) {
  for (std::size_t i = 0; i != topics_.size(); ++i)
    topics_[i] = request.topics.empty() || std::find(request.topics.begin(), request.topics.end(),
                                                     protocol::monitor_topics[i]) != request.topics.end();
}

void MonitorStream::start(const protocol::MonitorRequest& request) {
  std::optional<std::uint64_t> since;
  if (request.since) {
    since = parse_decimal(*request.since, UINT64_MAX);
    if (!since)
      return responder_.error(protocol::ErrorCode::usage, "expected the cursor of an earlier row, a number",
                              *request.since);
  }
  // What was recorded is asked first: watching begins to record.
  if (since) begin_after(*since);
  watch_ = feed_.watch();
  go_on();
}

// 0 is "everything that there is".
void MonitorStream::begin_after(std::uint64_t since) {
  const bool all = since == 0;
  const bool of_this_run = all || (since >= feed_.base() && since <= feed_.last());
  position_ = of_this_run ? std::max(since, feed_.base()) : feed_.base();
  if (!of_this_run) return say_gap(std::nullopt, "restarted");
  const bool many = wants(protocol::MonitorTopic::routes) || wants(protocol::MonitorTopic::fib);
  const bool recorded = feed_.recording() && position_ >= feed_.recorded_from();
  if (position_ + 1 >= feed_.first() && many && !recorded && !all) say_gap(std::nullopt, "not_recorded");
}

void MonitorStream::say_gap(std::optional<std::uint64_t> missed, std::string_view reason) {
  const std::string at = rfc3339(std::chrono::system_clock::now());
  responder_.row_json(protocol::monitor_row(position_, at, protocol::GapEvent{missed, reason}));
}

void MonitorStream::skip_dropped() {
  if (position_ + 1 >= feed_.first()) return;
  const std::uint64_t missed = feed_.first() - 1 - position_;
  position_ = feed_.first() - 1;
  say_gap(missed, "dropped");
}

void MonitorStream::go_on() {
  if (responder_.closed()) return;
  if (responder_.ready()) skip_dropped();
  for (std::size_t budget = rows_per_slice; budget != 0 && position_ != feed_.last() && responder_.ready();) {
    const EventFeed::Row& row = feed_.row(++position_);
    if (!wants(row.topic)) continue;
    responder_.row_json(row.json);
    --budget;
  }
  const auto next = [self = shared_from_this()] { self->go_on(); };
  if (!responder_.ready()) return responder_.on_ready(next);
  if (position_ != feed_.last()) return context_.later(next);
  feed_.on_row([self = shared_from_this()] { self->context_.later([self] { self->go_on(); }); });
}

void add_monitor_commands(control::Methods& methods, Context& context) {
  methods.add<protocol::MonitorRequest>(
      [&context](const protocol::MonitorRequest& request, control::Responder responder) {
        std::make_shared<MonitorStream>(context, request, std::move(responder))->start(request);
      });
}

}  // namespace vrfd::commands
