// The server on a real socket; the client is the same thread, so that nothing is left to timing.
#include "daemon/control/server.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "daemon/control/connection.h"
#include "daemon/control/socket_file.h"
#include "daemon/protocol/job_answer.h"
#include "daemon/protocol/show_requests.h"

using namespace vrfd;
using namespace vrfd::control;
using namespace vrfd::protocol;
using nlohmann::json;

namespace {

struct Folder {
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vrfd-control-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string socket() const { return path + "/vrfd.sock"; }
  std::string path;
};

class TestClient {
 public:
  TestClient(boost::asio::io_context& io, const std::string& path) : io_(io) {
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    turn();
  }
  ~TestClient() { close(); }
  TestClient(const TestClient&) = delete;

  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  void turn() {
    io_.restart();
    io_.poll();
  }

  // Sends what the server takes; returns how much that was.
  std::size_t send(std::string_view octets) {
    std::size_t sent = 0;
    for (int stuck = 0; sent < octets.size() && stuck < 3;) {
      const ssize_t n = ::send(socket_, octets.data() + sent, octets.size() - sent, MSG_NOSIGNAL);
      if (n > 0) sent += static_cast<std::size_t>(n);
      stuck = n > 0 ? 0 : stuck + 1;
      turn();
    }
    return sent;
  }
  void call(int id, const std::string& method, const std::string& params = "{}") {
    send(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + method + R"(","params":)" + params +
         "}\n");
  }

  // The next line, or null once nothing more comes.
  json line() {
    for (int idle = 0; idle < 3;) {
      if (const auto end = buffer_.find('\n'); end != std::string::npos) {
        const json message = json::parse(buffer_.substr(0, end));
        buffer_.erase(0, end + 1);
        return message;
      }
      turn();
      char piece[4096];
      const ssize_t n = ::recv(socket_, piece, sizeof piece, 0);
      ended_ = n == 0;
      if (n > 0) buffer_.append(piece, static_cast<std::size_t>(n));
      idle = n > 0 ? 0 : idle + 1;
    }
    return nullptr;
  }
  bool ended() {
    while (!line().is_null()) continue;
    return ended_;
  }

 private:
  boost::asio::io_context& io_;
  int socket_ = -1;
  std::string buffer_;
  bool ended_ = false;
};

struct Bench {
  Folder folder;
  boost::asio::io_context io;
  Methods methods;
  std::vector<std::shared_ptr<Responder>> kept;
  std::optional<Server> server;

  explicit Bench(AccessRule rule = AccessRule::of_system()) {
    methods.add<ShowStatusRequest>(
        [](const ShowStatusRequest&, Responder responder) { responder.result(JobsAnswer{}); });
    methods.add<DoctorRequest>([this](const DoctorRequest&, Responder responder) {
      kept.push_back(std::make_shared<Responder>(std::move(responder)));
    });
    auto opened = Server::open(io, folder.socket(), methods, rule);
    REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
    server.emplace(std::move(*opened));
  }
};

std::string code_of(const json& message) {
  return message.is_object() && message.contains("error") ? message["error"]["data"]["code"].get<std::string>() : "";
}

// Produces rows as long as the client takes them.
struct Producer : std::enable_shared_from_this<Producer> {
  Responder responder;
  std::uint64_t left;
  std::uint64_t made = 0;
  std::size_t bursts = 0;
  Producer(Responder to, std::uint64_t count) : responder(std::move(to)), left(count) {}
  void run() {
    ++bursts;
    if (responder.closed()) return;
    for (; left > 0 && responder.ready(); --left, ++made) responder.row(JobProgress{.job = left, .stage = "stage"});
    if (left == 0) return responder.end();
    responder.on_ready([self = shared_from_this()] { self->run(); });
  }
};

}  // namespace

TEST_CASE("server: requests and answers on one connection") {
  Bench bench;
  TestClient client(bench.io, bench.folder.socket());
  client.call(1, "show_status");
  client.call(2, "show_status");
  CHECK(client.line()["id"] == 1);
  CHECK(client.line()["result"]["schema"] == "vrfd.show_jobs/1");
  CHECK(client.line().is_null());
  CHECK(bench.server->connections() == 1);
  client.close();
  bench.io.restart();
  bench.io.poll();
  CHECK(bench.server->connections() == 0);
}

