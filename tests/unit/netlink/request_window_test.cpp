// The request window against a scripted kernel.
#include <doctest/doctest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <numeric>
#include <set>

#include "netlink/request_window.h"

namespace vrfd::netlink {

namespace {

using namespace std::chrono_literals;

constexpr RequestWindow::TimePoint start{};

Operation route(Cookie cookie) {
  return {cookie,
          ReplaceRoute{.key = {TableId{10}, *Prefix::from(IpAddress::v4(static_cast<std::uint32_t>(cookie) << 8), 24)},
                       .next_hop = first_next_hop_id}};
}

Operation deletion(Cookie cookie) {
  return {cookie, DeleteRoute{.key = std::get<ReplaceRoute>(route(cookie).change).key}};
}

struct Sent {
  std::uint32_t sequence = 0;
  std::uint16_t type = 0;
  bool fence = false;
};

std::vector<Sent> sent(ByteView batch) {
  std::vector<Sent> messages;
  while (const auto message = take_message(batch))
    messages.push_back({message->sequence, message->type, (message->flags & NLM_F_ACK) != 0});
  CHECK(batch.empty());
  return messages;
}

// An NLMSG_ERROR as the kernel writes it with capped acknowledgements.
Bytes answer(std::uint32_t sequence, int error, std::string_view text = "") {
  Bytes space(512);
  const auto flags = static_cast<std::uint16_t>(NLM_F_CAPPED | (text.empty() ? 0 : NLM_F_ACK_TLVS));
  MessageWriter writer(space, NLMSG_ERROR, flags, sequence);
  nlmsgerr body{};
  body.error = -error;
  writer.structure(body);
  if (!text.empty()) writer.text(NLMSGERR_ATTR_MSG, text);
  REQUIRE(writer.ok());
  space.resize(writer.size());
  return space;
}

// Executes a batch: an error for each sequence position given, and the fence.
void execute(RequestWindow& window, const std::vector<Sent>& batch, const std::set<std::size_t>& bad = {},
             int error = EINVAL) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (bad.contains(i))
      window.on_answers(answer(batch[i].sequence, error, "no such thing"));
    else if (batch[i].fence)
      window.on_answers(answer(batch[i].sequence, 0));
  }
}

std::vector<Cookie> numbers(Cookie first, Cookie last) {
  std::vector<Cookie> all(last - first + 1);
  std::iota(all.begin(), all.end(), first);
  return all;
}

}  // namespace

TEST_CASE("a batch has one fence, at its end, and its acknowledgement is that of all") {
  RequestWindow window;
  for (Cookie i = 0; i < 100; ++i) window.append(route(i));
  const auto batch = sent(window.take_batch(start));
  REQUIRE(batch.size() == 100);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    CHECK(batch[i].fence == (i == 99));
    CHECK(batch[i].type == RTM_NEWROUTE);
    CHECK(batch[i].sequence == batch[0].sequence + i);
  }
  CHECK(window.take_batch(start).empty());  // one in flight
  CHECK(window.take_outcomes().acknowledged.empty());
  execute(window, batch);
  const Outcomes outcomes = window.take_outcomes();
  CHECK(outcomes.acknowledged == numbers(0, 99));
  CHECK(outcomes.refused.empty());
  CHECK(window.idle());
  CHECK_FALSE(window.deadline());
}

TEST_CASE("errors at the 10th and the 500th go to those operations, with the kernel's text") {
  RequestWindow window;
  for (Cookie i = 0; i < 1000; ++i) window.append(route(i));
  const auto batch = sent(window.take_batch(start));
  REQUIRE(batch.size() == 1000);
  execute(window, batch, {10, 500}, ENETUNREACH);
  const Outcomes outcomes = window.take_outcomes();
  REQUIRE(outcomes.refused.size() == 2);
  CHECK(outcomes.refused[0] == Refused{10, ENETUNREACH, "no such thing (Network is unreachable)"});
  CHECK(outcomes.refused[1].cookie == 500);
  CHECK(outcomes.acknowledged.size() == 998);
  CHECK(window.counters().errors == 2);
}

