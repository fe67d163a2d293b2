#include "daemon/control/responder.h"

#include "daemon/protocol/message.h"

namespace vrfd::control {

Responder::Responder(std::weak_ptr<Channel> channel, std::string id, std::string method, Caller caller)
    : channel_(std::move(channel)), id_(std::move(id)), method_(std::move(method)), caller_(std::move(caller)) {}

Responder::~Responder() {
  if (!closed()) error(protocol::ErrorCode::internal, "`" + method_ + "` gave no answer");
}

std::shared_ptr<Channel> Responder::open_channel() const { return id_.empty() ? nullptr : channel_.lock(); }

void Responder::finish(std::string line) {
  const auto channel = open_channel();
  channel_.reset();
  if (!channel) return;
  channel->write(std::move(line));
  channel->finished();
}

void Responder::result_json(std::string_view json) { finish(protocol::result_line(id_, json)); }

void Responder::error(protocol::ErrorCode code, std::string message, std::string at) {
  protocol::ErrorAnswer answer{.code = code, .message = std::move(message)};
  if (!at.empty()) answer.at = std::move(at);
  error(answer);
}

void Responder::error(const protocol::ErrorAnswer& error) { finish(protocol::error_line(id_, error)); }

void Responder::row_json(std::string_view json) {
  ++rows_;
  if (const auto channel = open_channel()) channel->write(protocol::row_line(id_, json));
}

void Responder::progress_json(std::string_view json) {
  // A client that does not read misses the news, not the answer.
  if (const auto channel = open_channel(); channel && channel->ready())
    channel->write(protocol::progress_line(id_, json));
}

void Responder::end() { end(rows_); }

void Responder::end(std::uint64_t count) {
  result(protocol::RowsAnswer{.schema = protocol::schema_of(method_), .rows = count});
}

bool Responder::ready() const {
  const auto channel = open_channel();
  return channel && channel->ready();
}

void Responder::on_ready(std::function<void()> callback) {
  if (const auto channel = open_channel()) channel->on_ready(std::move(callback));
}

bool Responder::closed() const {
  const auto channel = open_channel();
  return !channel || !channel->open();
}

}  // namespace vrfd::control
