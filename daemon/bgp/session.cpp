// The events of the state machine that are not messages: administration, TCP and timers.
#include "daemon/bgp/session.h"

#include <algorithm>

#include "daemon/bgp/wire/codec.h"

namespace vrfd::bgp {
namespace {

using std::chrono::seconds;

// Long enough for the peer to have done with the session before.
constexpr std::chrono::milliseconds first_pause{250};
constexpr seconds longest_pause{60};

Duration doubled(Duration start, unsigned times, Duration limit) {
  Duration value = start;
  for (; times > 0 && value < limit; --times) value *= 2;
  return std::min(value, limit);
}

}  // namespace

void Session::on(const Event& event, const Step& step) {
  std::visit([&](const auto& what) { react(what, step); }, event);
  plan_attempt(step);
}

void Session::react(const Start&, const Step&) {
  if (started_) return;
  started_ = true;
  at_once_ = true;
  unreachable_ = errors_ = 0;
}

void Session::react(const Stop& stop, const Step& step) {
  if (!started_) return;
  started_ = false;
  give_up_attempt(step);
  cease_all(Reset{stop.subcode, stop.communication, stop.graceful, stop.data}, step);
}

void Session::react(const Reset& reset, const Step& step) {
  if (!started_) return;
  give_up_attempt(step);
  cease_all(reset, step);
  if (reset.subcode != subcode::maximum_prefixes) unreachable_ = errors_ = 0;
}

void Session::react(const Connected& connected, const Step& step) {
  if (attempt_ != connected.connection) return;
  attempt_.reset();
  retry_.clear();
  open_connection(connected.connection, Origination::outgoing, connected.ends, step);
}

void Session::react(const ConnectFailed& failed, const Step& step) {
  if (attempt_ != failed.connection) return;
  attempt_.reset();
  retry_.clear();
  ++unreachable_;
  step.io.note(LogEvent::session_connect_failed, failed.error, nullptr);
}

void Session::react(const Accepted& accepted, const Step& step) {
  if (!started_) {
    step.io.close(accepted.connection);
    return;
  }
  Connection* established = nullptr;
  for (auto& slot : connections_) {
    if (!slot) continue;
    if (slot->state == SessionState::established)
      established = &*slot;
    else if (slot->origination == Origination::incoming)
      dismiss(*slot, "the peer opened another connection", step);
  }
  open_connection(accepted.connection, Origination::incoming, accepted.ends, step);
  if (established == nullptr) return;
  // A dead connection answers this with a reset.
  send(*established, MessageType::keepalive, std::make_shared<const Bytes>(encode(Keepalive{})), step);
}

void Session::react(const Closed& closed, const Step& step) {
  if (attempt_ == closed.connection) return react(ConnectFailed{closed.connection, closed.error}, step);
  Connection* connection = find(closed.connection);
  if (connection == nullptr) return;
  const bool graceful = connection->state == SessionState::established && connection->remote &&
                        graceful_restart_negotiated(connection->local, *connection->remote);
  std::string text = closed.error.empty() ? "the peer closed the connection" : closed.error;
  end(*connection, Ending{step.now, Side::peer, std::nullopt, std::move(text), graceful}, step);
}

void Session::react(const Sent& sent, const Step& step) {
  Connection* connection = find(sent.connection);
  if (connection == nullptr || sent.octets == 0) return;
  connection->queued -= std::min(sent.octets, connection->queued);
  if (connection->queued == 0)
    connection->send_hold.clear();
  else
    connection->send_hold.set(step.now + send_hold_time(*connection));
  if (!connection->full || connection->queued >= resume_mark) return;
  connection->full = false;
  if (connection->state == SessionState::established) step.user.writable();
}

void Session::react(const Unread& unread, const Step& step) {
  Connection* connection = find(unread.connection);
  if (connection != nullptr && connection->hold.is_set() && connection->state != SessionState::open_sent)
    connection->hold.set(step.now + connection->hold_time);
}

void Session::react(const TimerExpired&, const Step& step) {
  if (attempt_ && retry_.due(step.now)) {
    give_up_attempt(step);
    ++unreachable_;
    step.io.note(LogEvent::session_connect_failed, "no answer", nullptr);
  }
  for (auto& slot : connections_)
    if (slot) check_timers(*slot, step);
}

void Session::check_timers(Connection& connection, const Step& step) {
  if (connection.hold.due(step.now))
    return fail(connection, {code::hold_timer_expired, 0, {}}, "nothing heard from the peer for the hold time", step);
  if (connection.send_hold.due(step.now))
    return fail(connection, {code::send_hold_timer_expired, 0, {}}, "the peer takes nothing that is sent", step);
  if (connection.decision.due(step.now)) return decide_collision(connection, step);
  if (connection.keepalive.due(step.now)) keep_alive(connection, step);
}

// What is already queued says the same to the peer once it reads, so a blocked connection does not collect keepalives.
void Session::keep_alive(Connection& connection, const Step& step) {
  if (connection.queued == 0)
    send(connection, MessageType::keepalive, std::make_shared<const Bytes>(encode(Keepalive{})), step);
  connection.keepalive.set(step.now + jitter_(connection.keepalive_time));
}

void Session::plan_attempt(const Step& step) {
  if (attempt_) return;
  const auto rules_out = [](const std::optional<Connection>& slot) {
    return slot && (slot->origination == Origination::outgoing || slot->state != SessionState::open_sent);
  };
  const bool wanted =
      started_ && !settings_.passive && std::none_of(connections_.begin(), connections_.end(), rules_out);
  if (!wanted) {
    retry_.clear();
  } else if (at_once_ || retry_.due(step.now)) {
    begin_attempt(step);
  } else if (!retry_.is_set()) {
    retry_.set(step.now + jitter_(pause()));
  }
}

void Session::begin_attempt(const Step& step) {
  at_once_ = false;
  attempt_ = issue_connection();
  retry_.set(step.now + jitter_(seconds(settings_.connect_retry_s)));
  step.io.connect(*attempt_);
}

void Session::give_up_attempt(const Step& step) {
  retry_.clear();
  if (!attempt_) return;
  step.io.close(*attempt_);
  attempt_.reset();
}

Duration Session::pause() {
  const seconds retry(std::max<std::uint16_t>(settings_.connect_retry_s, 1));
  if (errors_ == 0) return doubled(first_pause, unreachable_, retry);
  return doubled(retry, errors_ - 1, std::max(retry, longest_pause));
}

TimePoint Session::next_deadline() const {
  TimePoint next = retry_.at();
  for (const auto& slot : connections_)
    if (slot) next = std::min(next, slot->next_deadline());
  return next;
}

SessionState Session::state() const {
  SessionState state = SessionState::idle;
  if (started_) state = attempt_ ? SessionState::connect : SessionState::active;
  for (const auto& slot : connections_)
    if (slot) state = std::max(state, slot->state);
  return state;
}

}  // namespace vrfd::bgp
