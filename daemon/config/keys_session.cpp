// The keys of what a session is made of: capabilities, graceful restart, limits.
#include <array>

#include "daemon/config/form.h"

namespace vrfd::config {

template <>
std::span<const Word<LimitAction>> words_of<LimitAction>() {
  static constexpr std::array<Word<LimitAction>, 3> words{
      {{LimitAction::stop, "stop"}, {LimitAction::restart, "restart"}, {LimitAction::warn, "warn"}}};
  return words;
}

namespace {

struct AddPathForm {
  static void read(Reader& reader, const JsonValue& value, const Limits&, AddPathMode& out) {
    if (value.kind == JsonValue::Kind::boolean) {
      out = value.boolean ? AddPathMode::both : AddPathMode::off;
    } else if (value.kind == JsonValue::Kind::text && value.text == "send") {
      out = AddPathMode::send;
    } else if (value.kind == JsonValue::Kind::text && value.text == "receive") {
      out = AddPathMode::receive;
    } else {
      reader.refuse(value, "true, false, \"send\" or \"receive\"");
    }
  }
  static Json schema(const Limits&) { return {{"enum", {true, false, "send", "receive"}}}; }
};

constexpr std::array capability_keys{
    key<&Capabilities::multiprotocol>("multiprotocol", "RFC 4760").by_default("true"),
    key<&Capabilities::route_refresh>("route_refresh", "RFC 2918").by_default("true"),
    key<&Capabilities::enhanced_route_refresh>("enhanced_route_refresh", "RFC 7313").by_default("true"),
    key<&Capabilities::extended_message>("extended_message", "RFC 8654").by_default("true"),
    key<&Capabilities::four_octet_as>("four_octet_as", "RFC 6793").by_default("true"),
    key<&Capabilities::extended_next_hop>("extended_next_hop", "RFC 8950").by_default("true"),
    key<&Capabilities::add_path, AddPathForm>("add_path", "RFC 7911; true is both directions").by_default("false"),
};

constexpr std::array graceful_restart_keys{
    key<&GracefulRestart::restart_time_s>("restart_time_s",
                                          "Seconds that the peer should keep our routes without a session")
        .between(0, 4095)
        .by_default("120"),
    key<&GracefulRestart::stale_time_s>("stale_time_s", "Seconds that the peer's routes stay without being sent again")
        .between(1, 86400)
        .by_default("300"),
    key<&GracefulRestart::selection_deferral_s>("selection_deferral_s",
                                                "Seconds after a start that best paths wait for the peers")
        .between(0, 3600)
        .by_default("120"),
    key<&GracefulRestart::long_lived_stale_time_s>(
        "long_lived_stale_time_s", "Seconds of long-lived graceful restart (RFC 9494); 0 does not offer it")
        .between(0, 16777215)
        .by_default("0"),
};

constexpr std::array slow_peer_keys{
    key<&SlowPeer::relative_s>("relative_s", "Seconds that 100 packets may take longer than for the other peers")
        .between(1, 3600)
        .by_default("300"),
    key<&SlowPeer::absolute_s>("absolute_s", "Seconds that nothing could be sent").between(1, 3600).by_default("9"),
    key<&SlowPeer::return_after_s>("return_after_s", "Quiet seconds after which the peer is no longer slow")
        .between(1, 86400)
        .by_default("3600"),
};

constexpr std::array maximum_prefixes_keys{
    key<&MaximumPrefixes::limit>("limit", "Most prefixes").between(1, 4294967295).needed(),
    key<&MaximumPrefixes::action>("action", "Over the limit: stop the session for good, restart it later, or only warn")
        .by_default(R"("stop")"),
    key<&MaximumPrefixes::warning_percent>("warning_percent", "Warn from this part of the limit on")
        .between(1, 100)
        .by_default("75"),
    key<&MaximumPrefixes::restart_after_s>("restart_after_s", "Seconds until a restart")
        .between(1, 86400)
        .by_default("60"),
};

constexpr std::array local_as_keys{
    key<&LocalAs::asn>("as", "The AS number").needed(),
    key<&LocalAs::prepend>("prepend", "Put it into the paths received from the peer too").by_default("true"),
    key<&LocalAs::replace>("replace", "Leave the other own AS out of the paths sent to the peer").by_default("false"),
};

}  // namespace

template <>
Keys<Capabilities> keys_of<Capabilities>() {
  return capability_keys;
}
template <>
Keys<GracefulRestart> keys_of<GracefulRestart>() {
  return graceful_restart_keys;
}
template <>
Keys<SlowPeer> keys_of<SlowPeer>() {
  return slow_peer_keys;
}
template <>
Keys<MaximumPrefixes> keys_of<MaximumPrefixes>() {
  return maximum_prefixes_keys;
}
template <>
Keys<LocalAs> keys_of<LocalAs>() {
  return local_as_keys;
}

}  // namespace vrfd::config
