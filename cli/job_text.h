// The answer of refresh and reset for people, and the question before a reset.
#pragma once

#include <ostream>
#include <string>

#include "cli/exchange.h"

namespace vrfd::cli {

void write_job(std::ostream& out, const Json& job);
// What a reset would interrupt, from the answer of its dry run.
void write_blast_radius(std::ostream& out, const Json& job);
// How far a job has come, without a line break.
std::string progress_text(const Json& progress);

protocol::ExitCode exit_code_of_job(const Json& job);

}  // namespace vrfd::cli
