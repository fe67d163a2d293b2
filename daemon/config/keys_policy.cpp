// The keys of policies and prefix lists (vrf/policy/definition.h says what they mean).
#include <re2/re2.h>

#include <array>

#include "daemon/config/name.h"
#include "daemon/config/policy_forms.h"

namespace vrfd::config {

template <>
std::span<const Word<Origin>> words_of<Origin>() {
  static constexpr std::array<Word<Origin>, 3> words{
      {{Origin::igp, "igp"}, {Origin::egp, "egp"}, {Origin::incomplete, "incomplete"}}};
  return words;
}

template <>
std::span<const Word<PolicyAction>> words_of<PolicyAction>() {
  static constexpr std::array<Word<PolicyAction>, 3> words{
      {{PolicyAction::accept, "accept"}, {PolicyAction::reject, "reject"}, {PolicyAction::next, "next"}}};
  return words;
}

template <>
std::span<const Word<Family>> words_of<Family>() {
  static constexpr auto words = [] {
    std::array<Word<Family>, family_count> rows{};
    for (std::size_t i = 0; i != family_count; ++i) rows[i] = {families[i].family, families[i].name};
    return rows;
  }();
  return words;
}

namespace {

// A number, or one bound of it: {"at_least": 5}.
struct NumberMatchForm {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, NumberMatch& out) {
    if (value.kind != JsonValue::Kind::object) {
      out.comparison = Comparison::equal;
      Number::read(reader, value, limits, out.value);
      return;
    }
    const bool bound =
        value.members.size() == 1 && (value.members[0].key == "at_least" || value.members[0].key == "at_most");
    if (!bound) {
      reader.refuse(value, "a number, {\"at_least\": number} or {\"at_most\": number}");
      return;
    }
    const JsonMember& member = value.members[0];
    const auto step = reader.enter(member.key);
    out.comparison = member.key == "at_least" ? Comparison::at_least : Comparison::at_most;
    Number::read(reader, member.value, limits, out.value);
  }
  static Json schema(const Limits& limits) {
    Json bounds{{"at_least", Number::schema(limits)}, {"at_most", Number::schema(limits)}};
    Json object = properties_schema(std::move(bounds), Json::array());
    object["minProperties"] = 1;
    object["maxProperties"] = 1;
    return or_schema(Number::schema(limits), std::move(object));
  }
};

// An RE2 expression that compiles.
struct AsPathExpression {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, std::string& out) {
    Text::read(reader, value, limits, out);
    if (value.kind != JsonValue::Kind::text) return;
    const RE2 expression(value.text, RE2::Quiet);
    if (!expression.ok())
      reader.refuse_at(value.offset, "found " + shown(value) + " (" + expression.error() + ")",
                       "a regular expression as RE2 takes it");
  }
  static Json schema(const Limits& limits) { return Text::schema(limits); }
};

// null takes the attribute away.
struct SetMed {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, PolicySet& set) {
    set.remove_med = value.kind == JsonValue::Kind::null;
    if (!set.remove_med) Nullable<Number>::read(reader, value, limits, set.med);
  }
  static Json schema(const Limits& limits) { return Nullable<Number>::schema(limits); }
  static bool same(const PolicySet& a, const PolicySet& b) { return a.med == b.med && a.remove_med == b.remove_med; }
};

struct SetNextHop {
  static void read(Reader& reader, const JsonValue& value, const Limits&, PolicySet& set) {
    const bool text = value.kind == JsonValue::Kind::text;
    if (text && value.text == "self") {
      set.next_hop = NextHopEdit::self;
    } else if (text && value.text == "peer") {
      set.next_hop = NextHopEdit::peer;
    } else if (auto address = text ? IpAddress::from(value.text) : std::nullopt; address) {
      set.next_hop = NextHopEdit::address;
      set.next_hop_address = *address;
    } else {
      reader.refuse(value, "\"self\", \"peer\" or an address");
    }
  }
  static Json schema(const Limits&) { return {{"type", "string"}}; }
  static bool same(const PolicySet& a, const PolicySet& b) {
    return a.next_hop == b.next_hop && a.next_hop_address == b.next_hop_address;
  }
};

// Targets are extended communities that are written without "rt:".
struct TargetCommunity {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, ExtendedCommunity& out) {
    RouteTarget target;
    InNotation<RouteTarget>::read(reader, value, limits, target);
    out = target.community();
  }
  static Json schema(const Limits& limits) { return InNotation<RouteTarget>::schema(limits); }
};

template <class Form, class T>
constexpr std::array edit_keys{
    key<&CommunityEdit<T>::replace, Nullable<OneOrMany<Form>>>("replace", "These instead of all that are there")
        .by_default("null"),
    key<&CommunityEdit<T>::remove, OneOrMany<Form>>("remove", "Take these away").by_default("[]"),
    key<&CommunityEdit<T>::add, OneOrMany<Form>>("add", "Put these in").by_default("[]"),
};

// Several tables for one type of object: route targets are edited in a notation of their own.
template <class Form>
struct EditForm {
  template <class T>
  static void read(Reader& reader, const JsonValue& value, const Limits&, CommunityEdit<T>& out) {
    if (!expect_object(reader, value)) return;
    const Keys<CommunityEdit<T>> keys(edit_keys<Form, T>);
    read_known_keys(reader, value, keys, anywhere, out);
    refuse_unknown_keys(reader, value, texts_of(keys), anywhere);
  }
  static Json schema(const Limits&) {
    Json properties = Json::object();
    for (const auto& [name, description] : {std::pair{"replace", "These instead of all that are there"},
                                            std::pair{"remove", "Take these away"}, std::pair{"add", "Put these in"}})
      properties[name] = key_schema({.name = name, .description = description}, OneOrMany<Form>::schema({}));
    return properties_schema(std::move(properties), Json::array());
  }
};

