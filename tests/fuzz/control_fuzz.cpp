// What a client may send to the control socket: any octets, cut into lines and dispatched to methods that know every
// request. Each answer must be one line of JSON; a request that was read must be read again from what it is written as.

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "daemon/control/line_splitter.h"
#include "daemon/control/methods.h"
#include "daemon/protocol/message.h"
#include "daemon/protocol/refresh_request.h"
#include "daemon/protocol/show_requests.h"

namespace {

using namespace vrfd::control;
using namespace vrfd::protocol;

void demand(bool holds) {
  if (!holds) std::abort();
}

class CheckedChannel : public Channel {
 public:
  void write(std::string line) override {
    demand(line.ends_with('\n') && line.find('\n') == line.size() - 1);
    const auto message = nlohmann::json::parse(line, nullptr, false);
    demand(message.is_object() && message["jsonrpc"] == "2.0");
    ++lines;
  }
  bool open() const override { return true; }
  bool ready() const override { return true; }
  void on_ready(std::function<void()>) override {}
  void finished() override { ++answers; }

  int lines = 0;
  int answers = 0;
};

template <class Request>
void add(Methods& methods) {
  methods.add<Request>([](const Request& request, Responder responder) {
    const std::string written = json_text(request);
    const auto again = Request::from(Params::parse(written));
    demand(again.has_value() && json_text(*again) == written);
    responder.result_json(written);
  });
}

template <class... Requests>
Methods methods_of() {
  Methods methods;
  (add<Requests>(methods), ...);
  return methods;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  static const Methods methods =
      methods_of<RefreshRequest, ResetRequest, ShowPeersRequest, ShowRoutesRequest, ShowVpnInstanceRequest,
                 ShowFibRequest, ShowJobsRequest, ShowPolicyRequest, ShowPendingRequest, ShowStatusRequest,
                 ExplainRequest, ConfigCheckRequest, ConfigDiffRequest, ConfigApplyRequest, ConfigRollbackRequest,
                 MonitorRequest>();
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  LineSplitter splitter(4096);
  splitter.feed(text.substr(0, size / 2));
  splitter.feed(text.substr(size / 2));
  splitter.finish();
  const auto channel = std::make_shared<CheckedChannel>();
  while (const auto line = splitter.next()) {
    if (line->too_long) continue;
    const int lines = channel->lines, answers = channel->answers;
    const bool waits = methods.dispatch(line->text, channel, Caller{.role = size % 2 == 0 ? Role::look : Role::change});
    demand(channel->answers - answers == (waits ? 1 : 0));
    demand(channel->lines - lines <= 1 && (!waits || channel->lines - lines == 1));
  }
  return 0;
}
