#include "daemon/router/session_rules.h"

#include <doctest/doctest.h>

using namespace vrfd;

namespace {

config::Peer peer(std::initializer_list<Family> families) {
  config::Peer peer;
  peer.as = Asn{65101};
  for (const Family family : families) peer.families[family] = {};
  return peer;
}

}  // namespace

TEST_CASE("without the capability multiprotocol no family is named, and IPv4 goes without saying (RFC 4760, 8)") {
  const config::Config config;
  const PolicyTable policies;
  const PeerSurroundings around{config, {Asn{65000}, *IpAddress::from("10.255.0.1")}, policies};
  config::Peer wanted = peer({Family::ipv4});
  CHECK(session_settings(wanted, around).capabilities.families.has(Family::ipv4));
  wanted.capabilities.multiprotocol = false;
  CHECK(session_settings(wanted, around).capabilities.families == FamilySet{});
}

TEST_CASE("in a session the configuration acts but for what OPEN has said") {
  config::Peer configured = peer({Family::ipv4});
  const config::Peer in_force = peer({Family::ipv4, Family::ipv6});
  configured.as = Asn{65102};
  configured.internal = true;
  configured.allow_as_in = 2;
  const config::Peer acting = as_in_session(configured, in_force);
  CHECK(acting.as == Asn{65101});
  CHECK_FALSE(acting.internal);
  CHECK(acting.allow_as_in == 2);
  CHECK(acting.families.contains(Family::ipv6));
}