constexpr std::array match_keys{
    key<&PolicyMatch::prefix_lists, OneOrMany<ReferredName>>("prefix_list", "In one of these prefix lists"),
    key<&PolicyMatch::prefixes, OneOrMany<InNotation<Prefix>>>("prefix", "Exactly one of these prefixes"),
    key<&PolicyMatch::as_path, Nullable<AsPathExpression>>(
        "as_path", "RE2 expression, searched in the AS path like \"65001 65002 {65003 65004}\"")
        .between(1, 1000),
    key<&PolicyMatch::origin_as>("origin_as", "The AS that the path ends with"),
    key<&PolicyMatch::communities, OneOrMany<InNotation<Community>>>("community", "One of these communities is there"),
    key<&PolicyMatch::large_communities, OneOrMany<InNotation<LargeCommunity>>>(
        "large_community", "One of these large communities is there"),
    key<&PolicyMatch::extended_communities, OneOrMany<InNotation<ExtendedCommunity>>>(
        "extended_community", "One of these extended communities is there"),
    key<&PolicyMatch::route_targets, OneOrMany<InNotation<RouteTarget>>>("route_target",
                                                                         "One of these route targets is there"),
    key<&PolicyMatch::next_hops, OneOrMany<InNotation<Prefix>>>("next_hop", "The next hop is within one of these"),
    key<&PolicyMatch::origin>("origin", "The origin"),
    key<&PolicyMatch::med, Nullable<NumberMatchForm>>("med", "The MED; a missing one is 0").between(0, 4294967295),
    key<&PolicyMatch::local_preference, Nullable<NumberMatchForm>>("local_preference",
                                                                   "The local preference; a missing one is 100")
        .between(0, 4294967295),
    key<&PolicyMatch::as_path_length, Nullable<NumberMatchForm>>("as_path_length", "Hops of the AS path")
        .between(0, 65535),
    key<&PolicyMatch::peers, OneOrMany<InNotation<IpAddress>>>("peer", "The route came from one of these peers"),
    key<&PolicyMatch::families, OneOrMany<OneWord<Family>>>("family", "The route is of one of these families"),
};

constexpr std::array prepend_keys{
    key<&AsPathPrepend::asn>("as", "The AS number").needed(),
    key<&AsPathPrepend::times>("times", "How often").between(1, 32).by_default("1"),
};

constexpr std::array set_keys{
    key<&PolicySet::local_preference>("local_preference", "Local preference").between(0, 4294967295),
    key_of<PolicySet, SetMed>("med", "MED; null takes it away").between(0, 4294967295),
    key<&PolicySet::origin>("origin", "Origin"),
    key_of<PolicySet, SetNextHop>("next_hop", "\"self\", \"peer\" or an address"),
    key<&PolicySet::prepend, Nullable<Object<AsPathPrepend>>>("as_path_prepend", "AS numbers to put before the path"),
    key<&PolicySet::communities, EditForm<InNotation<Community>>>("communities", "Edits of the communities"),
    key<&PolicySet::large_communities, EditForm<InNotation<LargeCommunity>>>("large_communities",
                                                                             "Edits of the large communities"),
    key<&PolicySet::extended_communities, EditForm<InNotation<ExtendedCommunity>>>("extended_communities",
                                                                                   "Edits of the extended communities"),
    key<&PolicySet::route_targets, EditForm<TargetCommunity>>(
        "route_targets", "Edits of the route targets; other extended communities stay"),
};

constexpr std::array term_keys{
    key<&PolicyTerm::name>("name", "A name, shown where the term decides").between(1, 63).by_default("null"),
    key<&PolicyTerm::match, Object<PolicyMatch>>("match", "All of it has to be true; without it, any route")
        .by_default("{}"),
    key<&PolicyTerm::set, Object<PolicySet>>("set", "What changes in a route that matches").by_default("{}"),
    key<&PolicyTerm::then>("then", "Accept, reject, or go on with the next term").by_default(R"("next")"),
};

constexpr std::array prefix_list_keys{
    key<&PrefixListEntry::prefix>("prefix", "Prefixes within it").needed(),
    key<&PrefixListEntry::ge>("ge", "of at least this length").between(0, 128).by_default("null"),
    key<&PrefixListEntry::le>("le", "of at most this length").between(0, 128).by_default("null"),
};

}  // namespace

void PrefixListEntryForm::read(Reader& reader, const JsonValue& value, const Limits& limits, PrefixListEntry& out) {
  if (value.kind == JsonValue::Kind::text) {
    InNotation<Prefix>::read(reader, value, limits, out.prefix);
  } else {
    read_object(reader, value, anywhere, out);
  }
}

Json PrefixListEntryForm::schema(const Limits& limits) {
  return or_schema(InNotation<Prefix>::schema(limits), object_schema<PrefixListEntry>(anywhere));
}

template <>
Keys<PolicyMatch> keys_of<PolicyMatch>() {
  return match_keys;
}
template <>
Keys<AsPathPrepend> keys_of<AsPathPrepend>() {
  return prepend_keys;
}
template <>
Keys<PolicySet> keys_of<PolicySet>() {
  return set_keys;
}
template <>
Keys<PolicyTerm> keys_of<PolicyTerm>() {
  return term_keys;
}
template <>
Keys<PrefixListEntry> keys_of<PrefixListEntry>() {
  return prefix_list_keys;
}

}  // namespace vrfd::config
