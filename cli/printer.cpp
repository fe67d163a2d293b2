#include "cli/printer.h"

#include <nlohmann/json.hpp>

#include "cli/cells.h"
#include "cli/explain_text.h"
#include "cli/job_text.h"
#include "cli/monitor_text.h"
#include "cli/tables.h"
#include "daemon/protocol/json_writer.h"

namespace vrfd::cli {
namespace {

using protocol::AnswerForm;
using protocol::ExitCode;

ExitCode exit_code_of_result(const protocol::CommandRow* command, const Json& result) {
  if (command && command->form == AnswerForm::job) return exit_code_of_job(result);
  if (command && command->method == "explain") return exit_code_of_explanation(result);
  return ExitCode::done;
}

bool is_live(const protocol::CommandRow* command) { return command && command->method == "monitor"; }

Json without_schema(const Json& result) {
  Json shown = result;
  if (shown.is_object()) shown.erase("schema");
  return shown;
}

}  // namespace

void JsonPrinter::row(std::string_view json) {
  streams_.out << json << '\n';
  if (is_live(command_)) streams_.out.flush();
}

ExitCode JsonPrinter::result(const Json& result) {
  streams_.out << result.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  return exit_code_of_result(command_, result);
}

ExitCode JsonPrinter::error(const protocol::ErrorAnswer& error) {
  streams_.out << R"({"error":)" << protocol::json_text(error) << "}\n";
  return exit_code_of(error.code);
}

void TextPrinter::line(const std::vector<std::string>& cells) {
  const TableRow& table = *table_of(command_->method);
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text += cells[i];
    if (i + 1 == cells.size()) break;
    const std::size_t width = table.columns[i].width;
    text.append(cells[i].size() < width ? width - cells[i].size() : 0, ' ').append("  ");
  }
  streams_.out << text << '\n';
}

void TextPrinter::row(std::string_view json) {
  clear_progress();
  const Json row = Json::parse(json, nullptr, false);
  const TableRow* table = command_ ? table_of(command_->method) : nullptr;
  if (is_live(command_)) {
    streams_.out << monitor_line(row) << '\n' << std::flush;
    return;
  }
  if (!table) {
    streams_.out << cell_of(row) << '\n';
    return;
  }
  if (!heading_written_) line(titles_of(*table));
  heading_written_ = true;
  line(cells_of(*table, row));
}

void TextPrinter::clear_progress() {
  if (progress_shown_) streams_.err << "\r\033[K" << std::flush;
  progress_shown_ = false;
}

void TextPrinter::progress(const Json& progress) {
  if (!streams_.shows_progress) return;
  progress_shown_ = true;
  streams_.err << "\r\033[K" << progress_text(progress) << std::flush;
}

ExitCode TextPrinter::result(const Json& result) {
  clear_progress();
  show(result);
  return exit_code_of_result(command_, result);
}

void TextPrinter::show(const Json& result) {
  if (!command_ || !result.is_object()) return write_tree(streams_.out, without_schema(result));
  if (command_->form == AnswerForm::job) return write_job(streams_.out, result);
  if (command_->method == "explain") return write_explanation(streams_.out, result);
  if (const auto text = result.find("text"); command_->method == "config_show" && text != result.end())
    return write_document(streams_.out, text->get<std::string>());
  if (command_->form == AnswerForm::stream) {
    streams_.out << cell_at(result, "rows") << " rows\n";
    return;
  }
  const TableRow* table = table_of(command_->method);
  const auto rows = table ? result.find(table->noun) : result.end();
  // One of something is shown with everything that is known of it.
  if (rows == result.end() || !rows->is_array() || rows->size() == 1)
    return write_tree(streams_.out, without_schema(result));
  std::vector<std::vector<std::string>> lines{titles_of(*table)};
  for (const Json& row : *rows) lines.push_back(cells_of(*table, row));
  write_table(streams_.out, lines);
}

ExitCode TextPrinter::error(const protocol::ErrorAnswer& error) {
  clear_progress();
  streams_.err << "vrfctl: " << cell_of(error.message);
  if (error.at && error.message.find(*error.at) == std::string::npos) streams_.err << ": " << cell_of(*error.at);
  streams_.err << '\n';
  if (!error.known.empty()) streams_.err << "known: " << cell_of(error.known) << '\n';
  for (const protocol::ConfigFault& fault : error.faults) {
    streams_.err << "  " << (fault.line ? "line " + std::to_string(*fault.line) + ", " : "") << cell_of(fault.pointer)
                 << ": " << cell_of(fault.message);
    if (fault.expected) streams_.err << "; expected " << cell_of(*fault.expected);
    streams_.err << '\n';
  }
  return exit_code_of(error.code);
}

ExitCode DryRun::result(const Json& result) {
  answer_ = result.dump(-1, ' ', false, Json::error_handler_t::replace);
  return ExitCode::done;
}

}  // namespace vrfd::cli
