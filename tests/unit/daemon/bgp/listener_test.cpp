// Whom a listener lets in, over loopback TCP.
#include "daemon/bgp/listener.h"

#include <doctest.h>

#include "daemon/bgp/transport_options.h"

namespace vrfd::bgp {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;

const IpAddress loopback = IpAddress::v4(0x7F000001);

struct Door {
  asio::io_context io;
  Log log{LogLevel::error, Log::Form::plain, [](std::string_view) {}};
  Listener listener{io, log};
  std::vector<std::string> taken;  // who took a connection

  Door() { REQUIRE(listener.open({0, IfIndex{}}).has_value()); }
  void add_range(const char* range, std::string password = {}) {
    REQUIRE(listener
                .add_range(*Prefix::from(range), std::move(password),
                           [this, range](tcp::socket, const IpAddress& from) {
                             taken.push_back(std::string(range) + " " + to_string(from));
                           })
                .has_value());
  }
  // Connects, with an MD5 key or none; true if the listener took or refused it within a while.
  bool knock(const std::string& password = {}) {
    tcp::socket socket(io);
    socket.open(tcp::v4());
    if (!password.empty()) REQUIRE(set_md5_key(socket.native_handle(), loopback, IfIndex{}, password).has_value());
    const auto before = taken.size() + listener.refused();
    socket.async_connect({asio::ip::address_v4(loopback.v4_value()), listener.port()},
                         [](const boost::system::error_code&) {});
    for (int i = 0; i != 30 && taken.size() + listener.refused() == before; ++i) io.run_one_for(10ms);
    return taken.size() + listener.refused() != before;
  }
};

}  // namespace

TEST_CASE("a connection from a range goes to the longest one, and to a peer by address before any") {
  Door door;
  CHECK(door.knock());
  CHECK(door.listener.refused() == 1);
  door.add_range("127.0.0.0/8");
  door.add_range("127.0.0.0/24");
  door.add_range("127.0.0.0/16");
  door.add_range("10.0.0.0/8");
  CHECK(door.knock());
  CHECK(door.taken == std::vector<std::string>{"127.0.0.0/24 127.0.0.1"});
  REQUIRE(door.listener.add(loopback, IfIndex{}, "", [&](tcp::socket) { door.taken.push_back("peer"); }).has_value());
  CHECK(door.knock());
  CHECK(door.taken.back() == "peer");
  door.listener.remove(loopback, IfIndex{});
  door.listener.remove_range(*Prefix::from("127.0.0.0/24"));
  CHECK(door.knock());
  CHECK(door.taken.back() == "127.0.0.0/16 127.0.0.1");
}

TEST_CASE("the key of a range is asked of everyone in it, also after the listener was opened anew") {
  Door door;
  if (!set_md5_key(tcp::socket(door.io, tcp::v4()).native_handle(), loopback, IfIndex{}, "x")) {
    MESSAGE("SKIPPED: this kernel has no TCP MD5");
    return;
  }
  door.add_range("127.0.0.0/8", "secret");
  CHECK_FALSE(door.knock());
  CHECK_FALSE(door.knock("wrong"));
  CHECK(door.knock("secret"));
  CHECK(door.taken.size() == 1);
  REQUIRE(door.listener.open({0, IfIndex{}}).has_value());
  CHECK_FALSE(door.knock());
  CHECK(door.knock("secret"));
  door.listener.remove_range(*Prefix::from("127.0.0.0/8"));
  CHECK(door.knock());
  CHECK(door.listener.refused() == 1);
}

}  // namespace vrfd::bgp
