#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "cli/run.h"

int main(int count, char** arguments) {
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  const std::vector<std::string> words(arguments + (count > 0 ? 1 : 0), arguments + count);
  const bool terminal = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
  return vrfd::cli::run(words, {.out = std::cout,
                                .err = std::cerr,
                                .in = std::cin,
                                .asks = terminal,
                                .shows_progress = ::isatty(STDERR_FILENO) != 0});
}
