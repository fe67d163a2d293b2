#include "daemon/commands/explanation.h"

namespace vrfd::commands {

namespace {

// Look-ups of the VPN tables, and peers looked at, in one slice.
constexpr std::size_t look_ups_per_slice = 2000;
constexpr std::size_t peers_per_slice = 50;

bool has_paths(const RouteTable& table, DestId dest) { return dest != no_index && table.first(dest) != no_index; }

}  // namespace

void Explanation::start() {
  const auto found = find_instance(context_.router, request_.vpn_instance);
  if (const auto* error = std::get_if<protocol::ErrorAnswer>(&found)) return responder_.error(*error);
  look_up();
  answer_.vpn_instance = request_.vpn_instance;
  answer_.asked = request_.longest_match ? to_string(request_.prefix.address()) : to_string(request_.prefix);
  answer_.family = name_of(unicast_of(request_.prefix.family()));
  prefix_ = match();
  length_ = request_.prefix.length();
  go_on();
}

bool Explanation::look_up() {
  instance_ = context_.router.instance(request_.vpn_instance);
  if (instance_ == nullptr) return false;
  table_ = &context_.router.core().table(instance_->id(), unicast_of(request_.prefix.family()));
  return true;
}

void Explanation::go_on() {
  if (responder_.closed()) return;
  if (!look_up()) return start();  // which says that it is gone
  if (!searched_) {
    searched_ = search_vpn();
    if (searched_) list_peers();
    return again();
  }
  if (!visit_peers()) return again();
  finish();
}

void Explanation::again() {
  context_.later([self = shared_from_this()] { self->go_on(); });
}

std::optional<Prefix> Explanation::match() {
  if (!request_.longest_match) return request_.prefix;
  std::vector<Prefix> unused;
  std::optional<Prefix> used;
  for (unsigned length = request_.prefix.length() + 1; length-- != 0 && !used;) {
    const Prefix prefix = *Prefix::from(request_.prefix.address(), length);
    const DestId dest = table_->find({{}, prefix});
    if (!has_paths(*table_, dest)) continue;
    if (table_->best(dest) != no_index)
      used = prefix;
    else
      unused.push_back(prefix);
  }
  if (!used) return unused.empty() ? std::nullopt : std::optional(unused.front());
  for (const Prefix& prefix : unused) answer_.unused_more_specific.push_back(to_string(prefix));
  return used;
}

void Explanation::note_vpn(const Prefix& prefix) {
  const RouteTable& vpn = context_.router.core().table(public_instance, vpn_of(prefix.family()));
  if (!has_paths(vpn, vpn.find({vpn.rds()[rd_], prefix}))) return;
  rds_.push_back(rd_);
  prefix_ = prefix;
}

bool Explanation::search_vpn() {
  const std::uint32_t count = context_.router.core().rds().size();
  for (std::size_t budget = look_ups_per_slice; budget != 0; --budget) {
    if (rd_ == count) {
      if (prefix_ || length_ == 0) return true;
      --length_;
      rd_ = 0;
    }
    note_vpn(prefix_ ? *prefix_ : *Prefix::from(request_.prefix.address(), length_));
    ++rd_;
  }
  return false;
}

// The peers of the instance, and those that VPN routes are exchanged with.
void Explanation::list_peers() {
  const auto add = [&](Instance& instance, Family family) {
    for (auto& [address, peer] : instance.peers())
      if (peer->family(family) != nullptr) peers_.push_back({instance.name(), address, family});
  };
  add(*instance_, table_->family());
  add(*context_.router.instance(public_instance), vpn_of(request_.prefix.family()));
}

DestId Explanation::dest_of(Family family) const {
  if (!prefix_) return no_index;
  if (!vrfd::row_of(family).vpn) return table_->find({{}, *prefix_});
  Core& core = context_.router.core();
  const VpnInstance& instance = *core.instance(instance_->id());
  if (!instance.settings.rd) return no_index;
  const RouteTable& vpn = core.table(public_instance, family);
  const DestId dest = vpn.find({*instance.settings.rd, *prefix_});
  return dest != no_index && vpn.find_path(dest, instance.self, 0) != no_index ? dest : no_index;
}

bool Explanation::visit_peers() {
  for (std::size_t budget = peers_per_slice; budget != 0 && next_peer_ != peers_.size(); --budget) {
    const Target& target = peers_[next_peer_++];
    Peer* peer = target.peer(context_.router);
    if (peer == nullptr) continue;
    auto row = explain_audience(context_.router, *peer, target.family, dest_of(target.family));
    ++(row.advertised ? answer_.advertised_to : answer_.not_advertised_to);
    if (answer_.peers.size() < explain_most) answer_.peers.push_back(std::move(row));
  }
  return next_peer_ == peers_.size();
}

Explained Explanation::explained() const {
  const Prefix prefix = prefix_.value_or(request_.prefix);
  DestId dest = table_->find({{}, prefix});
  if (!has_paths(*table_, dest)) dest = no_index;
  return {context_.router, *instance_, *table_, dest, prefix};
}

void Explanation::finish() {
  const Explained what = explained();
  for (RouteTarget target : context_.router.core().instance(instance_->id())->settings.import_targets)
    answer_.import_targets.push_back(to_string(target));
  explain_paths(what, answer_);
  for (std::uint32_t rd : rds_) explain_vpn_routes(what, rd, answer_);
  if (what.dest != no_index || answer_.vpn_route_count != 0) answer_.prefix = to_string(what.prefix);
  explain_fib(what, answer_.fib);
  explain_export(what, answer_.vpn_export);
  explain_verdict(what, answer_);
  responder_.result(answer_);
}

void add_explain_commands(control::Methods& methods, Context& context) {
  methods.add<protocol::ExplainRequest>(
      [&context](const protocol::ExplainRequest& request, control::Responder responder) {
        std::make_shared<Explanation>(context, request, std::move(responder))->start();
      });
}

}  // namespace vrfd::commands
