#include "vrf/id_index.h"

#include <doctest/doctest.h>

#include <random>
#include <unordered_map>

using namespace vrfd;

TEST_CASE("what was inserted and not erased is found, through growth and collisions") {
  std::mt19937 random(7);
  IdIndex index;
  std::unordered_map<std::uint32_t, std::uint32_t> hashes;  // by number; few different ones, so that many collide
  const auto hash_of = [&](std::uint32_t id) { return hashes.at(id); };
  for (std::uint32_t step = 0; step != 20000; ++step) {
    if (step % 3 != 2) {
      hashes[step] = static_cast<std::uint32_t>((random() & 0xFF) << 24 | (random() & 0x3FF));
      index.insert(hashes[step], step, hash_of);
    } else {
      const auto victim = std::next(hashes.begin(), random() % std::min<std::size_t>(hashes.size(), 10));
      index.erase(victim->second, victim->first);
      hashes.erase(victim);
    }
  }
  for (std::uint32_t id = 0; id != 20000; ++id) {
    const auto known = hashes.find(id);
    if (known != hashes.end()) CHECK(index.find(known->second, [&](std::uint32_t other) { return other == id; }) == id);
  }
  CHECK(index.find(5, [](std::uint32_t) { return false; }) == IdIndex::none);
}

TEST_CASE("only records whose hash may be the one asked for are compared") {
  IdIndex index;
  const auto hash_of = [](std::uint32_t id) { return id << 26 | 3; };
  for (std::uint32_t id = 0; id != 32; ++id) index.insert(hash_of(id), id, hash_of);
  unsigned compared = 0;
  const auto found = index.find(hash_of(20), [&](std::uint32_t id) {
    ++compared;
    return id == 20;
  });
  CHECK(found == 20);
  CHECK(compared == 1);
  CHECK(index.candidate(hash_of(9)) == 9);
}

TEST_CASE("a number that does not fit is refused") {
  IdIndex index;
  CHECK_THROWS_AS(index.insert(0, IdIndex::limit, [](std::uint32_t) { return 0u; }), std::length_error);
}
