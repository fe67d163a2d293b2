#include "cli/man_page.h"

#include <string>
#include <string_view>

#include "cli/pattern.h"
#include "daemon/protocol/answer_values.h"
#include "daemon/protocol/command_table.h"
#include "daemon/protocol/error_code.h"
#include "daemon/protocol/explain_answer.h"
#include "daemon/protocol/job_answer.h"
#include "vrf/types/reason.h"

namespace vrfd::cli {
namespace {

// Text as roff takes it literally.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '`')
      out += "\\(ga";
    else if (c == '\'' && out.empty())
      out += "\\(aq";
    else
      out += c;
  }
  return out;
}

void item(std::ostream& out, std::string_view term, std::string_view text) {
  out << ".TP\n.B " << roff(term) << '\n' << roff(text) << ".\n";
}

constexpr std::string_view opening = R"(.SH NAME
vrfctl \- operate the VRF router vrfd
.SH SYNOPSIS
.B vrfctl
[\fB\-\-socket\fR \fIPATH\fR] [\fB\-\-json\fR] [\fB\-\-timeout\fR \fISECONDS\fR] [\fB\-\-yes\fR] \fIWORDS\fR...
.SH DESCRIPTION
.B vrfctl
sends one command to
.BR vrfd (8)
and shows the answer. Any unambiguous abbreviation of a word will do, options may stand anywhere, and
.B ?
in place of a word lists what may come next.
.PP
The two verbs are never merged:
.B refresh
judges routes again and never drops a session;
.B reset
always drops the sessions it names, with every address family that they carry. A word left out never turns one into the
other. On a terminal
.B reset
first shows what it would interrupt and asks;
.B \-\-yes
or no terminal goes ahead.
.PP
Both wait until the effect is complete: routes judged, the peer's End\-of\-RIB seen, best paths chosen, the kernel's
acknowledgements received.
.B \-\-no\-wait
returns the job's number at once, and
.B show jobs
tells what became of it.
.PP
.B refresh ... import
judges the stored routes of the peers again and, where the peer has the route refresh capability (RFC 2918), also asks it
to send them again;
.B \-\-local
skips the asking.
.B refresh ... export
runs export policy again and sends the difference, withdrawals included.
)";

constexpr std::string_view closing = R"(.SH OUTPUT
With
.B \-\-json
an answer is one object with a
.I schema
and its rows under their noun; routes, forwarding entries, labels and events are one row a line as they are found, and
last a line with the number of rows. Errors are JSON on standard output too:
.PP
.RS 4
{"error": {"code": "unknown_peer", "message": ..., "at": ..., "known": [...], "faults": [...]}}
.RE
.PP
What does not apply is null, an empty list is [], and no key is ever missing.
)";

constexpr std::string_view values = R"(.SH VALUES
Words that keys of answers hold. A capability of the type multiprotocol names its family ("multiprotocol ipv4"), one without
a name is "capability" and its number.
)";

constexpr std::string_view explaining = R"(.SH EXPLAIN
.B explain
goes the way of a route: what peers announced and policy made of it, the decision, targets, the next hop, the kernel, and
whom it is told to. An address means its longest match that is used, a prefix that prefix. The verdict is one of:
)";

constexpr std::string_view monitoring = R"(.SH MONITOR
Every row of
.B monitor
has a
.I cursor
that grows, the time
.IR at ,
its
.I topic
and an
.I event:
sessions (peers: up, down, slow, quick, limit_warning, limit_over), best paths (routes: added, changed, withdrawn), what the
kernel confirmed (fib: added, replaced, deleted, failed, audit) and jobs (started, finished). Without a topic it is all of
them. With
.B \-\-since
the rows after that cursor come first, as far as they are kept (the last 16384; 0 is all of them);
.B show status
has the newest cursor. A row of the topic gap stands for rows that do not come: dropped (read too late;
.I missed
is their number), not_recorded (routes and the kernel's answers are recorded while somebody watches, and ten minutes longer) or restarted
(the cursor is of another run). It ends with
.BR \-\-timeout ,
or when it is interrupted.
)";

