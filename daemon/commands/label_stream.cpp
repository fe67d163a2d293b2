#include "daemon/commands/label_stream.h"

#include "daemon/commands/fib_stream.h"

namespace vrfd::commands {

namespace {

constexpr std::size_t rows_per_slice = 500;

protocol::LabelRow label_row(Router& router, const Instance& instance, Label label) {
  protocol::LabelRow row;
  row.label = label.value();
  row.vpn_instance = instance.name_or_null();
  row.mode = "per_instance";
  row.state = "pending";
  const auto installed = router.kernel().labels().row(label);
  if (!installed || installed->label != label) return row;
  row.next_hops = hop_rows(router, installed->hops);
  row.state = name_of(installed->state);
  if (!installed->text.empty())
    row.error = installed->text;
  else if (installed->reason != PendingReason::none)
    row.error = std::string(name_of(installed->reason));
  return row;
}

std::string mode_of(LabelSharing sharing) {
  constexpr std::array<const char*, 4> names{"per_instance", "per_next_hop", "per_route", "swap"};
  return names[static_cast<std::size_t>(sharing)];
}

protocol::LabelRow label_row(Router& router, const Instance& instance, const LabelLeases::Row& own) {
  protocol::LabelRow row = label_row(router, instance, own.label);
  row.mode = mode_of(own.sharing);
  if (own.prefix) row.prefix = to_string(*own.prefix);
  return row;
}

}  // namespace

LabelStream::LabelStream(Context& context, control::Responder responder)
    : context_(context), responder_(std::move(responder)) {
  for (const Instance* instance : context.router.instances()) instances_.push_back(instance->name());
}

bool LabelStream::rows(const Instance& instance, std::size_t& budget) {
  const KernelSide& kernel = context_.router.kernel();
  for (; part_ != Part::end; part_ = Part{static_cast<std::uint8_t>(static_cast<int>(part_) + 1)}, shown_.reset()) {
    if (part_ == Part::shared && instance.label())
      responder_.row(label_row(context_.router, instance, *instance.label()));
    const LabelLeases* labels = nullptr;
    if (part_ == Part::of_routes) labels = kernel.route_labels(instance.id());
    if (part_ == Part::swapped && instance.is_public()) labels = &kernel.swap_labels();
    if (labels != nullptr && !rows(instance, *labels, budget)) return false;
  }
  return true;
}

bool LabelStream::rows(const Instance& instance, const LabelLeases& labels, std::size_t& budget) {
  while (const LabelLeases::Row* row = labels.next(shown_)) {
    if (budget == 0 || !responder_.ready()) return false;
    --budget;
    shown_ = row->label;
    responder_.row(label_row(context_.router, instance, *row));
  }
  return true;
}

void LabelStream::go_on() {
  if (responder_.closed()) return;
  std::size_t budget = rows_per_slice;
  for (; instance_ != instances_.size(); ++instance_, part_ = Part::shared) {
    const Instance* instance = context_.router.instance(instances_[instance_]);
    if (instance == nullptr || rows(*instance, budget)) continue;
    const auto again = [self = shared_from_this()] { self->go_on(); };
    return responder_.ready() ? context_.later(again) : responder_.on_ready(again);
  }
  responder_.end();
}

}  // namespace vrfd::commands
