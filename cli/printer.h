// Answers on their way to the user: as JSON for scripts, as tables for people. Which exit code an answer means does not
// depend on how it is shown.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "cli/exchange.h"
#include "daemon/protocol/command_table.h"

namespace vrfd::cli {

struct Streams {
  std::ostream& out;
  std::ostream& err;
  std::istream& in;
  bool asks = false;            // a person can be asked
  bool shows_progress = false;  // `err` is a terminal
};

// One object, or one row a line and last a line with their number; errors too go to standard output.
class JsonPrinter : public AnswerSink {
 public:
  JsonPrinter(Streams& streams, const protocol::CommandRow* command) : streams_(streams), command_(command) {}
  void row(std::string_view json) override;
  void progress(const Json&) override {}
  protocol::ExitCode result(const Json& result) override;
  protocol::ExitCode error(const protocol::ErrorAnswer& error) override;

 private:
  Streams& streams_;
  const protocol::CommandRow* command_;
};

// Tables on standard output, errors on standard error, progress on a terminal.
class TextPrinter : public AnswerSink {
 public:
  TextPrinter(Streams& streams, const protocol::CommandRow* command) : streams_(streams), command_(command) {}
  void row(std::string_view json) override;
  void progress(const Json& progress) override;
  protocol::ExitCode result(const Json& result) override;
  protocol::ExitCode error(const protocol::ErrorAnswer& error) override;

 private:
  void line(const std::vector<std::string>& cells);
  void clear_progress();
  void show(const Json& result);

  Streams& streams_;
  const protocol::CommandRow* command_;
  bool heading_written_ = false;
  bool progress_shown_ = false;
};

// Keeps the answer of a reset's dry run, for the question.
class DryRun : public AnswerSink {
 public:
  explicit DryRun(AnswerSink& errors) : errors_(errors) {}
  void row(std::string_view) override {}
  void progress(const Json&) override {}
  protocol::ExitCode result(const Json& result) override;
  protocol::ExitCode error(const protocol::ErrorAnswer& error) override { return errors_.error(error); }
  const std::string& answer() const { return answer_; }

 private:
  AnswerSink& errors_;
  std::string answer_;
};

}  // namespace vrfd::cli
