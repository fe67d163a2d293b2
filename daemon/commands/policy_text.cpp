#include "daemon/commands/policy_text.h"

namespace vrfd::commands {

namespace {

using Lines = std::vector<std::string>;

std::string word_of(const std::string& text) { return text; }
std::string word_of(Family family) { return std::string(name_of(family)); }
template <class T>
std::string word_of(const T& value) {
  return to_string(value);
}

template <class T>
void add_list(Lines& lines, const std::string& name, const std::vector<T>& values) {
  if (values.empty()) return;
  std::string line = name;
  for (const T& value : values) line += " " + word_of(value);
  lines.push_back(line);
}

void add_number(Lines& lines, const std::string& name, const std::optional<NumberMatch>& match) {
  if (!match) return;
  static constexpr std::array<std::string_view, 3> comparisons{" ", " at_least ", " at_most "};
  lines.push_back(name + std::string(comparisons[static_cast<std::size_t>(match->comparison)]) +
                  std::to_string(match->value));
}

template <class T>
void add_edit(Lines& lines, const std::string& name, const CommunityEdit<T>& edit) {
  if (edit.replace) {
    lines.push_back(name + " replace");
    add_list(lines, name + " replace", *edit.replace);
  }
  add_list(lines, name + " remove", edit.remove);
  add_list(lines, name + " add", edit.add);
}

void add_next_hop(Lines& lines, const PolicySet& set) {
  switch (set.next_hop) {
    case NextHopEdit::keep:
      return;
    case NextHopEdit::self:
      return lines.push_back("next_hop self");
    case NextHopEdit::peer:
      return lines.push_back("next_hop peer");
    case NextHopEdit::address:
      return lines.push_back("next_hop " + to_string(set.next_hop_address));
  }
}

}  // namespace

Lines text_of(const PolicyMatch& match) {
  Lines lines;
  add_list(lines, "prefix_list", match.prefix_lists);
  add_list(lines, "prefix", match.prefixes);
  if (match.as_path) lines.push_back("as_path " + *match.as_path);
  if (match.origin_as) lines.push_back("origin_as " + to_string(*match.origin_as));
  add_list(lines, "community", match.communities);
  add_list(lines, "large_community", match.large_communities);
  add_list(lines, "extended_community", match.extended_communities);
  add_list(lines, "route_target", match.route_targets);
  add_list(lines, "next_hop", match.next_hops);
  if (match.origin) lines.push_back("origin " + std::string(name_of(*match.origin)));
  add_number(lines, "med", match.med);
  add_number(lines, "local_preference", match.local_preference);
  add_number(lines, "as_path_length", match.as_path_length);
  add_list(lines, "peer", match.peers);
  add_list(lines, "family", match.families);
  return lines;
}

Lines text_of(const PolicySet& set) {
  Lines lines;
  if (set.local_preference) lines.push_back("local_preference " + std::to_string(*set.local_preference));
  if (set.med) lines.push_back("med " + std::to_string(*set.med));
  if (set.remove_med) lines.push_back("med null");
  if (set.origin) lines.push_back("origin " + std::string(name_of(*set.origin)));
  add_next_hop(lines, set);
  if (set.prepend)
    lines.push_back("as_path_prepend " + to_string(set.prepend->asn) + " x " + std::to_string(set.prepend->times));
  add_edit(lines, "communities", set.communities);
  add_edit(lines, "extended_communities", set.extended_communities);
  add_edit(lines, "large_communities", set.large_communities);
  add_edit(lines, "route_targets", set.route_targets);
  return lines;
}

}  // namespace vrfd::commands
