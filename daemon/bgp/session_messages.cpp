// What the peer's messages do to a session.
#include "daemon/bgp/session.h"
#include "daemon/bgp/wire/codec.h"

namespace vrfd::bgp {
namespace {

// How long a connection waits for what the other one of its session shows: that it is dead, or that it lives.
constexpr std::chrono::seconds probe_time{1};
constexpr std::size_t first_state = static_cast<std::size_t>(SessionState::open_sent);

// The connection opened by the side with the higher identifier stays (RFC 4271, 6.8); with equal ones, by the side with
// the higher AS number (RFC 6286, 2.3).
bool outgoing_stays(const Open& local, const Open& remote) {
  if (local.router_id != remote.router_id) return local.router_id > remote.router_id;
  return local.asn > remote.asn;
}

bool is_hard_reset(const Notification& notification) {
  return notification.code == code::cease && notification.subcode == subcode::hard_reset;
}

SharedBytes shared(Bytes octets) { return std::make_shared<const Bytes>(std::move(octets)); }

}  // namespace

const std::array<std::array<Session::Reaction, 6>, 3> Session::reactions{{
    // (none), OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE-REFRESH
    {&Session::on_unexpected, &Session::on_open, &Session::on_unexpected, &Session::on_notification,
     &Session::on_keepalive_in_open_sent, &Session::on_unexpected},
    {&Session::on_unexpected, &Session::on_unexpected, &Session::on_unexpected, &Session::on_notification,
     &Session::on_keepalive_in_open_confirm, &Session::on_unexpected},
    {&Session::on_unexpected, &Session::on_unexpected, &Session::on_update, &Session::on_notification,
     &Session::on_keepalive, &Session::on_refresh},
}};

std::size_t Session::receive(ConnectionId id, ByteView octets, const Step& step, std::size_t budget) {
  std::size_t used = 0;
  Connection* connection = find(id);
  while (connection != nullptr && used < budget) {
    const std::size_t limit =
        connection->state == SessionState::open_sent ? message_limit : message_limit_of(connection->context);
    const FrameResult result = next_frame(octets.subspan(used), limit);
    if (std::holds_alternative<NeedMore>(result)) break;
    if (const auto* error = std::get_if<Notification>(&result)) {
      fail(*connection, *error, "what came is not a BGP message", step);
    } else {
      const Frame& frame = std::get<Frame>(result);
      used += frame.octets.size();
      const auto type = static_cast<std::size_t>(frame.type);
      ++counters_.received[type];
      if (connection->hold_time > Duration::zero() && connection->hold.is_set())
        connection->hold.set(step.now + connection->hold_time);
      (this->*reactions[static_cast<std::size_t>(connection->state) - first_state][type])(*connection, frame, step);
    }
    connection = find(id);
  }
  plan_attempt(step);
  return connection != nullptr ? used : octets.size();
}

void Session::on_open(Connection& connection, const Frame& frame, const Step& step) {
  if (connection.remote) return on_unexpected(connection, frame, step);
  auto decoded = decode_open(frame.body());
  if (const auto* error = std::get_if<Notification>(&decoded))
    return fail(connection, *error, "the peer's OPEN is not acceptable", step);
  Open& open = std::get<Open>(decoded);
  if (auto fault = fault_in(open, connection.local, settings_))
    return fail(connection, fault->notification, std::move(fault->text), step);
  connection.remote = std::move(open);
  connection.context = negotiate(connection.local, *connection.remote);
  connection.context.enforce_first_as = settings_.enforce_first_as;
  if (resolve_collision(connection, step)) confirm(connection, step);
}

bool Session::resolve_collision(Connection& connection, const Step& step) {
  Connection* other = other_than(connection);
  if (other == nullptr) return true;
  if (other->state == SessionState::established) {
    if (!graceful_restart_negotiated(other->local, *other->remote)) {
      connection.decision.set(step.now + probe_time);
      return false;
    }
    step.io.close(other->id);
    end(*other, Ending{step.now, Side::peer, std::nullopt, "the peer has restarted", true}, step);
    return true;
  }
  const bool stays =
      outgoing_stays(connection.local, *connection.remote) == (connection.origination == Origination::outgoing);
  if (!stays && !other->remote) {
    connection.decision.set(step.now + probe_time);
    return false;
  }
  dismiss(stays ? *other : connection, "two connections to the same peer", step);
  return stays;
}

// What should have stayed may be a connection that the peer has left without our hearing of it (say, its FIN came
// with too low a TTL for GTSM): without this, it would keep the peer out until its hold timer expires.
void Session::decide_collision(Connection& connection, const Step& step) {
  Connection* other = other_than(connection);
  if (other != nullptr && other->state == SessionState::established)
    return dismiss(connection, "the established session is alive", step);
  if (other != nullptr) dismiss(*other, "the peer says nothing here, and has opened another connection", step);
  confirm(connection, step);
}

void Session::confirm(Connection& connection, const Step& step) {
  connection.state = SessionState::open_confirm;
  connection.decision.clear();
  connection.hold_time = std::chrono::seconds(std::min(connection.local.hold_time_s, connection.remote->hold_time_s));
  connection.hold.clear();
  if (connection.hold_time > Duration::zero()) {
    connection.hold.set(step.now + connection.hold_time);
    connection.keepalive_time = connection.hold_time / 3;
    if (settings_.keepalive_s != 0)
      connection.keepalive_time =
          std::min<Duration>(connection.keepalive_time, std::chrono::seconds(settings_.keepalive_s));
    connection.keepalive.set(step.now + jitter_(connection.keepalive_time));
  }
  send(connection, MessageType::keepalive, shared(encode(Keepalive{})), step);
  if (connection.confirmed) establish(connection, step);
}

void Session::establish(Connection& connection, const Step& step) {
  if (Connection* other = other_than(connection)) dismiss(*other, "another connection is established", step);
  give_up_attempt(step);
  connection.state = SessionState::established;
  established_at_ = step.now;
  unreachable_ = 0;
  ++counters_.established;
  step.io.note(LogEvent::session_established, {}, nullptr);
  step.user.established(
      {connection.context, connection.local, *connection.remote, connection.ends, connection.hold_time});
}

// While a collision is undecided, the peer may confirm the OPEN that we sent already.
void Session::on_keepalive_in_open_sent(Connection& connection, const Frame& frame, const Step& step) {
  if (!connection.remote) return on_unexpected(connection, frame, step);
  connection.confirmed = true;
}

void Session::on_keepalive_in_open_confirm(Connection& connection, const Frame&, const Step& step) {
  establish(connection, step);
}

// That a message came has restarted the hold timer; there is no more to a KEEPALIVE.
void Session::on_keepalive(Connection&, const Frame&, const Step&) {}

void Session::on_update(Connection& connection, const Frame& frame, const Step& step) {
  if (const auto error = decode_update(frame.body(), connection.context, update_)) {
    ++counters_.malformed[static_cast<std::size_t>(Verdict::session_reset)];
    return fail(connection, *error, "an UPDATE cannot be read", step);
  }
  if (update_.verdict != Verdict::ok) ++counters_.malformed[static_cast<std::size_t>(update_.verdict)];
  if (!update_.faults.empty()) note_faults(step);
  step.user.update(update_);
}

void Session::note_faults(const Step& step) {
  std::string text;
  for (const AttributeFault& fault : update_.faults) {
    if (!text.empty()) text += "; ";
    text += fault.text;
  }
  step.io.note(LogEvent::session_malformed_update, text, nullptr);
}

void Session::on_refresh(Connection& connection, const Frame& frame, const Step& step) {
  auto decoded = decode_route_refresh(frame, connection.context);
  if (const auto* error = std::get_if<Notification>(&decoded))
    return fail(connection, *error, "a ROUTE-REFRESH cannot be read", step);
  if (const auto* ignored = std::get_if<Ignored>(&decoded))
    return step.io.note(LogEvent::session_message_ignored, ignored->text, nullptr);
  if (!connection.local.capabilities.route_refresh)
    return step.io.note(LogEvent::session_message_ignored, "ROUTE-REFRESH, which was not offered", nullptr);
  step.user.refresh(std::get<RouteRefresh>(decoded));
}

void Session::on_notification(Connection& connection, const Frame& frame, const Step& step) {
  const Notification notification = decode_notification(frame.body());
  const auto enclosed = enclosed_in_hard_reset(notification);
  const auto communication = shutdown_communication(enclosed.value_or(notification));
  std::string text = communication && !communication->empty() ? *communication : name_of(notification);
  step.io.note(LogEvent::session_notification_received, text, &notification);
  step.io.close(connection.id);
  const bool graceful = connection.state == SessionState::established && !is_hard_reset(notification) &&
                        graceful_notification_negotiated(connection.local, *connection.remote);
  end(connection, Ending{step.now, Side::peer, notification, std::move(text), graceful}, step);
}

void Session::on_unexpected(Connection& connection, const Frame&, const Step& step) {
  constexpr std::array subcodes{subcode::in_open_sent, subcode::in_open_confirm, subcode::in_established};
  const std::uint8_t where = subcodes[static_cast<std::size_t>(connection.state) - first_state];
  fail(connection, {code::state_machine, where, {}}, "a message that has no place in this state", step);
}

void Session::send_updates(SharedBytes messages, unsigned count, const Step& step) {
  for (auto& slot : connections_) {
    if (!slot || slot->state != SessionState::established) continue;
    send(*slot, MessageType::update, std::move(messages), step);
    counters_.sent[static_cast<std::size_t>(MessageType::update)] += count - 1;
    slot->messages += count - 1;
    if (slot->queued >= send_mark) slot->full = true;
    if (slot->keepalive.is_set()) slot->keepalive.set(step.now + jitter_(slot->keepalive_time));
    return;
  }
}

bool Session::send_refresh(const RouteRefresh& refresh, const Step& step) {
  for (auto& slot : connections_) {
    if (!slot || slot->state != SessionState::established) continue;
    const SessionContext& context = slot->context;
    const bool marker = refresh.subtype != RefreshSubtype::request;
    if (!(marker ? context.enhanced_refresh : context.route_refresh) || !context.families.has(refresh.family))
      return false;
    send(*slot, MessageType::route_refresh, shared(encode(refresh)), step);
    return true;
  }
  return false;
}

bool Session::can_send() const {
  const Connection* connection = established();
  return connection != nullptr && !connection->full;
}

const Connection* Session::established() const {
  for (const auto& slot : connections_)
    if (slot && slot->state == SessionState::established) return &*slot;
  return nullptr;
}

}  // namespace vrfd::bgp
