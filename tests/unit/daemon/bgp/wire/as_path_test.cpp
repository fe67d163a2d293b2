#include "daemon/bgp/wire/as_path.h"

#include <doctest.h>

#include "tests/unit/daemon/bgp/wire/octets.h"

namespace vrfd::bgp {
namespace {

using test::hex;
using test::octets;

AsPath sequence(std::vector<Asn> asns) { return {{SegmentType::sequence, std::move(asns)}}; }

std::string fault(const char* text, AsnSize size = AsnSize::four) {
  AsPath path;
  const char* found = decode_as_path(octets(text), size, path);
  return found == nullptr ? "" : found;
}

TEST_CASE("segments of each type, in either size") {
  AsPath path;
  CHECK(decode_as_path(octets("03 01 0000fde8 02 02 0000fde9 00010000 01 01 00000003 04 01 00000004"), AsnSize::four,
                       path) == nullptr);
  CHECK(to_string(path) == "(65000) 65001 65536 {3} [4]");
  Bytes written;
  encode_as_path(path, AsnSize::two, written);
  CHECK(hex(written) ==
        "0301fde8"
        "0202fde95ba0"
        "01010003"
        "04010004");
}

TEST_CASE("what makes a path malformed (RFC 7606, 7.2; RFC 7607)") {
  CHECK(fault("05 01 00000001") == "unknown segment type");
  CHECK(fault("00 01 00000001") == "unknown segment type");
  CHECK(fault("02 00") == "empty segment");
  CHECK(fault("02 02 00000001") == "segment runs past the end");
  CHECK(fault("02") == "segment runs past the end");
  CHECK(fault("02 01 0000") == "segment runs past the end");
  CHECK(fault("02 01 00000000") == "AS 0");
  CHECK(fault("02 01 0001", AsnSize::two) == "");
  CHECK(fault("") == "");
}

TEST_CASE("a segment of more than 255 is split") {
  Bytes written;
  encode_as_path(sequence(std::vector<Asn>(300, Asn{1})), AsnSize::two, written);
  CHECK(written.size() == 2 + 510 + 2 + 90);
  AsPath read;
  CHECK(decode_as_path(written, AsnSize::two, read) == nullptr);
  CHECK(hop_count(read) == 300);
}

TEST_CASE("AS4_PATH replaces the end of the path (RFC 6793, 4.2.3)") {
  const AsPath path = sequence({Asn{65001}, Asn{4000}, as_trans, as_trans, Asn{40001}});
  const AsPath as4 = sequence({Asn{400000}, Asn{300000}, Asn{40001}});
  CHECK(to_string(merge_as4_path(path, as4)) == "65001 4000 400000 300000 40001");
  CHECK(merge_as4_path(sequence({Asn{1}}), as4) == sequence({Asn{1}}));
  CHECK(merge_as4_path(path, {}) == path);
}

TEST_CASE("sets count one, leading confederation segments stay") {
  const AsPath path{{SegmentType::confed_sequence, {Asn{9}}},
                    {SegmentType::set, {Asn{1}, Asn{2}}},
                    {SegmentType::sequence, {as_trans, Asn{3}}}};
  CHECK(to_string(merge_as4_path(path, sequence({Asn{70000}, Asn{3}}))) == "(9) {1 2} 70000 3");
  CHECK(has_confederation_segment(path));
  AsPath bare = path;
  remove_confederation_segments(bare);
  CHECK(to_string(bare) == "{1 2} 23456 3");
  CHECK_FALSE(needs_four_octets(path));
  CHECK(needs_four_octets(sequence({Asn{65536}})));
}

}  // namespace
}  // namespace vrfd::bgp
