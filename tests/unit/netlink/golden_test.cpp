// Notifications as a real kernel wrote them (tests/golden/netlink/messages) decode to the values beside them, and what
// the encoders make of those values decodes to the same again.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "netlink/event_codec.h"
#include "netlink/mpls_codec.h"
#include "netlink/nexthop_codec.h"
#include "netlink/route_codec.h"
#include "tests/unit/netlink/rendering.h"

namespace vrfd::netlink {

namespace {

struct GoldenCase {
  std::string command;
  std::string name;
  std::string octets;
  std::string text;
};

constexpr const char* path = "tests/golden/netlink/messages";  // CTest runs the tests in the project's folder

std::vector<GoldenCase> golden_cases() {
  std::ifstream file(path);
  std::vector<GoldenCase> cases;
  GoldenCase one;
  std::string blank;
  while (std::getline(file, one.command) && std::getline(file, one.name) && std::getline(file, one.octets) &&
         std::getline(file, one.text)) {
    cases.push_back(one);
    if (!one.text.empty()) std::getline(file, blank);
  }
  return cases;
}

KernelEvent decoded(ByteView octets) {
  const auto message = take_message(octets);
  REQUIRE(message);
  const auto event = decode_event(*message);
  if (!event) FAIL(event.error().message);
  REQUIRE(*event);
  return **event;
}

// With VRFD_REWRITE set, the values are written instead of compared; then read the difference.
void rewrite(const std::vector<GoldenCase>& cases) {
  std::ofstream file(path);
  for (const GoldenCase& one : cases)
    file << one.command << '\n'
         << one.name << '\n'
         << one.octets << '\n'
         << text_of(decoded(octets_of_hex(one.octets))) << "\n\n";
}

// What the encoders write for a change, as the kernel would tell it.
struct Reencoder {
  Bytes space = Bytes(65536);

  std::optional<KernelEvent> operator()(const RouteChanged& event) {
    const bool sayable = event.route.type != RouteType::other && !event.route.partial;
    return sayable ? read(encode_route_replace(space, event.route, 1)) : std::nullopt;
  }
  std::optional<KernelEvent> operator()(const LabelChanged& event) {
    return read(encode_label_replace(space, event.route, 1));
  }
  std::optional<KernelEvent> operator()(const NextHopChanged& event) {
    return read(encode_next_hop_replace(space, event.object, 1));
  }
  std::optional<KernelEvent> operator()(const auto&) { return std::nullopt; }

  std::optional<KernelEvent> read(std::size_t size) {
    REQUIRE(size != 0);
    return decoded(ByteView(space).first(size));
  }
};

// A request names a next-hop object and not its hops too; it is always a replacement and knows nothing of link states.
std::string comparable(KernelEvent event) {
  if (auto* changed = std::get_if<RouteChanged>(&event)) {
    changed->replaced = false;
    changed->route.impaired = false;
    if (changed->route.next_hop != NextHopObjectId{}) changed->route.hops.clear();
  }
  return text_of(event);
}

}  // namespace

TEST_CASE("golden notifications decode to their values") {
  const auto cases = golden_cases();
  REQUIRE(cases.size() > 40);
  if (std::getenv("VRFD_REWRITE") != nullptr) rewrite(cases);
  for (const GoldenCase& one : cases) {
    INFO(one.name, ": ", one.command);
    CHECK(text_of(decoded(octets_of_hex(one.octets))) == one.text);
  }
}

TEST_CASE("golden values survive encoding") {
  unsigned encoded = 0;
  for (const GoldenCase& one : golden_cases()) {
    INFO(one.name);
    const KernelEvent event = decoded(octets_of_hex(one.octets));
    Reencoder reencoder;
    const auto again = std::visit(reencoder, event);
    if (!again) continue;
    ++encoded;
    CHECK(comparable(*again) == comparable(event));
  }
  CHECK(encoded >= 20);
}

TEST_CASE("every truncation and every wrong octet of a golden message is survived") {
  for (const GoldenCase& one : golden_cases()) {
    const Bytes octets = octets_of_hex(one.octets);
    for (std::size_t length = 0; length < octets.size(); ++length) {
      Bytes shorter(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(length));
      ByteView view(shorter);
      CHECK_FALSE(take_message(view));
      if (length < 16) continue;
      const Message truncated{.type = octets[4], .body = ByteView(shorter).subspan(16)};
      const auto outcome = decode_event(truncated);
      if (!outcome) CHECK_FALSE(outcome.error().message.empty());
    }
    for (std::size_t position = 16; position < octets.size(); ++position) {
      Bytes altered = octets;
      altered[position] ^= 0xFF;
      const auto outcome = decode_event({.type = octets[4], .body = ByteView(altered).subspan(16)});
      if (!outcome) CHECK_FALSE(outcome.error().message.empty());
    }
  }
}

}  // namespace vrfd::netlink
