#include "netlink/bounded_queue.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <numeric>
#include <string>
#include <thread>

namespace vrfd::netlink {

namespace {

bool readable(int fd) {
  pollfd descriptor{fd, POLLIN, 0};
  return ::poll(&descriptor, 1, 0) == 1;
}

}  // namespace

TEST_CASE("weights bound the queue, but an empty one takes anything") {
  BoundedQueue<std::string> queue(10);
  std::string item = "first";
  CHECK(queue.room() == 10);
  CHECK(queue.try_push(item, 100));
  CHECK(queue.room() == 0);
  item = "second";
  CHECK_FALSE(queue.try_push(item, 1));
  CHECK(item == "second");
  queue.force("third", 1);
  std::vector<std::string> items;
  queue.take_all(items);
  CHECK(items == std::vector<std::string>{"first", "third"});
  CHECK(queue.room() == 10);
  CHECK(queue.try_push(item, 1));
  queue.take_all(items);
  CHECK(items.size() == 3);
}

TEST_CASE("the descriptor is readable while there is something to take, and when closed") {
  BoundedQueue<int> queue(10);
  CHECK_FALSE(readable(queue.fd()));
  queue.force(1, 1);
  queue.force(2, 1);
  CHECK(readable(queue.fd()));
  std::vector<int> items;
  queue.take_all(items);
  CHECK_FALSE(readable(queue.fd()));
  queue.close();
  CHECK(readable(queue.fd()));
  queue.take_all(items);
  CHECK(readable(queue.fd()));
  int item = 3;
  CHECK_FALSE(queue.try_push(item, 1));
  CHECK_FALSE(queue.push(3, 1));
}

TEST_CASE("between threads everything arrives once and in order") {
  constexpr int count = 20000;
  BoundedQueue<int> queue(7);
  std::thread producer([&] {
    for (int i = 0; i < count; ++i) queue.push(i, 1);
  });
  std::vector<int> received;
  while (received.size() < count) {
    pollfd descriptor{queue.fd(), POLLIN, 0};
    ::poll(&descriptor, 1, -1);
    queue.take_all(received);
  }
  producer.join();
  std::vector<int> expected(count);
  std::iota(expected.begin(), expected.end(), 0);
  CHECK(received == expected);
}

TEST_CASE("several at once stay together and in order") {
  BoundedQueue<int> queue(10);
  std::vector<int> several{1, 2, 3};
  CHECK(queue.push_all(several));
  CHECK(several.empty());
  CHECK(queue.room() == 7);
  std::vector<int> items;
  queue.take_all(items);
  CHECK(items == std::vector<int>{1, 2, 3});
  queue.close();
  several = {4};
  CHECK_FALSE(queue.push_all(several));
}

TEST_CASE("closing lets go of a producer that waits for room") {
  BoundedQueue<int> queue(1);
  queue.force(1, 1);
  bool taken = true;
  std::thread producer([&] { taken = queue.push(2, 1); });
  queue.close();
  producer.join();
  CHECK_FALSE(taken);
}

}  // namespace vrfd::netlink
