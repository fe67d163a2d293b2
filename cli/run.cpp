#include "cli/run.h"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/help.h"
#include "cli/job_text.h"
#include "cli/man_page.h"
#include "cli/option_set.h"
#include "cli/request_params.h"

namespace vrfd::cli {
namespace {

using protocol::AnswerForm;
using protocol::ErrorAnswer;
using protocol::ErrorCode;
using protocol::ExitCode;

// A daemon that says nothing for so long hangs; the wait for a job's end and for events has no such bound.
constexpr std::chrono::seconds longest_silence{60};
// The daemon's own answer at the end of the time is better than ours.
constexpr std::chrono::milliseconds grace{500};

std::unique_ptr<AnswerSink> sink_for(Streams& streams, const OptionSet& options, const protocol::CommandRow* command) {
  if (options.has("--json")) return std::make_unique<JsonPrinter>(streams, command);
  return std::make_unique<TextPrinter>(streams, command);
}

std::string socket_path(const OptionSet& options) {
  if (const auto given = options.value("--socket")) return *given;
  const char* environment = std::getenv("VRFD_SOCKET");
  return environment && *environment ? environment : std::string(default_socket);
}

ErrorAnswer usage_error(const WordFault& fault) {
  ErrorAnswer answer{.code = ErrorCode::usage, .message = fault.message};
  if (!fault.at.empty()) answer.at = fault.at;
  return answer;
}

// One parsed command on its way to the daemon and back.
class Errand {
 public:
  Errand(Streams& streams, const OptionSet& options, const Command& command)
      : streams_(streams), options_(options), command_(command), sink_(sink_for(streams, options, command.row)) {}

  ExitCode run() {
    const auto params = params_of(command_, options_, &read_whole_file);
    if (!params)
      return sink_->error(
          {.code = ErrorCode::usage, .message = params.error().message, .at = command_.argument("FILE")});
    if (must_ask()) {
      if (const auto end = ask()) return *end;
    }
    return send(*params, *sink_);
  }

 private:
  bool must_ask() const {
    return command_.row->method == "reset_bgp" && streams_.asks && !options_.has("--yes") && !options_.has("--dry-run");
  }

  // Nothing if the user wants it; else how the errand ends.
  std::optional<ExitCode> ask() {
    OptionSet dry = options_;
    dry.set("--dry-run", "");
    DryRun preview(*sink_);
    const ExitCode status = send(*params_of(command_, dry, &read_whole_file), preview);
    if (status != ExitCode::done) return status;
    write_blast_radius(streams_.err, Json::parse(preview.answer(), nullptr, false));
    streams_.err << "Go on? [y/N] " << std::flush;
    std::string reply;
    std::getline(streams_.in, reply);
    if (reply == "y" || reply == "Y" || reply == "yes") return std::nullopt;
    return sink_->error({.code = ErrorCode::refused, .message = "not confirmed; nothing was done"});
  }

  Waits waits() const {
    Waits waits;
    if (const auto seconds = options_.seconds("--timeout"))
      waits.deadline = Clock::now() +
                       std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(*seconds)) +
                       (command_.row->form == AnswerForm::job ? grace : std::chrono::milliseconds{0});
    else if (command_.row->form != AnswerForm::job && command_.row->method != "monitor")
      waits.silence = longest_silence;
    return waits;
  }

  ExitCode send(const std::string& params, AnswerSink& sink) {
    const Waits bounds = waits();
    auto connected = Client::connect(socket_path(options_), bounds.deadline);
    if (const auto* failure = std::get_if<ErrorAnswer>(&connected)) return sink.error(*failure);
    return exchange(std::get<Client>(connected), command_.row->method, params, bounds, sink);
  }

  Streams& streams_;
  const OptionSet& options_;
  const Command& command_;
  std::unique_ptr<AnswerSink> sink_;
};

ExitCode usage_failure(Streams& streams, const Arguments& arguments, const WordFault& fault) {
  const ExitCode code = sink_for(streams, arguments.options, nullptr)->error(usage_error(fault));
  if (arguments.words.empty() && !arguments.options.has("--json")) write_usage(streams.err, arguments.words);
  return code;
}

ExitCode run_words(const Arguments& arguments, Streams& streams) {
  if (arguments.fault) return usage_failure(streams, arguments, *arguments.fault);
  if (!arguments.words.empty() && arguments.words.back().ends_with('?')) {
    const auto fault = write_next_words(streams.out, arguments.words);
    return fault ? usage_failure(streams, arguments, *fault) : ExitCode::done;
  }
  const auto parsed = parse_command(arguments.words);
  if (const auto* fault = std::get_if<WordFault>(&parsed)) return usage_failure(streams, arguments, *fault);
  const auto& command = std::get<Command>(parsed);
  if (const auto fault = arguments.options.unfit_for(*command.row)) return usage_failure(streams, arguments, *fault);
  return Errand(streams, arguments.options, command).run();
}

ExitCode run_any(std::span<const std::string> raw, Streams& streams) {
  if (!raw.empty() && raw.front() == "--complete") {
    for (const std::string& candidate : completions(raw.subspan(1))) streams.out << candidate << '\n';
    return ExitCode::done;
  }
  if (raw.size() == 1 && raw.front() == "--man") {
    write_man_page(streams.out);
    return ExitCode::done;
  }
  const Arguments arguments = split_arguments(raw);
  if (arguments.options.has("--version")) {
    streams.out << "vrfctl " VRFD_VERSION "\n";
    return ExitCode::done;
  }
  if (arguments.options.has("--help")) {
    write_usage(streams.out, arguments.words);
    return ExitCode::done;
  }
  return run_words(arguments, streams);
}

}  // namespace

int run(std::span<const std::string> arguments, Streams streams) {
  const ExitCode code = run_any(arguments, streams);
  streams.out.flush();
  if (!streams.out && code == ExitCode::done) {
    streams.err << "vrfctl: the output could not be written\n";
    return static_cast<int>(ExitCode::failed);
  }
  return static_cast<int>(code);
}

}  // namespace vrfd::cli
