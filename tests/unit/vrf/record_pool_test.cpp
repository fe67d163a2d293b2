#include "vrf/record_pool.h"

#include <doctest/doctest.h>

#include <cstring>
#include <random>
#include <vector>

using namespace vrfd;

TEST_CASE("records of any size keep what was written, and freed ones serve again") {
  struct Held {
    RecordPool::Ref ref;
    std::size_t octets;
    std::uint8_t mark;
  };
  std::mt19937 random(11);
  RecordPool pool;
  std::vector<Held> held;
  const auto intact = [&](const Held& h) {
    for (std::size_t i = 0; i != h.octets; ++i)
      if (pool.at(h.ref)[i] != h.mark) return false;
    return true;
  };
  for (unsigned step = 0; step != 20000; ++step) {
    if (step % 2 == 0 || held.empty()) {
      const std::size_t octets = 1 + random() % (step % 100 == 0 ? 200000 : 300);
      held.push_back({pool.allocate(octets), octets, static_cast<std::uint8_t>(step)});
      std::memset(pool.at(held.back().ref), held.back().mark, octets);
    } else {
      std::swap(held[random() % held.size()], held.back());
      CHECK(intact(held.back()));
      pool.free(held.back().ref, held.back().octets);
      held.pop_back();
    }
  }
  for (const Held& h : held) CHECK(intact(h));
  for (const Held& h : held) pool.free(h.ref, h.octets);
  CHECK(pool.used() == 0);
}

TEST_CASE("a freed record is the next one of its size") {
  RecordPool pool;
  const auto first = pool.allocate(40);
  const auto second = pool.allocate(40);
  pool.allocate(8);
  pool.free(first, 40);
  pool.free(second, 40);
  CHECK(pool.allocate(36) == second);
  CHECK(pool.allocate(48) != first);
  CHECK(pool.allocate(40) == first);
}