TEST_CASE("an error of the last message is fence and error at once") {
  RequestWindow window;
  for (Cookie i = 0; i < 3; ++i) window.append(route(i));
  execute(window, sent(window.take_batch(start)), {2});
  const Outcomes outcomes = window.take_outcomes();
  CHECK(outcomes.acknowledged == numbers(0, 1));
  REQUIRE(outcomes.refused.size() == 1);
  CHECK(outcomes.refused[0].cookie == 2);
  CHECK(window.idle());
}

TEST_CASE("batches end at the limit of messages and of octets, and follow each other in order") {
  RequestWindow window({.octets = 400, .messages = 3});
  for (Cookie i = 0; i < 7; ++i) window.append(route(i));
  std::vector<Cookie> done;
  std::vector<std::size_t> sizes;
  while (!window.idle()) {
    const auto batch = sent(window.take_batch(start));
    sizes.push_back(batch.size());
    execute(window, batch);
    for (const Cookie cookie : window.take_outcomes().acknowledged) done.push_back(cookie);
  }
  CHECK(sizes == std::vector<std::size_t>{3, 3, 1});
  CHECK(done == numbers(0, 6));

  RequestWindow narrow({.octets = 100, .messages = 1000});
  for (Cookie i = 0; i < 2; ++i) narrow.append(route(i));
  CHECK(narrow.take_batch(start).size() <= 100);
}

TEST_CASE("what is appended while a batch is in flight goes into the next") {
  RequestWindow window;
  window.append(route(1));
  const auto first = sent(window.take_batch(start));
  window.append(route(2));
  window.append(route(3));
  execute(window, first);
  CHECK(window.take_outcomes().acknowledged == numbers(1, 1));
  const auto second = sent(window.take_batch(start));
  CHECK(second.size() == 2);
  execute(window, second);
  CHECK(window.take_outcomes().acknowledged == numbers(2, 3));
}

TEST_CASE("a lost acknowledgement: the batch is sent again when the time is over") {
  RequestWindow window({.timeout = 100ms});
  for (Cookie i = 0; i < 10; ++i) window.append(route(i));
  const auto first = sent(window.take_batch(start));
  window.on_time(start + 99ms);
  CHECK(window.take_batch(start + 99ms).empty());
  REQUIRE(window.deadline());
  CHECK(*window.deadline() == start + 100ms);
  window.on_time(start + 100ms);
  const auto second = sent(window.take_batch(start + 100ms));
  REQUIRE(second.size() == 10);
  CHECK(second[0].sequence > first[9].sequence);

  execute(window, first, {3});  // too late: stale
  CHECK(window.take_outcomes().acknowledged.empty());
  CHECK_FALSE(window.idle());
  execute(window, second);
  CHECK(window.take_outcomes().acknowledged == numbers(0, 9));
  CHECK(window.counters().resends == 1);
}

TEST_CASE("ENOBUFS: sent again, and only the errors of the last attempt count") {
  RequestWindow window;
  for (Cookie i = 0; i < 10; ++i) window.append(route(i));
  const auto first = sent(window.take_batch(start));
  window.on_answers(answer(first[3].sequence, EINVAL));
  window.on_lost();
  const auto second = sent(window.take_batch(start));
  execute(window, second, {4});
  const Outcomes outcomes = window.take_outcomes();
  REQUIRE(outcomes.refused.size() == 1);
  CHECK(outcomes.refused[0].cookie == 4);
  CHECK(outcomes.acknowledged.size() == 9);
}

