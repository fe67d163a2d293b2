// What the client reads: words from an operator, and answers from a daemon that may be of another version or broken.
// The first octet chooses.

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command_parser.h"
#include "cli/help.h"
#include "cli/option_set.h"
#include "cli/printer.h"
#include "cli/request_params.h"
#include "daemon/protocol/command_table.h"

namespace {

using namespace vrfd;
using namespace vrfd::cli;

void demand(bool holds) {
  if (!holds) std::abort();
}

void read_words(const std::string& text) {
  std::istringstream in(text);
  const std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
  const Arguments arguments = split_arguments(words);
  static_cast<void>(completions(words));
  const auto parsed = parse_command(arguments.words);
  const auto* command = std::get_if<Command>(&parsed);
  if (!command) return demand(!std::get<WordFault>(parsed).message.empty());
  const bool directed = command->has("import") || command->has("export");
  demand((command->row->method == "refresh_bgp") == directed);
  const FileReader reader = [](const std::string& path) {
    return Result<std::string>(boost::system::in_place_value, path);
  };
  demand(nlohmann::json::accept(*params_of(*command, arguments.options, reader)));
}

void show_answer(std::uint8_t choice, const std::string& text) {
  std::ostringstream out, err;
  std::istringstream in;
  Streams streams{.out = out, .err = err, .in = in, .asks = false, .shows_progress = true};
  const auto commands = protocol::commands();
  TextPrinter printer(streams, &commands[choice % commands.size()]);
  printer.row(text);
  const Json answer = Json::parse(text, nullptr, false);
  if (answer.is_discarded()) return;
  printer.progress(answer);
  printer.result(answer);
  demand(out.str().find('\x1B') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(octets) + 1, size - 1);
  if (octets[0] < 128)
    read_words(text);
  else
    show_answer(octets[0], text);
  return 0;
}