TEST_CASE("server: the socket file is 0660, replaces a dead one and goes with the server") {
  Folder folder;
  boost::asio::io_context io;
  Methods methods;
  struct stat there{};
  {
    const int dead = *listen_at(folder.socket());
    ::close(dead);
    const auto server = Server::open(io, folder.socket(), methods);
    REQUIRE(server.has_value());
    REQUIRE(::stat(folder.socket().c_str(), &there) == 0);
    CHECK((there.st_mode & 0777) == 0660);
    const auto second = Server::open(io, folder.socket(), methods);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().message.find("another daemon") != std::string::npos);
  }
  CHECK(::stat(folder.socket().c_str(), &there) != 0);
  std::ofstream(folder.socket()) << "precious";
  CHECK_FALSE(Server::open(io, folder.socket(), methods).has_value());
  CHECK(::stat(folder.socket().c_str(), &there) == 0);
  CHECK_FALSE(Server::open(io, folder.path + "/" + std::string(200, 'x'), methods).has_value());
  CHECK_FALSE(Server::open(io, folder.path + "/missing/deeper/vrfd.sock", methods).has_value());
}

TEST_CASE("server: the folder of the socket is made, and open to those whom the socket lets in") {
  Folder folder;
  boost::asio::io_context io;
  Methods methods;
  const mode_t before = ::umask(0077);
  const auto server = Server::open(io, folder.path + "/run/vrfd.sock", methods);
  ::umask(before);
  REQUIRE(server.has_value());
  struct stat there{};
  REQUIRE(::stat((folder.path + "/run").c_str(), &there) == 0);
  CHECK((there.st_mode & 0777) == 0755);
}

TEST_CASE("server: whatever a line holds, the connection survives") {
  Bench bench;
  TestClient client(bench.io, bench.folder.socket());
  client.send("rubbish\n\n  \r\n[]\n" + std::string(100000, '[') + "\n" + std::string(1, '\0') + "\n");
  for (const char* code : {"parse_error", "invalid_request", "invalid_request", "parse_error"})
    CHECK(code_of(client.line()) == code);
  CHECK(client.send(std::string((std::size_t{3} << 20) + 7, 'x')) == (std::size_t{3} << 20) + 7);
  client.send("\n");
  CHECK(code_of(client.line()) == "too_large");
  client.call(9, "show_status");
  CHECK(client.line()["id"] == 9);
}

// Only root can be somebody else for a while; the kernel reports who one is when connecting.
struct SomebodyElse {
  SomebodyElse(uid_t uid, gid_t gid) { done = ::setegid(gid) == 0 && ::seteuid(uid) == 0; }
  ~SomebodyElse() { done = ::seteuid(0) == 0 && ::setegid(0) == 0; }
  bool done = false;
};

TEST_CASE("server: an ordinary user who may not give the socket to the group keeps it") {
  if (::geteuid() != 0) {
    MESSAGE("SKIPPED: needs root");
    return;
  }
  Folder folder;
  REQUIRE(::chmod(folder.path.c_str(), 0777) == 0);
  const SomebodyElse nobody(65534, 65534);
  std::ofstream(folder.socket()) << "stands for it";
  CHECK(give_to_group(folder.socket(), 65001));
  CHECK_FALSE(give_to_group(folder.path + "/missing", 65001));
  struct stat there{};
  REQUIRE(::stat(folder.socket().c_str(), &there) == 0);
  CHECK(there.st_gid == 65534);
}

TEST_CASE("server: roles by the credentials of the peer") {
  if (::geteuid() != 0) {
    MESSAGE("SKIPPED: needs root");
    return;
  }
  Bench bench(AccessRule{.daemon_uid = 1, .change_group = 65001, .look_group = 65002});
  REQUIRE(::chmod(bench.folder.path.c_str(), 0755) == 0);
  REQUIRE(::chmod(bench.folder.socket().c_str(), 0666) == 0);
  {
    const SomebodyElse nobody(65534, 65534);
    TestClient client(bench.io, bench.folder.socket());
    CHECK(code_of(client.line()) == "not_permitted");
    CHECK(client.ended());
  }
  {
    const SomebodyElse looker(65534, 65002);
    TestClient client(bench.io, bench.folder.socket());
    client.call(1, "show_status");
    CHECK(client.line()["id"] == 1);
    client.call(2, "refresh_bgp");
    CHECK(code_of(client.line()) == "not_permitted");
  }
  const SomebodyElse operator_of_routers(65534, 65001);
  TestClient client(bench.io, bench.folder.socket());
  client.call(1, "refresh_bgp");
  CHECK(code_of(client.line()) == "not_supported");
}

TEST_CASE("server: the socket lets one more group in and stays 0660") {
  Bench bench(AccessRule{.daemon_uid = 1, .look_group = 65002});
  if (::geteuid() != 0 || !let_group_in(bench.folder.socket(), 65002)) {
    MESSAGE("SKIPPED: needs root and a file system with access control lists");
    return;
  }
  struct stat there{};
  REQUIRE(::stat(bench.folder.socket().c_str(), &there) == 0);
  CHECK((there.st_mode & 0777) == 0660);
  REQUIRE(::chmod(bench.folder.path.c_str(), 0755) == 0);
  const SomebodyElse looker(65534, 65002);
  TestClient client(bench.io, bench.folder.socket());
  client.call(1, "show_status");
  CHECK(client.line()["id"] == 1);
}

