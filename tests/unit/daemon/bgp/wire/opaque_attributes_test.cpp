#include "daemon/bgp/wire/opaque_attributes.h"

#include <doctest.h>

#include "tests/unit/daemon/bgp/wire/octets.h"

namespace vrfd::bgp {
namespace {

using Check = Finding (*)(ByteView, const SessionContext&, AttributeDraft&);

Finding run(Check check, const std::string& text) {
  PathAttributes attributes;
  AttributeDraft draft{attributes, {}, {}, {}};
  return check(test::octets(text), test::external_session(), draft);
}

std::string fault(Check check, const std::string& text) {
  const Finding finding = run(check, text);
  return finding.text == nullptr ? "" : finding.text;
}

const std::string overrun = "a type-length-value runs past the end";

TEST_CASE("PMSI tunnel: known types, an address for ingress replication") {
  CHECK(fault(check_pmsi_tunnel, "00 00 000000") == "");
  CHECK(fault(check_pmsi_tunnel, "00 06 000000 0a000002") == "");
  CHECK(fault(check_pmsi_tunnel, "00 06 000000 0a00000200") == "tunnel identifier of a wrong length");
  CHECK(fault(check_pmsi_tunnel, "00 08 000000") == "unknown tunnel type");
}

TEST_CASE("tunnel encapsulation: two levels of type-length-values") {
  CHECK(fault(check_tunnel_encapsulation, "0008 0008 01 02 abcd 80 0001 ff") == "");
  CHECK(fault(check_tunnel_encapsulation, "0007 0004 01") == overrun);
  CHECK(fault(check_tunnel_encapsulation, "0007 0004 01 ff 2014") == overrun);
  CHECK(fault(check_tunnel_encapsulation, "0007 0003 80 0005") == overrun);
}

TEST_CASE("AIGP: the length counts its own header") {
  CHECK(fault(check_aigp, "01 000b 000000000000000a") == "");
  CHECK(fault(check_aigp, "01 000a 0000000000000a") == "metric of a wrong length");
  CHECK(fault(check_aigp, "01 0002") == overrun);
  CHECK(fault(check_aigp, "09 000b 0000") == overrun);
  CHECK(fault(check_aigp, "") == "empty");
}

TEST_CASE("link state: framing only") {
  CHECK(fault(check_link_state, "0400 0001 ff 0401 0000") == "");
  CHECK(fault(check_link_state, "0400 00ff 00") == overrun);
}

// An SRv6 L3 service with one SID whose structure is the last six octets.
std::string srv6(const std::string& structure) {
  return "05 0022 00 01 001e 00 20010db8000000000000000000000001 00 0040 00 01 0006 " + structure;
}

TEST_CASE("prefix SID: broken SRv6 services are graver than the rest (RFC 8669; RFC 9252)") {
  CHECK(fault(check_prefix_sid, "01 0007 00000000000035") == "");
  CHECK(fault(check_prefix_sid, "01 0006 000000000035") == "label index of a wrong length");
  CHECK(fault(check_prefix_sid, "03 0008 0000 003e80001f40") == "");
  CHECK(fault(check_prefix_sid, "03 0007 0000 003e80001f") == "SRGB of a wrong length");
  CHECK(fault(check_prefix_sid, "01 00ff 00") == overrun);
  CHECK(fault(check_prefix_sid, srv6("20 20 10 00 10 30")) == "");
  CHECK(fault(check_prefix_sid, srv6("20 20 10 00 15 00")) == "SID structure with a bad transposition");
  CHECK(fault(check_prefix_sid, srv6("20 20 10 00 00 7f")) == "");
  CHECK(fault(check_prefix_sid, srv6("20 20 10 00 00 80")) == "SID structure with a bad transposition");
  CHECK(fault(check_prefix_sid, srv6("40 40 10 00 00 00")) == "SID structure longer than a SID");
  CHECK(run(check_prefix_sid, srv6("20 20 10 00 15 00")).verdict == Verdict::treat_as_withdraw);
  CHECK(run(check_prefix_sid, "01 00ff 00").verdict == Verdict::ok);
  CHECK(fault(check_prefix_sid, "05 0005 00 01 0001 00") == "SID information too short");
}

}  // namespace
}  // namespace vrfd::bgp
