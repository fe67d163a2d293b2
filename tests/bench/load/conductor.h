// Carries out the driver's commands: one JSON object a line in, an answer for each out, and events as they happen.
// The field "do" of a command names the member function below; README.md of the folder lists their fields.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/bench/load/churn.h"
#include "tests/bench/load/kernel_watch.h"
#include "tests/bench/load/kernel_writer.h"
#include "tests/bench/load/line_reader.h"
#include "tests/bench/load/speaker.h"

namespace vrfd::bench {

class Conductor {
 public:
  Conductor();
  void run();

 private:
  using Json = nlohmann::json;
  using Command = Json (Conductor::*)(const Json&);

  static const std::map<std::string, Command>& commands();
  void take(const std::string& line);
  void say(const Json& line);
  void report(const Speaker& speaker, const char* what, std::int64_t at);

  Json make_table(const Json& command);
  Json read_table(const Json& command);
  Json drop_table(const Json& command);
  Json add_peer(const Json& command);
  Json announce_always(const Json& command);
  Json announce(const Json& command);
  Json withdraw(const Json& command);
  Json connect(const Json& command);
  Json disconnect(const Json& command);
  Json expect(const Json& command);
  Json forget(const Json& command);
  Json ask_refresh(const Json& command);
  Json state(const Json& command);
  Json usage(const Json& command);

  // conductor_kernel.cpp
  Json watch_kernel(const Json& command);
  Json expect_kernel(const Json& command);
  Json dump_kernel(const Json& command);
  Json program_kernel(const Json& command);
  Json churn(const Json& command);
  void tick_churn(std::int64_t now);

  Json add_table(const std::string& name, Table table);
  const Table& table(const Json& command) const;
  Speaker& speaker(const std::string& name);
  template <class Action>
  void each_peer(const Json& command, const Action& action);
  Digest expected_in_kernel(const Json& command);
  Message announcement_of(const Json& command, std::uint32_t next_hop);

  Poller poller_;
  ReadingDesk desk_;
  LineReader lines_;
  std::map<std::string, Table> tables_;
  std::map<std::string, Message> announcements_;  // by table and next hop
  std::map<std::string, std::unique_ptr<Speaker>> speakers_;
  std::unique_ptr<KernelWatch> watch_;
  std::jthread programming_;
  std::mutex saying_;
  std::unique_ptr<Churn> churn_;
};

}  // namespace vrfd::bench