TEST_CASE("server: one connection too many is told so") {
  Bench bench;
  std::vector<std::unique_ptr<TestClient>> clients;
  for (std::size_t i = 0; i < connection_limit; ++i)
    clients.push_back(std::make_unique<TestClient>(bench.io, bench.folder.socket()));
  CHECK(bench.server->connections() == connection_limit);
  TestClient extra(bench.io, bench.folder.socket());
  CHECK(code_of(extra.line()) == "busy");
  clients.pop_back();
  TestClient after(bench.io, bench.folder.socket());
  after.call(1, "show_status");
  CHECK(after.line()["id"] == 1);
}

TEST_CASE("server: a stream arrives whole and in order, made in slices") {
  Bench bench;
  std::shared_ptr<Producer> producer;
  bench.methods.add<ShowLabelsRequest>([&](const ShowLabelsRequest&, Responder responder) {
    producer = std::make_shared<Producer>(std::move(responder), 50000);
    producer->run();
  });
  TestClient client(bench.io, bench.folder.socket());
  client.call(1, "show_labels");
  std::uint64_t rows = 0;
  json message = client.line();
  for (; message.contains("params"); message = client.line()) {
    CHECK(message["params"]["row"]["job"] == 50000 - rows);
    ++rows;
  }
  CHECK(rows == 50000);
  CHECK(message["result"]["rows"] == 50000);
  CHECK(producer->bursts > 5);
}

TEST_CASE("server: a client that does not read costs a few buffers and holds up nobody") {
  Bench bench;
  std::shared_ptr<Producer> producer;
  bench.methods.add<ShowLabelsRequest>([&](const ShowLabelsRequest&, Responder responder) {
    producer = std::make_shared<Producer>(std::move(responder), 10'000'000);
    producer->run();
  });
  TestClient deaf(bench.io, bench.folder.socket());
  deaf.call(1, "show_labels");
  for (int i = 0; i < 100; ++i) deaf.turn();
  const auto made = producer->made;
  CHECK(made * 100 < 4 * high_water_mark);
  for (int i = 0; i < 100; ++i) deaf.turn();
  CHECK(producer->made == made);
  TestClient other(bench.io, bench.folder.socket());
  other.call(2, "show_status");
  CHECK(other.line()["id"] == 2);
  // Gone: the producer is let go.
  const std::weak_ptr<Producer> watched = producer;
  producer.reset();
  CHECK_FALSE(watched.expired());
  deaf.close();
  other.turn();
  CHECK(watched.expired());
}

TEST_CASE("server: a flood of requests whose answers nobody reads stops being taken") {
  Bench bench;
  TestClient client(bench.io, bench.folder.socket());
  std::string flood;
  for (int i = 0; i < 100000; ++i)
    flood += R"({"jsonrpc":"2.0","id":1,"method":"show_status"})"
             "\n";
  const std::size_t taken = client.send(flood);
  CHECK(taken < flood.size());
  std::size_t answers = 0;
  while (!client.line().is_null()) ++answers;
  CHECK(answers > 1000);
}

TEST_CASE("server: so many requests may wait, the others wait to be read") {
  Bench bench;
  TestClient client(bench.io, bench.folder.socket());
  for (int i = 0; i < 200; ++i) client.call(i, "doctor");
  client.turn();
  CHECK(bench.kept.size() == outstanding_limit);
  bench.kept.front()->result(JobsAnswer{});
  client.turn();
  CHECK(bench.kept.size() == outstanding_limit + 1);
}

TEST_CASE("server: a client that has only finished sending still gets its answers") {
  Bench bench;
  TestClient client(bench.io, bench.folder.socket());
  client.call(1, "doctor");
  client.send(R"({"jsonrpc":"2.0","id":2,"method":"show_status"})");
  client.finish_sending();
  CHECK(client.line()["id"] == 2);
  CHECK(bench.server->connections() == 1);
  bench.kept.front()->result(JobsAnswer{});
  CHECK(client.line()["id"] == 1);
  CHECK(client.ended());
  CHECK(bench.server->connections() == 0);
}

TEST_CASE("server: one that finished sending and then went away is noticed while its answer is still due") {
  Bench bench;
  TestClient client(bench.io, bench.folder.socket());
  client.call(1, "doctor");
  client.finish_sending();
  client.turn();
  CHECK(bench.server->connections() == 1);
  client.close();
  client.turn();
  CHECK(bench.server->connections() == 0);
  CHECK(bench.kept.front()->closed());
  bench.kept.front()->result(JobsAnswer{});
}

TEST_CASE("server: it may go away before its answers") {
  auto bench = std::make_unique<Bench>();
  TestClient client(bench->io, bench->folder.socket());
  client.call(1, "doctor");
  bench->server.reset();
  CHECK(client.ended());
  CHECK(bench->kept.front()->closed());
}
