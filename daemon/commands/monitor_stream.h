// `monitor`: rows of the feed as they come, as long as the client takes them. It holds a place in the feed and nothing
// else; where the feed has moved on meanwhile, the client gets a `gap` row and the rest.
#pragma once

#include <memory>

#include "daemon/commands/context.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

class MonitorStream : public std::enable_shared_from_this<MonitorStream> {
 public:
  MonitorStream(Context& context, const protocol::MonitorRequest& request, control::Responder responder);
  void start(const protocol::MonitorRequest& request);

 private:
  void go_on();
  // Begins after the row `since`, with a gap where not all that came after it can be given.
  void begin_after(std::uint64_t since);
  void skip_dropped();
  void say_gap(std::optional<std::uint64_t> missed, std::string_view reason);
  bool wants(protocol::MonitorTopic topic) const { return topics_[static_cast<std::size_t>(topic)]; }

  Context& context_;
  EventFeed& feed_;
  control::Responder responder_;
  std::array<bool, protocol::monitor_topics.size()> topics_{};
  std::shared_ptr<void> watch_;
  std::uint64_t position_;  // the cursor of the last row taken
};

}  // namespace vrfd::commands
