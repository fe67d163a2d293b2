// Batches of an update group to octets, encoded once for all members that get the same.
//
// Members differ in two ways: in the address that "self" as next hop stands for, and in the routes that came from
// themselves, which they are not sent. So a batch is encoded once per own address, with the routes of each source that
// is a member in a part of their own.
#pragma once

#include <functional>
#include <vector>

#include "daemon/bgp/session_event.h"
#include "daemon/bgp/wire/update.h"
#include "vrf/update_group.h"

namespace vrfd {

// What "self" is in the next hops of one session and family.
struct SelfNextHop {
  IpAddress address;
  std::optional<IpAddress> link_local;
  bool operator==(const SelfNextHop&) const = default;
};

// Octets that go to all members of a batch with the same SelfNextHop but `except`.
struct EncodedPart {
  bgp::SharedBytes octets;
  unsigned messages = 0;
  std::optional<PeerId> except;
  std::optional<PeerId> only;
};

class UpdateWriter {
 public:
  explicit UpdateWriter(UpdateGroup& group) : table_(group.table()), cluster_id_(group.rules().cluster_id) {}

  // `session` decides how octets are written; the same for all members of a group.
  std::vector<EncodedPart> encode(const OutBatch& batch, const bgp::SessionContext& session, const SelfNextHop& self);

 private:
  struct Part {
    Bytes octets;
    std::optional<PeerId> except;
    std::optional<PeerId> only;
  };
  void add_routes(std::span<const OutRoute> routes, Bytes& out);
  void add_run(std::span<const OutRoute> run, Bytes& out);
  void add_withdrawals(std::span<const OutRoute> routes, Bytes& out);
  AnnouncedNlri announced(const OutRoute& route) const;

  RouteTable& table_;
  std::uint32_t cluster_id_;
  const bgp::SessionContext* session_ = nullptr;
  SelfNextHop self_;
  // Kept for their memory.
  PathAttributes attributes_;
  std::vector<AnnouncedNlri> nlri_;
};

// Whole messages in `octets`.
unsigned count_messages(ByteView octets);

}  // namespace vrfd
