#include "daemon/control/access.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

using namespace vrfd::control;

TEST_CASE("access: root, the daemon's user and two groups; nobody else") {
  const AccessRule rule{.daemon_uid = 900, .change_group = 100, .look_group = 101};
  CHECK(rule.role_of({.uid = 0, .gid = 0}) == Role::change);
  CHECK(rule.role_of({.uid = 900, .gid = 5}) == Role::change);
  CHECK(rule.role_of({.uid = 1000, .gid = 100}) == Role::change);
  CHECK(rule.role_of({.uid = 1000, .gid = 5, .groups = {6, 100}}) == Role::change);
  CHECK(rule.role_of({.uid = 1000, .gid = 101}) == Role::look);
  CHECK(rule.role_of({.uid = 1000, .gid = 5, .groups = {101}}) == Role::look);
  CHECK(rule.role_of({.uid = 1000, .gid = 5, .groups = {101, 100}}) == Role::change);
  CHECK_FALSE(rule.role_of({.uid = 1000, .gid = 5, .groups = {6}}));
  const AccessRule without_groups{.daemon_uid = 900};
  CHECK_FALSE(without_groups.role_of({.uid = 1000, .gid = 0, .groups = {0}}));
}

TEST_CASE("access: the kernel names the peer of a socket") {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  const auto caller = credentials_of(ends[0]);
  REQUIRE(caller.has_value());
  CHECK(caller->uid == ::geteuid());
  CHECK(caller->gid == ::getegid());
  CHECK(caller->pid == ::getpid());
  CHECK(caller->groups.size() == static_cast<std::size_t>(::getgroups(0, nullptr)));
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK_FALSE(credentials_of(-1).has_value());
}
