// `show labels`: the label of each instance and those of its routes, in slices as RouteStream.
#pragma once

#include <memory>

#include "daemon/commands/context.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

class LabelStream : public std::enable_shared_from_this<LabelStream> {
 public:
  LabelStream(Context& context, control::Responder responder);
  void go_on();

 private:
  // Rows of the instance at hand; true when it has no more.
  bool rows(const Instance& instance, std::size_t& budget);

  Context& context_;
  control::Responder responder_;
  std::vector<std::string> instances_;
  std::size_t instance_ = 0;
  bool shared_shown_ = false;     // the label that the instance's routes share
  std::optional<Label> shown_{};  // the last one of a route
};

}  // namespace vrfd::commands