TEST_CASE("a kernel that never answers: given up after the attempts, the next batch goes on") {
  RequestWindow window({.messages = 2, .timeout = 1ms, .attempts = 3});
  for (Cookie i = 0; i < 3; ++i) window.append(route(i));
  auto now = start;
  for (int i = 0; i < 3; ++i) {
    CHECK(sent(window.take_batch(now)).size() == 2);
    window.on_time(now += 1ms);
  }
  const Outcomes outcomes = window.take_outcomes();
  REQUIRE(outcomes.refused.size() == 2);
  CHECK(outcomes.refused[0].error == ETIMEDOUT);
  CHECK(outcomes.acknowledged.empty());
  execute(window, sent(window.take_batch(now)));
  CHECK(window.take_outcomes().acknowledged == numbers(2, 2));
}

TEST_CASE("a system call that fails: again if it may pass, refused if not") {
  RequestWindow window;
  window.append(route(1));
  window.take_batch(start);
  window.on_send_failed(ENOBUFS);
  CHECK(sent(window.take_batch(start)).size() == 1);
  window.on_send_failed(EPERM);
  const Outcomes outcomes = window.take_outcomes();
  REQUIRE(outcomes.refused.size() == 1);
  CHECK(outcomes.refused[0].error == EPERM);
  CHECK(window.idle());
}

TEST_CASE("deleting what is absent is success, replacing over a missing device is not") {
  RequestWindow window;
  window.append(deletion(1));
  window.append({2, DeleteNextHop{first_next_hop_id}});
  window.append(route(3));
  window.append(deletion(4));
  const auto batch = sent(window.take_batch(start));
  window.on_answers(answer(batch[0].sequence, ESRCH));
  window.on_answers(answer(batch[1].sequence, ENOENT));
  window.on_answers(answer(batch[2].sequence, ESRCH));
  window.on_answers(answer(batch[3].sequence, ESRCH));
  const Outcomes outcomes = window.take_outcomes();
  CHECK(outcomes.acknowledged == std::vector<Cookie>{1, 2, 4});
  REQUIRE(outcomes.refused.size() == 1);
  CHECK(outcomes.refused[0].cookie == 3);
}

TEST_CASE("an operation larger than a batch is refused, the others are done") {
  RequestWindow window({.octets = 200});
  Operation large = route(2);
  std::get<ReplaceRoute>(large.change).next_hop = NextHopObjectId{};
  std::get<ReplaceRoute>(large.change).hops.resize(50, ForwardingHop{IpAddress::v4(1), IfIndex{1}, {Label{16}}});
  window.append(route(1));
  window.append(large);
  window.append(route(3));
  std::vector<Cookie> done;
  std::vector<Refused> refused;
  while (!window.idle()) {
    execute(window, sent(window.take_batch(start)));
    Outcomes outcomes = window.take_outcomes();
    done.insert(done.end(), outcomes.acknowledged.begin(), outcomes.acknowledged.end());
    refused.insert(refused.end(), outcomes.refused.begin(), outcomes.refused.end());
  }
  CHECK(done == std::vector<Cookie>{1, 3});
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].cookie == 2);
  CHECK(refused[0].error == EMSGSIZE);
}

TEST_CASE("hostile answers change nothing") {
  RequestWindow window;
  window.append(route(1));
  window.append(route(2));
  const auto batch = sent(window.take_batch(start));
  window.on_answers(answer(batch[0].sequence - 1, EINVAL));
  window.on_answers(answer(batch[1].sequence + 1, 0));
  window.on_answers(Bytes(15, 0xFF));
  window.on_answers(Bytes(400, 0xFF));
  Bytes truncated = answer(batch[1].sequence, 0);
  truncated[0] = 18;  // an NLMSG_ERROR without its number
  window.on_answers(truncated);
  window.on_answers(answer(batch[0].sequence, EINVAL));
  window.on_answers(answer(batch[0].sequence, EINVAL));
  CHECK_FALSE(window.idle());
  window.on_answers(answer(batch[1].sequence, 0));
  const Outcomes outcomes = window.take_outcomes();
  CHECK(outcomes.refused.size() == 1);
  CHECK(outcomes.acknowledged == numbers(2, 2));
}

}  // namespace vrfd::netlink
