// BGP messages from anyone. The first octet chooses the session, the rest is what a peer sent. Decoding must end in a
// value; what was decoded must come out the same after writing and reading it.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/replay/messages/round_trip.h"

namespace vrfd::bgp {
namespace {

SessionContext session(std::uint8_t choice) {
  SessionContext context;
  context.four_octet_as = (choice & 1) != 0;
  context.internal = (choice & 2) != 0;
  context.extended_message = (choice & 4) != 0;
  context.enhanced_refresh = (choice & 8) != 0;
  for (const FamilyRow& row : families) {
    if ((choice & 0x10) == 0 || row.family != Family::ipv6) context.families.add(row.family);
    if ((choice & 0x20) != 0) context.add_path_receive.add(row.family);
  }
  context.local_as = Asn{65000};
  context.peer_as = Asn{context.internal ? 65000u : 65001u};
  return context;
}

void check(ByteView octets, const SessionContext& context) {
  const auto framed = next_frame(octets, message_limit_of(context));
  const auto* frame = std::get_if<Frame>(&framed);
  if (frame == nullptr) return;
  const Decoded decoded = decode(*frame, context);
  const auto* message = std::get_if<Message>(&decoded);
  if (message == nullptr) return;
  if (const auto difference = round_trip_difference(*message, context)) {
    std::fprintf(stderr, "%s\n", difference->c_str());
    std::abort();
  }
}

}  // namespace
}  // namespace vrfd::bgp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size != 0) vrfd::bgp::check({data + 1, size - 1}, vrfd::bgp::session(data[0]));
  return 0;
}
