#include "vrf/label_pool.h"

namespace vrfd {

void LabelPool::give(const std::string& key, Label label) {
  owners_.erase(label);
  resting_until_.erase(label);
  holders_[label] = key;
  if (const auto [at, added] = labels_.try_emplace(key, label); added || at->second != label) {
    at->second = label;
    ++version_;
  }
}

Result<Label> LabelPool::allocate(const std::string& key, TimePoint now) {
  const auto known = labels_.find(key);
  if (known != labels_.end()) {
    const Label label = known->second;
    if (!holders_.contains(label)) give(key, label);
    return label;
  }
  std::optional<Label> label = fresh();
  if (!label) label = rested(now);
  if (!label)
    return error("no MPLS label is left for " + key + ": all of " + std::to_string(range_.first.value()) + " to " +
                 std::to_string(range_.last.value()) + " are in use or rest");
  give(key, *label);
  return *label;
}

std::optional<Label> LabelPool::fresh() {
  while (next_ <= range_.last) {
    const Label label = next_;
    next_ = Label{next_.value() + 1};
    if (is_free(label) && !resting_until_.contains(label)) return label;
  }
  return std::nullopt;
}

std::optional<Label> LabelPool::rested(TimePoint now) {
  while (!resting_.empty() && resting_.front().until <= now) {
    const Resting candidate = resting_.front();
    resting_.pop_front();
    const auto at = resting_until_.find(candidate.label);
    if (at == resting_until_.end() || at->second != candidate.until) continue;  // it was used again meanwhile
    resting_until_.erase(at);
    if (!in_range(candidate.label) || holders_.contains(candidate.label)) continue;
    const auto owner = owners_.find(candidate.label);
    if (owner != owners_.end()) {
      labels_.erase(owner->second);
      owners_.erase(owner);
      ++version_;
    }
    return candidate.label;
  }
  return std::nullopt;
}

Result<Label> LabelPool::reserve(const std::string& key, Label label, TimePoint now) {
  if (label < first_unreserved_label || label.value() >= label_limit)
    return error("label " + std::to_string(label.value()) + " for " + key + ": expected " +
                 std::to_string(first_unreserved_label.value()) + " to " + std::to_string(label_limit - 1));
  const auto held = holders_.find(label);
  if (held != holders_.end() && held->second != key)
    return error("label " + std::to_string(label.value()) + " for " + key + ": it is in use for " + held->second);
  if (held != holders_.end()) return label;
  release(key, now);
  const auto owner = owners_.find(label);
  if (owner != owners_.end()) labels_.erase(owner->second);
  const auto before = labels_.find(key);
  if (before != labels_.end()) owners_.erase(before->second);
  give(key, label);
  return label;
}

void LabelPool::release(const std::string& key, TimePoint now) {
  const auto at = labels_.find(key);
  if (at == labels_.end()) return;
  const auto held = holders_.find(at->second);
  if (held == holders_.end() || held->second != key) return;
  holders_.erase(held);
  owners_[at->second] = key;
  resting_until_[at->second] = now + rest;
  resting_.push_back({at->second, now + rest});
}

std::optional<Label> LabelPool::label_of(const std::string& key) const {
  const auto at = labels_.find(key);
  if (at == labels_.end() || !holders_.contains(at->second)) return std::nullopt;
  return at->second;
}

const std::string* LabelPool::holder(Label label) const {
  const auto at = holders_.find(label);
  return at == holders_.end() ? nullptr : &at->second;
}

void LabelPool::set_range(LabelRange range) {
  range_ = range;
  next_ = range.first;  // what is given out or rests is passed over
}

void LabelPool::load(const std::vector<std::pair<std::string, Label>>& remembered) {
  for (const auto& [key, label] : remembered) {
    if (label < first_unreserved_label || label.value() >= label_limit) continue;
    if (!is_free(label) || labels_.contains(key)) continue;
    labels_.emplace(key, label);
    owners_.emplace(label, key);
    resting_until_.emplace(label, TimePoint{});
    resting_.push_back({label, TimePoint{}});
  }
}

std::vector<std::pair<std::string, Label>> LabelPool::remembered() const { return {labels_.begin(), labels_.end()}; }

void LabelPool::forget(const std::string& key) {
  const auto at = labels_.find(key);
  if (at == labels_.end() || owners_.erase(at->second) == 0) return;
  labels_.erase(at);
  ++version_;
}

void LabelPool::let_rest(Label label, TimePoint now) {
  if (!is_free(label) || !resting_until_.try_emplace(label, now + rest).second) return;
  resting_.push_back({label, now + rest});
}

void LabelPool::forget_unused() {
  if (!owners_.empty()) ++version_;
  for (const auto& [label, key] : owners_) labels_.erase(key);
  owners_.clear();
}

}  // namespace vrfd
