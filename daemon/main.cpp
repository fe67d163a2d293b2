#include <CLI/CLI.hpp>
#include <iostream>

#include "daemon/app.h"
#include "daemon/kernel_flush.h"

int main(int argc, char** argv) {
  vrfd::AppOptions options;
  std::string level = "notice";
  bool check = false;
  bool flush = false;
  CLI::App line("vrfd, a Linux VRF router");
  line.add_option("--config", options.config, "the configuration")->capture_default_str();
  line.add_option("--socket", options.socket, "the control socket")->envname("VRFD_SOCKET")->capture_default_str();
  line.add_option("--state-dir", options.state_dir, "table ids, labels, history")->capture_default_str();
  line.add_option("--log-level", level, "error, warning, notice, info or debug")->capture_default_str();
  line.add_flag("--check", check, "check the configuration and exit");
  line.add_flag("--flush", flush, "remove all that vrfd left in the kernel and exit")->excludes("--check");
  line.set_version_flag("--version", std::string("vrfd ") + VRFD_VERSION);
  CLI11_PARSE(line, argc, argv);
  const auto log_level = vrfd::log_level_from(level);
  if (!log_level) {
    std::cerr << "--log-level: " << level << " is none of error, warning, notice, info, debug\n";
    return 2;
  }
  options.log_level = *log_level;
  if (flush) return vrfd::flush_kernel(options);
  return check ? vrfd::check_config(options.config) : vrfd::App(options).run();
}
