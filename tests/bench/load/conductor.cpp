#include "tests/bench/load/conductor.h"

#include <sys/resource.h>

#include <iostream>
#include <stdexcept>

#include "tests/bench/load/address.h"
#include "tests/bench/load/clock.h"

namespace vrfd::bench {

namespace {

constexpr int tick_ms = 10;
constexpr int churn_tick_ms = 1;

std::uint32_t community(const std::string& text) {
  const std::size_t colon = text.find(':');
  return static_cast<std::uint32_t>(std::stoul(text.substr(0, colon)) << 16 | std::stoul(text.substr(colon + 1)));
}

Family family(const nlohmann::json& command) {
  return command.value("family", "ipv4") == "vpnv4" ? Family::vpnv4 : Family::ipv4;
}

template <class Read>
std::optional<std::uint32_t> optional(const nlohmann::json& from, const char* key, const Read& read) {
  if (!from.contains(key) || from[key].is_null()) return std::nullopt;
  return read(from[key]);
}

Treatment treatment(const nlohmann::json& from) {
  const auto number = [](const nlohmann::json& value) { return value.get<std::uint32_t>(); };
  return {.prepend = optional(from, "prepend", number),
          .next_hop = optional(from, "next_hop", address),
          .add_community = optional(from, "add_community", community),
          .deny_community = optional(from, "deny_community", community),
          .originator = optional(from, "originator", address),
          .cluster = optional(from, "cluster", address)};
}

// What the receivers of a router that treats the table so must come to hold.
void put_expected(const Table& table, const Treatment& treatment, PrefixIndex& index, RouteState& expected) {
  for (const Table::Group& group : table.groups) {
    const auto set = treated(group.attributes, treatment);
    if (!set) continue;
    const std::uint64_t attributes = fingerprint(*set);
    for (std::size_t i = group.begin; i != group.end; ++i)
      expected.put(index.find_or_add(key_of(table.family, table.routes[i])),
                   value_of(attributes, table.routes[i].label));
  }
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Conductor::Conductor() : lines_(poller_, [this](const std::string& line) { take(line); }) {}

void Conductor::run() {
  std::int64_t last = 0;
  while (!lines_.ended()) {
    poller_.wait(churn_ ? churn_tick_ms : tick_ms);
    const std::int64_t now = now_ns();
    if (churn_) tick_churn(now);
    if (now - last < tick_ms * 1'000'000) continue;
    last = now;
    for (const auto& [name, one] : speakers_) one->tick(now);
  }
}

const std::map<std::string, Conductor::Command>& Conductor::commands() {
  static const std::map<std::string, Command> found{
      {"make_table", &Conductor::make_table},
      {"read_table", &Conductor::read_table},
      {"drop_table", &Conductor::drop_table},
      {"add_peer", &Conductor::add_peer},
      {"announce_always", &Conductor::announce_always},
      {"announce", &Conductor::announce},
      {"withdraw", &Conductor::withdraw},
      {"connect", &Conductor::connect},
      {"disconnect", &Conductor::disconnect},
      {"expect", &Conductor::expect},
      {"forget", &Conductor::forget},
      {"ask_refresh", &Conductor::ask_refresh},
      {"state", &Conductor::state},
      {"usage", &Conductor::usage},
      {"watch_kernel", &Conductor::watch_kernel},
      {"expect_kernel", &Conductor::expect_kernel},
      {"dump_kernel", &Conductor::dump_kernel},
      {"program_kernel", &Conductor::program_kernel},
      {"churn", &Conductor::churn},
  };
  return found;
}

void Conductor::take(const std::string& line) {
  Json answer;
  try {
    const Json command = Json::parse(line);
    const auto found = commands().find(command.at("do").get<std::string>());
    if (found == commands().end()) throw std::invalid_argument("no such command");
    answer = (this->*found->second)(command);
    answer["answer"] = command["do"];
  } catch (const std::exception& problem) {
    answer = {{"answer", line}, {"error", problem.what()}};
  }
  answer["at"] = now_ns();
  say(answer);
}

void Conductor::say(const Json& line) {
  const std::lock_guard lock(saying_);
  std::cout << line.dump() << std::endl;
}

void Conductor::report(const Speaker& speaker, const char* what, std::int64_t at) {
  say({{"event", what}, {"peer", speaker.order().name}, {"at", at}});
}

Conductor::Json Conductor::add_table(const std::string& name, Table made) {
  Table& kept = tables_[name] = std::move(made);
  for (const Route& route : kept.routes) desk_.index().find_or_add(key_of(kept.family, route));
  return {{"routes", kept.routes.size()}, {"groups", kept.groups.size()}};
}

Conductor::Json Conductor::make_table(const Json& command) {
  const TableOrder order{.family = family(command),
                         .routes = command.at("routes"),
                         .routes_per_group = command.value("per_group", 7u),
                         .seed = command.value("seed", 1u),
                         .attribute_seed = command.value("attribute_seed", 1u),
                         .first_as = command.value("first_as", 65001u),
                         .extra_prepends = command.value("extra_prepends", 0u),
                         .marked_in_10 = command.value("marked_in_10", 1u),
                         .mark = command.contains("mark") ? community(command["mark"]) : 0,
                         .rds = command.value("rds", 1u),
                         .rd_as = command.value("rd_as", 65000u)};
  return add_table(command.at("table"), bench::make_table(order));
}

Conductor::Json Conductor::read_table(const Json& command) {
  return add_table(command.at("table"), bench::read_table(command.at("path")));
}

Conductor::Json Conductor::drop_table(const Json& command) {
  const std::string name = command.at("table");
  tables_.erase(name);
  std::erase_if(announcements_, [&](const auto& entry) { return entry.first.starts_with(name + " "); });
  return Json::object();
}

Conductor::Json Conductor::add_peer(const Json& command) {
  SpeakerOrder order{.name = command.at("peer"),
                     .local = command.at("local"),
                     .remote = command.at("remote"),
                     .port = command.value("port", std::uint16_t{179}),
                     .as = command.at("as"),
                     .family = family(command),
                     .refresh = command.value("refresh", true),
                     .enhanced = command.value("enhanced", true),
                     .read_rate = command.value("read_rate", std::size_t{0})};
  const std::string name = order.name;
  speakers_[name] = std::make_unique<Speaker>(
      std::move(order), poller_, desk_,
      [this](const Speaker& one, const char* what, std::int64_t at) { report(one, what, at); });
  constexpr std::size_t alike = 4;  // from so many peers on it pays to read a message once for all
  desk_.remember(speakers_.size() > alike);
  return Json::object();
}

const Table& Conductor::table(const Json& command) const { return tables_.at(command.at("table")); }

Speaker& Conductor::speaker(const std::string& name) { return *speakers_.at(name); }

template <class Action>
void Conductor::each_peer(const Json& command, const Action& action) {
  for (const Json& name : command.at("peers")) action(speaker(name.get<std::string>()));
}

Message Conductor::announcement_of(const Json& command, std::uint32_t next_hop) {
  Message& known = announcements_[command.at("table").get<std::string>() + " " + std::to_string(next_hop)];
  if (!known) known = std::make_shared<Buffer>(announcement(table(command), next_hop));
  return known;
}

Conductor::Json Conductor::announce_always(const Json& command) {
  std::size_t octets = 0;
  each_peer(command, [&](Speaker& one) {
    const Message message = announcement_of(command, address(one.order().local));
    octets += message->size();
    one.announce_always(message);
  });
  return {{"octets", octets}};
}

Conductor::Json Conductor::announce(const Json& command) {
  std::vector<std::pair<Speaker*, Message>> messages;
  each_peer(command, [&](Speaker& one) {
    messages.emplace_back(&one, announcement_of(command, address(command.value("next_hop", one.order().local))));
  });
  const std::int64_t begin = now_ns();
  for (const auto& [one, message] : messages) one->send(message);
  return {{"begin", begin}};
}

Conductor::Json Conductor::withdraw(const Json& command) {
  const Message message = std::make_shared<Buffer>(withdrawal(table(command)));
  const std::int64_t begin = now_ns();
  each_peer(command, [&](Speaker& one) { one.send(message); });
  return {{"begin", begin}};
}

Conductor::Json Conductor::connect(const Json& command) {
  each_peer(command, [](Speaker& one) { one.connect(); });
  return Json::object();
}

Conductor::Json Conductor::disconnect(const Json& command) {
  each_peer(command, [](Speaker& one) { one.disconnect(); });
  return Json::object();
}

Conductor::Json Conductor::expect(const Json& command) {
  RouteState expected;
  for (const Json& part : command.at("tables")) put_expected(table(part), treatment(part), desk_.index(), expected);
  each_peer(command, [&](Speaker& one) {
    one.receiver().expect(expected.digest());
    one.check();
  });
  return {{"routes", expected.digest().count}};
}

Conductor::Json Conductor::forget(const Json& command) {
  each_peer(command, [](Speaker& one) { one.receiver().forget(); });
  return Json::object();
}

Conductor::Json Conductor::ask_refresh(const Json& command) {
  const std::int64_t begin = now_ns();
  each_peer(command, [](Speaker& one) {
    one.receiver().forget();
    one.ask_refresh();
  });
  return {{"begin", begin}};
}

Conductor::Json Conductor::state(const Json& command) {
  Json peers = Json::object();
  each_peer(command, [&](Speaker& one) {
    const Receiver& receiver = one.receiver();
    peers[one.order().name] = {{"routes", receiver.state().digest().count}, {"sum", receiver.state().digest().sum},
                               {"announced", receiver.announced()},         {"withdrawn", receiver.withdrawn()},
                               {"octets_read", one.octets_read()},          {"unsent", one.unsent()}};
  });
  return {{"peers", std::move(peers)}};
}

Conductor::Json Conductor::usage(const Json&) {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return {{"user_s", seconds(used.ru_utime)}, {"system_s", seconds(used.ru_stime)}, {"max_rss_kb", used.ru_maxrss}};
}

}  // namespace vrfd::bench
