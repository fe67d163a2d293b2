// How connections of a session begin and end, and what their ends mean for the next attempt.
#include <algorithm>

#include "daemon/bgp/session.h"
#include "daemon/bgp/wire/codec.h"

namespace vrfd::bgp {
namespace {

using std::chrono::seconds;

constexpr seconds open_hold_time{240};                         // RFC 4271, 8.2.2: "a large value"
constexpr seconds least_send_hold_time{480};                   // RFC 9687, 3.1
constexpr Duration never = std::chrono::hours(24 * 365 * 10);  // a send hold time that is turned off
constexpr seconds long_enough{60};                             // a session that lived this long forgives earlier errors

// What says nothing about the next session's chances.
bool is_error(const Notification& notification) {
  if (notification.code != code::cease) return true;
  return notification.subcode != subcode::administrative_reset &&
         notification.subcode != subcode::collision_resolution &&
         notification.subcode != subcode::other_configuration_change;
}

}  // namespace

Connection* Session::find(ConnectionId id) {
  for (auto& slot : connections_)
    if (slot && slot->id == id) return &*slot;
  return nullptr;
}

Connection* Session::other_than(const Connection& connection) {
  for (auto& slot : connections_)
    if (slot && slot->id != connection.id) return &*slot;
  return nullptr;
}

void Session::open_connection(ConnectionId id, Origination origination, const Endpoints& ends, const Step& step) {
  auto& slot = connections_[connections_[0] ? 1 : 0];
  slot.emplace();
  slot->id = id;
  slot->origination = origination;
  slot->ends = ends;
  slot->local = make_open(settings_);
  slot->hold.set(step.now + open_hold_time);
  send(*slot, MessageType::open, std::make_shared<const Bytes>(encode(slot->local)), step);
}

void Session::send(Connection& connection, MessageType type, SharedBytes octets, const Step& step) {
  ++counters_.sent[static_cast<std::size_t>(type)];
  connection.queued += octets->size();
  connection.octets += octets->size();
  ++connection.messages;
  if (!connection.send_hold.is_set()) connection.send_hold.set(step.now + send_hold_time(connection));
  step.io.send(connection.id, std::move(octets));
}

void Session::send_notification(Connection& connection, const Notification& notification, std::string_view text,
                                const Step& step) {
  step.io.note(LogEvent::session_notification_sent, text, &notification);
  send(connection, MessageType::notification, std::make_shared<const Bytes>(encode(notification)), step);
}

void Session::fail(Connection& connection, const Notification& notification, std::string text, const Step& step) {
  send_notification(connection, notification, text, step);
  step.io.close(connection.id);
  const bool graceful = connection.state == SessionState::established &&
                        graceful_notification_negotiated(connection.local, *connection.remote);
  end(connection, Ending{step.now, Side::local, notification, std::move(text), graceful}, step);
}

void Session::cease(Connection& connection, const Reset& reset, const Step& step) {
  Notification notification = vrfd::bgp::cease(reset.subcode, reset.communication);
  if (notification.data.empty()) notification.data = reset.data;
  std::string text = reset.communication.empty() ? name_of(notification) : reset.communication;
  const bool established = connection.state == SessionState::established;
  const bool restarts = established && graceful_restart_negotiated(connection.local, *connection.remote);
  const bool notifies = established && graceful_notification_negotiated(connection.local, *connection.remote);
  Ending ending{step.now, Side::local, std::nullopt, std::move(text), reset.graceful && restarts};
  // Without the N bit, the peer keeps forwarding only if it hears no NOTIFICATION (RFC 4724, 4.2).
  if (!ending.graceful || notifies) {
    if (notifies && !reset.graceful) notification = hard_reset(notification);
    send_notification(connection, notification, ending.message, step);
    ending.notification = std::move(notification);
  }
  step.io.close(connection.id);
  end(connection, std::move(ending), step);
}

void Session::cease_all(const Reset& reset, const Step& step) {
  for (auto& slot : connections_)
    if (slot) slot->decision.clear();  // so that none takes over from the other
  for (auto& slot : connections_)
    if (slot) cease(*slot, reset, step);
}

void Session::dismiss(Connection& connection, std::string_view text, const Step& step) {
  const Notification notification = vrfd::bgp::cease(subcode::collision_resolution);
  step.io.note(LogEvent::session_collision, text, &notification);
  send(connection, MessageType::notification, std::make_shared<const Bytes>(encode(notification)), step);
  step.io.close(connection.id);
  release(connection);
}

void Session::end(Connection& connection, Ending ending, const Step& step) {
  const bool was_established = connection.state == SessionState::established;
  count(ending, was_established);
  if (was_established || ending.notification) last_reset_ = ending;
  release(connection);
  if (was_established) {
    step.io.note(LogEvent::session_down, ending.message, ending.notification ? &*ending.notification : nullptr);
    step.user.down(ending);
  } else if (!ending.notification) {
    step.io.note(LogEvent::session_closed, ending.message, nullptr);
  }
  for (auto& slot : connections_)
    if (slot && slot->decision.is_set()) confirm(*slot, step);
}

void Session::release(Connection& connection) {
  for (auto& slot : connections_)
    if (slot && slot->id == connection.id) return slot.reset();
}

void Session::count(const Ending& ending, bool was_established) {
  if (was_established && ending.at - established_at_ >= long_enough) errors_ = 0;
  if (!ending.notification) {
    unreachable_ += was_established ? 0 : 1;
  } else if (is_error(*ending.notification)) {
    ++errors_;
    if (!attempt_) retry_.clear();  // planned anew, with the longer pause
  }
}

Duration Session::send_hold_time(const Connection& connection) const {
  if (settings_.send_hold_time_s == 0) return never;
  if (settings_.send_hold_time_s) return seconds(*settings_.send_hold_time_s);
  return std::max<Duration>(least_send_hold_time, connection.hold_time * 2);
}

}  // namespace vrfd::bgp
