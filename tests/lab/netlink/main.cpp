// Checks netlink/ against the kernel that runs it. Needs root (or a user namespace) and iproute2.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <iostream>

int main(int argc, char** argv) {
  std::cout << std::unitbuf;
  doctest::Context context(argc, argv);
  return context.run();
}
