// `show labels`: the label of each instance, those of its routes and those that are swapped, in slices as RouteStream.
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
  bool rows(const Instance& instance, const LabelLeases& labels, std::size_t& budget);

  Context& context_;
  control::Responder responder_;
  std::vector<std::string> instances_;
  // Where it is: the instance, which of its labels, and the last of those that was shown.
  enum class Part : std::uint8_t { shared, of_routes, swapped, end };
  std::size_t instance_ = 0;
  Part part_ = Part::shared;
  std::optional<Label> shown_{};
};

}  // namespace vrfd::commands
