#include "daemon/protocol/command_table.h"

#include <algorithm>
#include <array>

namespace vrfd::protocol {
namespace {

using enum AnswerForm;

constexpr std::string_view refresh_options = "--dry-run --no-wait --local";
constexpr std::string_view reset_options = "--dry-run --no-wait --graceful --reason";

constexpr auto part_rows = std::to_array<PatternPart>({
    {"instance-family", "vpn-instance NAME (ipv4-family | ipv6-family)"},
    {"family", "(vpnv4 | vpnv6 | ipv4 | ipv6 | ipv4_labelled | ipv6_labelled | rtc)"},
    {"selector", "(all | PEER | AS-NUMBER | group GROUP | internal | external)"},
    {"direction", "(import | export)"},
    {"filters", "{[PREFIX [longer]] [rd RD] [rt RT] [peer PEER] [received | rejected | advertised] [count]}"},
});

constexpr auto command_rows = std::to_array<CommandRow>({
    {"refresh bgp <instance-family> <selector> <direction>", "refresh_bgp", Role::change, job, refresh_options,
     "judge the routes of a VPN instance's peers again; no session is dropped"},
    {"refresh bgp <family> <selector> <direction>", "refresh_bgp", Role::change, job, refresh_options,
     "judge the routes of a family's peers again; no session is dropped"},
    {"reset bgp <instance-family> <selector>", "reset_bgp", Role::change, job, reset_options,
     "drop the sessions of a VPN instance's peers; they come back at once"},
    {"reset bgp <family> <selector>", "reset_bgp", Role::change, job, reset_options,
     "drop the sessions of a family's peers, with every family they carry"},
    {"reset bgp (vpnv4 | vpnv6) [PEER] slow-peer", "reset_bgp", Role::change, job, reset_options,
     "drop the sessions of slow peers, of one or of all; others are left alone"},
    {"show bgp peer [PEER] [vpn-instance NAME]", "show_bgp_peer", Role::look, single, "",
     "BGP sessions, their families, counts and last reset"},
    {"show bgp <family> routes <filters>", "show_bgp_routes", Role::look, stream, "", "BGP routes of a family"},
    {"show bgp <instance-family> routes <filters>", "show_bgp_routes", Role::look, stream, "",
     "BGP routes of a VPN instance"},
    {"show vpn-instance [NAME]", "show_vpn_instance", Role::look, single, "",
     "VPN instances: targets, table, device, label"},
    {"show fib {[vpn-instance NAME] [drift]}", "show_fib", Role::look, stream, "",
     "routes wished for in the kernel's tables, and what became of them"},
    {"show pending", "show_pending", Role::look, single, "",
     "changes that wait for a refresh or a reset, each with its command"},
    {"show slow-peers", "show_slow_peers", Role::look, single, "", "peers that fell behind"},
    {"show jobs [ID]", "show_jobs", Role::look, single, "", "refreshes and resets, running and recent"},
    {"show labels", "show_labels", Role::look, stream, "", "MPLS labels given out"},
    {"show next-hops", "show_next_hops", Role::look, single, "", "BGP next hops and how they resolve"},
    {"show policy [NAME]", "show_policy", Role::look, single, "", "policies, their terms and who uses them"},
    {"show status", "show_status", Role::look, single, "", "the daemon: version, totals, kernel, problems"},
    {"explain vpn-instance NAME PREFIX", "explain", Role::look, single, "",
     "why a prefix is, or is not, forwarded: from UPDATE to kernel"},
    {"fib audit", "fib_audit", Role::look, single, "", "compare the kernel's tables with what is wished"},
    {"fib audit repair", "fib_repair", Role::change, single, "", "compare the kernel's tables, and put them right"},
    {"doctor", "doctor", Role::look, single, "", "check kernel, sysctls and system for what hinders"},
    {"config show", "config_show", Role::change, single, "", "the configuration in force; it may hold passwords"},
    {"config check FILE", "config_check", Role::look, single, "", "check a file; every error at once"},
    {"config diff FILE", "config_diff", Role::look, single, "", "what applying a file would change"},
    {"config apply FILE", "config_apply", Role::change, single, "--confirm", "set a configuration"},
    {"config confirm", "config_confirm", Role::change, single, "", "keep what `apply --confirm` set"},
    {"config rollback [N]", "config_rollback", Role::change, single, "",
     "set an earlier revision again: N of config history, else the one before the present one"},
    {"config history", "config_history", Role::look, single, "", "revisions of the configuration"},
    {"monitor {[peers] [routes] [fib] [jobs]}", "monitor", Role::look, stream, "--since",
     "events as they happen, until interrupted"},
});

constexpr auto keyword_rows = std::to_array<KeywordRow>({
    {"refresh", "judge routes again; never drops a session"},
    {"reset", "drop sessions; always interrupts"},
    {"show", "look at state"},
    {"explain", "why a prefix is, or is not, forwarded"},
    {"fib", "the kernel's forwarding tables"},
    {"doctor", "check kernel, sysctls and system"},
    {"config", "the configuration"},
    {"monitor", "events as they happen"},
    {"bgp", "BGP sessions and routes"},
    {"vpn-instance", "a VPN instance, by name"},
    {"ipv4-family", "IPv4 in that VPN instance"},
    {"ipv6-family", "IPv6 in that VPN instance"},
    {"vpnv4", "VPN-IPv4 routes"},
    {"vpnv6", "VPN-IPv6 routes"},
    {"ipv4", "public IPv4 routes"},
    {"ipv6", "public IPv6 routes"},
    {"ipv4_labelled", "public IPv4 routes with labels (RFC 8277)"},
    {"ipv6_labelled", "public IPv6 routes with labels"},
    {"rtc", "route targets that routers want (RFC 4684)"},
    {"all", "every peer"},
    {"group", "the peers of a group"},
    {"internal", "iBGP peers"},
    {"external", "eBGP peers"},
    {"import", "what peers announced to us"},
    {"export", "what we announce to peers"},
    {"slow-peer", "only peers that are slow"},
    {"peer", "BGP peers, or one of them"},
    {"routes", "BGP routes"},
    {"longer", "more specific prefixes too"},
    {"rd", "of a route distinguisher"},
    {"rt", "with a route target"},
    {"received", "as announced, before policy"},
    {"rejected", "not accepted, with the reason"},
    {"advertised", "as sent to peers"},
    {"count", "only how many"},
    {"drift", "only what differs from the kernel"},
    {"pending", "changes that wait"},
    {"slow-peers", "peers that fell behind"},
    {"jobs", "refreshes and resets"},
    {"labels", "MPLS labels"},
    {"next-hops", "BGP next hops"},
    {"policy", "policies"},
    {"status", "the daemon"},
    {"audit", "compare with what is wished"},
    {"repair", "and put it right"},
    {"check", "check a file"},
    {"diff", "what a file would change"},
    {"apply", "set a configuration"},
    {"confirm", "keep what was applied"},
    {"rollback", "go back"},
    {"history", "revisions"},
    {"peers", "sessions going up and down"},
});

constexpr auto argument_rows = std::to_array<ArgumentRow>({
    {"NAME", "a name, as configured"},
    {"PEER", "address of a peer"},
    {"AS-NUMBER", "peers of an AS: 65000 or 1.10"},
    {"GROUP", "name of a group"},
    {"PREFIX", "an address or a prefix: 10.0.0.0/8"},
    {"RD", "a route distinguisher: 65000:1"},
    {"RT", "a route target: 65000:1"},
    {"ID", "number of a job"},
    {"FILE", "a file, or - for standard input"},
    {"N", "number of a revision, as config history shows it"},
});

constexpr auto option_rows = std::to_array<OptionRow>({
    {"--socket", "PATH", true, "control socket of the daemon"},
    {"--json", "", true, "answers and errors as JSON on standard output"},
    {"--timeout", "SECONDS", true, "bound of every wait; a job goes on after it"},
    {"--yes", "", true, "do not ask before a reset"},
    {"--dry-run", "", false, "show what would happen, and change nothing"},
    {"--no-wait", "", false, "return the job's number at once"},
    {"--local", "", false, "do not ask peers to send again, use the stored routes"},
    {"--graceful", "", false, "keep forwarding meanwhile (RFC 4724, RFC 8538)"},
    {"--reason", "TEXT", false, "sent to the peers (RFC 9003)"},
    {"--confirm", "MINUTES", false, "go back unless `config confirm` follows in time"},
    {"--since", "CURSOR", false, "start after that event"},
    {"--help", "", true, "usage of the commands that the words begin"},
    {"--version", "", true, "version of the client"},
});

template <class Rows>
std::string_view help_in(const Rows& rows, std::string_view word) {
  const auto found = std::ranges::find_if(rows, [word](const auto& row) { return row.word == word; });
  return found == rows.end() ? std::string_view{} : found->help;
}

}  // namespace

std::span<const CommandRow> commands() { return command_rows; }
std::span<const PatternPart> pattern_parts() { return part_rows; }
std::span<const KeywordRow> keywords() { return keyword_rows; }
std::span<const ArgumentRow> arguments() { return argument_rows; }
std::span<const OptionRow> options() { return option_rows; }

const CommandRow* command_of(std::string_view method) {
  const auto found = std::ranges::find(command_rows, method, &CommandRow::method);
  return found == command_rows.end() ? nullptr : &*found;
}

std::string_view help_of_keyword(std::string_view word) { return help_in(keyword_rows, word); }
std::string_view help_of_argument(std::string_view word) { return help_in(argument_rows, word); }

}  // namespace vrfd::protocol