constexpr std::string_view ending = R"(.SH ENVIRONMENT
.TP
.B VRFD_SOCKET
Control socket, where
.B \-\-socket
does not name one.
.SH FILES
.TP
.I /run/vrfd/vrfd.sock
Control socket. Root and the group
.B vrfd
may change things, the group
.B vrfd\-read
may look at everything but the text of the configuration, which may hold passwords.
.SH EXAMPLES
.TP
.B vrfctl refresh bgp vpn\-instance red ipv4\-family all import
Have a changed import policy take effect on the routes of all IPv4 peers of VPN instance red.
.TP
.B vrfctl ref b vpnv4 group core export \-\-dry\-run
Show what a changed export policy would announce and withdraw to the peers of group core.
.TP
.B vrfctl \-\-yes reset bgp vpnv4 10.255.0.2 \-\-reason """planned work"""
Drop a session, and tell the peer why.
.SH SEE ALSO
.BR vrfd (8)
)";

void write_commands(std::ostream& out) {
  out << ".SH COMMANDS\n";
  for (const protocol::CommandRow& row : protocol::commands()) {
    std::string text(row.help);
    if (!row.options.empty()) text += "; takes " + std::string(row.options);
    item(out, usage_of(parse_pattern(row.pattern)), text);
  }
}

void write_words(std::ostream& out) {
  out << ".SH ARGUMENTS\n";
  for (const protocol::ArgumentRow& row : protocol::arguments()) item(out, row.word, row.help);
  out << ".SH OPTIONS\n";
  for (const protocol::OptionRow& row : protocol::options())
    item(out, std::string(row.name) + (row.argument.empty() ? "" : " ") + std::string(row.argument), row.help);
}

// Every name of an enumeration that ends with `count_of`.
template <class Enum>
std::string words_of() {
  std::string words;
  for (std::size_t i = 0; i != static_cast<std::size_t>(Enum::count_of); ++i)
    if (const auto name = name_of(static_cast<Enum>(i)); name != "none")
      words += (words.empty() ? "" : " ") + std::string(name);
  return words;
}

void write_value(std::ostream& out, std::string_view answer, std::string_view key, std::string_view words) {
  item(out, std::string(key) + " of " + std::string(answer), words);
}

void write_values(std::ostream& out) {
  out << values;
  std::string job_words;
  for (const protocol::JobStateRow& row : protocol::job_states)
    job_words += (job_words.empty() ? "" : " ") + std::string(row.name);
  write_value(out, "routes", "state", "accepted rejected ineligible");
  write_value(out, "routes", "reason", "where rejected the policy and its term, else why: " + words_of<PathReason>());
  write_value(out, "routes", "reason", "where accepted the step at which it lost: " + words_of<DecisionStep>());
  write_value(out, "refresh and reset", "state", job_words);
  for (const protocol::AnswerValueRow& row : protocol::answer_values) write_value(out, row.answer, row.key, row.words);
}

void write_verdicts(std::ostream& out) {
  out << explaining;
  for (const protocol::ExplainVerdictRow& row : protocol::explain_verdicts) item(out, row.name, row.meaning);
}

void write_codes(std::ostream& out) {
  out << ".SH EXIT STATUS\n";
  for (const protocol::ExitCodeRow& row : protocol::exit_codes)
    item(out, std::to_string(static_cast<int>(row.code)), row.meaning);
  out << ".SH ERROR CODES\n";
  for (const protocol::ErrorCodeRow& row : protocol::error_codes)
    item(out, row.name, std::string(row.meaning) + " (exit status " + std::to_string(static_cast<int>(row.exit)) + ")");
}

}  // namespace

void write_man_page(std::ostream& out) {
  out << ".TH VRFCTL 1 \"\" \"vrfd " VRFD_VERSION "\" \"User Commands\"\n" << opening;
  write_commands(out);
  write_words(out);
  out << closing;
  write_values(out);
  write_verdicts(out);
  out << monitoring;
  write_codes(out);
  out << ending;
}

}  // namespace vrfd::cli
