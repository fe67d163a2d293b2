// No octets make a decoder of kernel messages crash or read outside of them; what it takes survives its encoder.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "netlink/acknowledgement.h"
#include "netlink/address_codec.h"
#include "netlink/event_codec.h"
#include "netlink/link_codec.h"
#include "netlink/mpls_codec.h"
#include "netlink/neighbour_codec.h"
#include "netlink/nexthop_codec.h"
#include "netlink/request_window.h"
#include "netlink/route_codec.h"
#include "netlink/rule_codec.h"

namespace vrfd::netlink {
namespace {

template <class Object>
void expect_text(const Result<Object>& decoded) {
  if (!decoded && decoded.error().message.empty()) std::abort();
}

bool sayable(const ForwardingHops& hops) {
  return std::all_of(hops.begin(), hops.end(), [](const ForwardingHop& hop) { return hop.device != IfIndex{}; });
}

void check_route(ByteView body) {
  const auto route = decode_route(body);
  expect_text(route);
  if (!route || route->type != RouteType::unicast || route->partial || !sayable(route->hops)) return;
  KernelRoute wanted = *route;
  wanted.impaired = false;
  if (wanted.next_hop != NextHopObjectId{}) wanted.hops.clear();
  static Bytes space(131072);
  const std::size_t size = encode_route_replace(space, wanted, 1);
  if (size != 0 && *decode_route(ByteView(space).first(size).subspan(16)) != wanted) std::abort();
}

void check_label(ByteView body) {
  const auto route = decode_label(body);
  expect_text(route);
  if (!route || route->partial || !sayable(route->hops)) return;
  MplsRoute wanted = *route;
  wanted.impaired = false;
  static Bytes space(131072);
  const std::size_t size = encode_label_replace(space, wanted, 1);
  if (size != 0 && *decode_label(ByteView(space).first(size).subspan(16)) != wanted) std::abort();
}

void check_body(ByteView body) {
  check_route(body);
  check_label(body);
  expect_text(decode_next_hop(body));
  expect_text(decode_link(body));
  expect_text(decode_address(body));
  expect_text(decode_neighbour(body));
  expect_text(decode_rule(body));
}

// A batch in flight gets the octets as answers: each operation ends once, whatever they say.
void check_window(ByteView octets) {
  RequestWindow window({.octets = 1024, .timeout = std::chrono::milliseconds(1), .attempts = 1});
  for (Cookie cookie = 0; cookie < 8; ++cookie) window.append({cookie, DeleteLabel{first_unreserved_label}});
  window.take_batch({});
  window.on_answers(octets);
  window.on_time(RequestWindow::TimePoint::max());
  const Outcomes outcomes = window.take_outcomes();
  if (outcomes.acknowledged.size() + outcomes.refused.size() != 8 || !window.idle()) std::abort();
}

}  // namespace
}  // namespace vrfd::netlink

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  using namespace vrfd::netlink;
  const vrfd::ByteView all(octets, size);
  check_body(all);
  check_window(all);
  vrfd::ByteView rest = all;
  while (const auto message = take_message(rest)) {
    expect_text(decode_event(*message));
    decode_acknowledgement(*message);
    check_body(message->body);
  }
  return 0;
}
