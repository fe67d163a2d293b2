// `explain`: finds the prefix that was meant, then goes through peers in slices, then puts everything together at once,
// so that the answer is of one moment but for whom the prefix is told to. Between slices instance, routes and peers may
// go.
#pragma once

#include <memory>

#include "daemon/commands/context.h"
#include "daemon/commands/explain_parts.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

class Explanation : public std::enable_shared_from_this<Explanation> {
 public:
  Explanation(Context& context, protocol::ExplainRequest request, control::Responder responder)
      : context_(context), request_(std::move(request)), responder_(std::move(responder)) {}
  void start();

 private:
  // The next slice. Responders outlive the client, so this also ends when nobody listens.
  void go_on();
  void again();
  bool look_up();
  // The prefix as asked, or the longest match of an address in the instance; nothing if the instance has none.
  std::optional<Prefix> match();
  // Which route distinguishers have it, and where the instance has no match, which prefix; true when done.
  bool search_vpn();
  void note_vpn(const Prefix& prefix);
  void list_peers();
  bool visit_peers();
  void finish();
  Explained explained() const;
  DestId dest_of(Family family) const;

  Context& context_;
  protocol::ExplainRequest request_;
  control::Responder responder_;
  protocol::ExplainAnswer answer_;
  Instance* instance_ = nullptr;
  RouteTable* table_ = nullptr;
  std::optional<Prefix> prefix_;
  unsigned length_ = 0;   // of the prefix that the VPN tables are searched for
  std::uint32_t rd_ = 0;  // the next one to be looked at
  bool searched_ = false;
  std::vector<std::uint32_t> rds_;  // that have the prefix
  std::vector<Target> peers_;
  std::size_t next_peer_ = 0;
};

}  // namespace vrfd::commands
