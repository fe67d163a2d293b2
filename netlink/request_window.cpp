#include "netlink/request_window.h"

#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "netlink/acknowledgement.h"

namespace vrfd::netlink {

namespace {

void patch_header(Bytes& octets, std::size_t offset, std::uint32_t sequence, bool fence) {
  nlmsghdr header{};
  std::memcpy(&header, octets.data() + offset, sizeof header);
  header.nlmsg_seq = sequence;
  header.nlmsg_flags =
      static_cast<std::uint16_t>(fence ? header.nlmsg_flags | NLM_F_ACK : header.nlmsg_flags & ~unsigned{NLM_F_ACK});
  std::memcpy(octets.data() + offset, &header, sizeof header);
}

// What a deletion hits when there is nothing to delete, the table or the device included.
bool means_absent(int error) { return error == ESRCH || error == ENOENT; }

bool may_pass(int error) { return error == ENOBUFS || error == EAGAIN || error == EINTR || error == ENOMEM; }

}  // namespace

RequestWindow::RequestWindow(WindowLimits limits) : limits_(limits), scratch_(limits.octets) {}

bool RequestWindow::append_to(Batch& batch, const Operation& operation) {
  if (batch.entries.size() >= limits_.messages) return false;
  const std::size_t offset = batch.octets.size();
  const std::size_t written = encode(std::span(scratch_).first(limits_.octets - offset), operation.change, 0);
  if (written == 0) return false;
  if (offset == 0) batch.octets.reserve(limits_.octets);
  batch.octets.insert(batch.octets.end(), scratch_.begin(), scratch_.begin() + static_cast<std::ptrdiff_t>(written));
  batch.entries.push_back({operation.cookie, static_cast<std::uint32_t>(offset), is_deletion(operation.change)});
  return true;
}

void RequestWindow::append(const Operation& operation) {
  ++counters_.operations;
  const bool front_is_taken = state_ == State::in_flight && batches_.size() == 1;
  if (batches_.empty() || front_is_taken || batches_.back().attempts != 0) batches_.emplace_back();
  if (append_to(batches_.back(), operation)) return;
  if (!batches_.back().entries.empty()) batches_.emplace_back();
  if (append_to(batches_.back(), operation)) return;
  batches_.pop_back();
  ++counters_.errors;
  outcomes_.refused.push_back({operation.cookie, EMSGSIZE, "the operation is larger than a whole batch"});
}

void RequestWindow::number(Batch& batch) {
  batch.first_sequence = next_sequence_;
  for (std::size_t i = 0; i < batch.entries.size(); ++i)
    patch_header(batch.octets, batch.entries[i].offset, next_sequence_++, i + 1 == batch.entries.size());
}

ByteView RequestWindow::take_batch(TimePoint now) {
  if (batches_.empty() || state_ == State::in_flight) return {};
  Batch& batch = batches_.front();
  number(batch);
  batch.errors.clear();
  ++counters_.batches;
  if (batch.attempts++ != 0) ++counters_.resends;
  state_ = State::in_flight;
  deadline_ = now + limits_.timeout;
  return batch.octets;
}

void RequestWindow::on_send_failed(int error) {
  if (state_ != State::in_flight) return;
  if (may_pass(error))
    try_again(error);
  else
    give_up(error);
}

void RequestWindow::on_answers(ByteView datagram) {
  while (const auto message = take_message(datagram)) on_answer(*message);
}

void RequestWindow::on_answer(const Message& message) {
  const auto answer = decode_acknowledgement(message);
  if (!answer || state_ != State::in_flight) return;
  Batch& batch = batches_.front();
  const std::uint32_t position = message.sequence - batch.first_sequence;
  if (position >= batch.entries.size()) return;
  const Entry& entry = batch.entries[position];
  const bool repeated = !batch.errors.empty() && batch.errors.back().first >= position;
  if (repeated) return;
  if (answer->error != 0 && !(entry.deletion && means_absent(answer->error)))
    batch.errors.emplace_back(position, Refused{entry.cookie, answer->error, explanation(*answer)});
  if (position + 1 == batch.entries.size()) finish();
}

void RequestWindow::on_lost() {
  if (state_ == State::in_flight) try_again(ENOBUFS);
}

std::optional<RequestWindow::TimePoint> RequestWindow::deadline() const {
  if (state_ != State::in_flight) return std::nullopt;
  return deadline_;
}

void RequestWindow::on_time(TimePoint now) {
  if (state_ == State::in_flight && now >= deadline_) try_again(ETIMEDOUT);
}

void RequestWindow::try_again(int error) {
  state_ = State::ready;
  if (batches_.front().attempts >= limits_.attempts) give_up(error);
}

void RequestWindow::give_up(int error) {
  const std::string text = explanation({error, "no answer from the kernel"});
  for (const Entry& entry : batches_.front().entries) outcomes_.refused.push_back({entry.cookie, error, text});
  counters_.errors += batches_.front().entries.size();
  batches_.pop_front();
  state_ = State::ready;
}

void RequestWindow::finish() {
  Batch& batch = batches_.front();
  counters_.errors += batch.errors.size();
  std::size_t position = 0;
  for (auto& [failed, refusal] : batch.errors) {
    for (; position < failed; ++position) outcomes_.acknowledged.push_back(batch.entries[position].cookie);
    position = failed + 1;
    outcomes_.refused.push_back(std::move(refusal));
  }
  for (; position < batch.entries.size(); ++position) outcomes_.acknowledged.push_back(batch.entries[position].cookie);
  batches_.pop_front();
  state_ = State::ready;
}

Outcomes RequestWindow::take_outcomes() { return std::exchange(outcomes_, {}); }

}  // namespace vrfd::netlink
