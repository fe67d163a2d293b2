#include "daemon/control/line_splitter.h"

namespace vrfd::control {

void LineSplitter::feed(std::string_view octets) { buffer_.append(octets); }

void LineSplitter::finish() {
  if (dropping_ || start_ < buffer_.size()) buffer_ += '\n';
}

void LineSplitter::compact() {
  if (start_ < limit_ / 4 && start_ < buffer_.size()) return;
  buffer_.erase(0, start_);
  scanned_ -= start_;
  start_ = 0;
  if (buffer_.empty() && buffer_.capacity() > limit_ / 4) buffer_ = std::string();
}

std::optional<LineSplitter::Line> LineSplitter::next() {
  const std::size_t end = buffer_.find('\n', scanned_);
  if (end == std::string::npos) {
    scanned_ = buffer_.size();
    dropping_ = dropping_ || scanned_ - start_ > limit_;
    if (dropping_) start_ = scanned_;
    compact();
    return std::nullopt;
  }
  Line line;
  line.too_long = dropping_ || end - start_ > limit_;
  if (!line.too_long) line.text = buffer_.substr(start_, end - start_);
  dropping_ = false;
  start_ = scanned_ = end + 1;
  compact();
  return line;
}

}  // namespace vrfd::control
