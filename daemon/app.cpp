#include "daemon/app.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <iostream>

#include "daemon/base/notify.h"
#include "daemon/commands/context.h"
#include "daemon/config/file.h"
#include "daemon/config/parse.h"
#include "daemon/control/server.h"
#include "netlink/kernel.h"

namespace vrfd {

namespace {

namespace asio = boost::asio;

// How long sessions have to send their last words.
constexpr Duration farewell = std::chrono::milliseconds(500);
// While there is work without end, timers are looked after this often.
constexpr Duration longest_unarmed = std::chrono::milliseconds(20);

}  // namespace

class App::Running {
 public:
  Running(const AppOptions& options, const Log& log, std::unique_ptr<netlink::KernelPort> port)
      : options_(options),
        log_(log),
        router_(io_, log, std::move(port), {options.state_dir}),
        config_(router_, options.config, options.state_dir),
        context_{router_, config_, [this](std::function<void()> f) { asio::post(io_, std::move(f)); }},
        timer_(io_),
        watchdog_(io_),
        signals_(io_, SIGTERM, SIGINT, SIGHUP),
        kernel_fd_(io_) {
    commands::register_commands(methods_, context_);
    router_.on_wake([this] { schedule(); });
  }
  ~Running() { kernel_fd_.release(); }

  int run() {
    if (router_.kernel().fd() >= 0) {
      kernel_fd_.assign(router_.kernel().fd());
      await_kernel();
    }
    auto server = control::Server::open(io_, options_.socket, methods_);
    if (!server) return fail("the control socket " + options_.socket + ": " + server.error().message);
    if (const auto loaded = config_.load(); !loaded) return fail(to_string(loaded.error()));
    await_signal();
    feed_watchdog();
    arm();
    log_.write(LogEvent::daemon_started, {{"version", VRFD_VERSION}});
    notify_ready("running");
    io_.run();
    return 0;
  }

 private:
  int fail(const std::string& text) {
    log_.write(LogEvent::config_refused, {{"text", text}});
    return 1;
  }

  // One slice of work, then I/O and timers, then the next.
  void schedule() {
    if (std::exchange(scheduled_, true)) return;
    asio::post(io_, [this] {
      scheduled_ = false;
      const TimePoint now = Clock::now();
      const bool more = router_.step(now);
      if (more) schedule();
      if (!more || now - armed_ >= longest_unarmed) arm();
    });
  }

  void arm() {
    armed_ = Clock::now();
    std::optional<TimePoint> next = router_.next_deadline();
    if (const auto at = config_.rollback_at(); at && (!next || *at < *next)) next = at;
    if (!next) return;
    timer_.expires_at(*next);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      const TimePoint now = Clock::now();
      config_.on_timer(now);
      router_.on_timer(now);
      schedule();
    });
  }

  void await_kernel() {
    kernel_fd_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
      if (error) return;
      router_.kernel().drain(Clock::now());
      schedule();
      await_kernel();
    });
  }

  void await_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (signal != SIGHUP) return stop();
      notify_reloading(Clock::now());
      if (const auto loaded = config_.load(); !loaded)
        log_.write(LogEvent::config_refused, {{"text", to_string(loaded.error())}});
      notify_ready("running");
      await_signal();
    });
  }

  void feed_watchdog() {
    const auto interval = watchdog_interval();
    if (!interval) return;
    notify_watchdog();
    watchdog_.expires_after(*interval);
    watchdog_.async_wait([this](const boost::system::error_code& error) {
      if (!error) feed_watchdog();
    });
  }

  void stop() {
    log_.write(LogEvent::daemon_stopping, {});
    notify_stopping();
    router_.stop();
    timer_.expires_after(farewell);
    timer_.async_wait([this](const boost::system::error_code&) { io_.stop(); });
  }

  asio::io_context io_{1};
  const AppOptions& options_;
  const Log& log_;
  Router router_;
  commands::ConfigStore config_;
  commands::Context context_;
  control::Methods methods_;
  asio::steady_timer timer_;
  asio::steady_timer watchdog_;
  asio::signal_set signals_;
  asio::posix::stream_descriptor kernel_fd_;
  bool scheduled_ = false;
  TimePoint armed_{};  // when the timer was set last
};

App::App(AppOptions options) : options_(std::move(options)) {}
App::~App() = default;

int App::run() {
  const Log log(options_.log_level);
  // Whether the kernel is to be programmed is for the configuration to say; it is read again when it is applied.
  const auto text = config::read_file(options_.config);
  const auto parsed = text ? config::parse(*text) : config::ConfigResult<config::Config>(config::Config{});
  std::unique_ptr<netlink::KernelPort> port;
  if (parsed && parsed->fib) {
    auto opened = netlink::Kernel::open();
    if (!opened) {
      log.write(LogEvent::kernel_refused, {{"text", opened.error().message}});
      return 1;
    }
    port = std::move(*opened);
  }
  return Running(options_, log, std::move(port)).run();
}

int check_config(const std::string& file) {
  const auto text = config::read_file(file);
  if (!text) {
    std::cerr << text.error().message << '\n';
    return 1;
  }
  const auto parsed = config::parse(*text);
  if (!parsed) std::cerr << to_string(parsed.error()) << '\n';
  return parsed ? 0 : 1;
}

}  // namespace vrfd
