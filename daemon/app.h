// The daemon: loop, signals, control socket, router.
#pragma once

#include <memory>
#include <string>

#include "daemon/base/log.h"

namespace vrfd {

struct AppOptions {
  std::string config = "/etc/vrfd/vrfd.json";
  std::string socket = "/run/vrfd/vrfd.sock";
  std::string state_dir = "/var/lib/vrfd";
  LogLevel log_level = LogLevel::notice;
};

class App {
 public:
  explicit App(AppOptions options);
  ~App();
  // Until SIGTERM or SIGINT; the exit status.
  int run();

 private:
  class Running;
  AppOptions options_;
};

// `--check`: prints what is wrong, or nothing; the exit status.
int check_config(const std::string& file);

}  // namespace vrfd
