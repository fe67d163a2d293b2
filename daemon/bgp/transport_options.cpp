#include "daemon/bgp/transport_options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace vrfd::bgp {
namespace {

constexpr int class_selector_6 = 0xC0;
constexpr int highest_hop_limit = 255;

Error system_error_at(const char* what) {
  return error(std::string(what) + ": " + std::generic_category().message(errno));
}

Result<void> set(int socket, int level, int option, int value, const char* what) {
  if (::setsockopt(socket, level, option, &value, sizeof value) != 0) return system_error_at(what);
  return {};
}

sockaddr_storage socket_address(const IpAddress& address, IfIndex scope) {
  sockaddr_storage storage{};
  if (address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, address.octets().data(), sizeof v4.sin_addr);
    std::memcpy(&storage, &v4, sizeof v4);
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_scope_id = scope.value();
    std::memcpy(&v6.sin6_addr, address.octets().data(), sizeof v6.sin6_addr);
    std::memcpy(&storage, &v6, sizeof v6);
  }
  return storage;
}

Result<tcp_md5sig> signature_with(const std::string& key, const std::string& whose) {
  if (key.size() > TCP_MD5SIG_MAXKEYLEN)
    return error("the TCP MD5 password of " + whose + " exceeds " + std::to_string(TCP_MD5SIG_MAXKEYLEN) + " octets");
  tcp_md5sig signature{};
  signature.tcpm_keylen = static_cast<std::uint16_t>(key.size());
  std::memcpy(signature.tcpm_key, key.data(), key.size());
  return signature;
}

// A key that is to be removed, and is not there, is no error.
Result<void> set_signature(int socket, int option, const tcp_md5sig& signature) {
  if (::setsockopt(socket, IPPROTO_TCP, option, &signature, sizeof signature) == 0) return {};
  if (signature.tcpm_keylen == 0 && errno == ENOENT) return {};
  return system_error_at("setting the TCP MD5 key");
}

struct OptionRow {
  int level;
  int option;
  int value;
  const char* what;
};

}  // namespace

Result<void> bind_to_device(int socket, IfIndex device) {
  if (device.value() == 0) return {};
  return set(socket, SOL_SOCKET, SO_BINDTOIFINDEX, static_cast<int>(device.value()), "binding to the VRF device");
}

Result<void> set_connection_options(int socket, const TransportSettings& settings) {
  const bool v4 = settings.remote.is_v4();
  const int level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
  const OptionRow rows[] = {
      {IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY"},
      {level, v4 ? IP_TOS : IPV6_TCLASS, class_selector_6, "setting the traffic class"},
      {level, v4 ? IP_TTL : IPV6_UNICAST_HOPS, settings.ttl, "setting the hop limit"},
      {level, v4 ? IP_MINTTL : IPV6_MINHOPCOUNT, settings.least_ttl, "setting the least hop limit"},
  };
  for (const OptionRow& row : rows)
    if (auto done = set(socket, row.level, row.option, row.value, row.what); !done) return done;
  if (settings.password.empty()) return {};
  return set_md5_key(socket, settings.remote, settings.scope, settings.password);
}

Result<void> set_listener_options(int socket, AddressFamily family) {
  if (family == AddressFamily::ipv4) return set(socket, IPPROTO_IP, IP_TTL, highest_hop_limit, "setting the hop limit");
  return set(socket, IPPROTO_IPV6, IPV6_UNICAST_HOPS, highest_hop_limit, "setting the hop limit");
}

Result<void> set_md5_key(int socket, const IpAddress& peer, IfIndex scope, const std::string& key) {
  auto signature = signature_with(key, to_string(peer));
  if (!signature) return signature.error();
  signature->tcpm_addr = socket_address(peer, scope);
  return set_signature(socket, TCP_MD5SIG, *signature);
}

Result<void> set_md5_key(int socket, const Prefix& range, const std::string& key) {
  auto signature = signature_with(key, to_string(range));
  if (!signature) return signature.error();
  signature->tcpm_addr = socket_address(range.address(), IfIndex{});
  signature->tcpm_flags = TCP_MD5SIG_FLAG_PREFIX;
  signature->tcpm_prefixlen = static_cast<std::uint8_t>(range.length());
  return set_signature(socket, TCP_MD5SIG_EXT, *signature);
}

}  // namespace vrfd::bgp
