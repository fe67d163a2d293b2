// bgp_load: plays the sources and receivers of the benches. Commands as JSON lines on standard input.
#include <csignal>

#include "tests/bench/load/conductor.h"

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  vrfd::bench::Conductor().run();
  return 0;
}
