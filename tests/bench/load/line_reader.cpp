#include "tests/bench/load/line_reader.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>

namespace vrfd::bench {

LineReader::LineReader(Poller& poller, Take take) : take_(std::move(take)) { poller.add(STDIN_FILENO, EPOLLIN, *this); }

void LineReader::ready(std::uint32_t) {
  std::array<char, 65536> buffer;
  const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (got <= 0) {
    ended_ = true;
    return;
  }
  begun_.append(buffer.data(), static_cast<std::size_t>(got));
  for (std::size_t end = begun_.find('\n'); end != std::string::npos; end = begun_.find('\n')) {
    const std::string line = begun_.substr(0, end);
    begun_.erase(0, end + 1);
    take_(line);
  }
}

}  // namespace vrfd::bench
