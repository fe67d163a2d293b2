#include "vrf/types/bytes.h"

#include <doctest/doctest.h>

using namespace vrfd;

TEST_CASE("numbers come back as they were written, in network order") {
  Bytes out;
  ByteWriter writer(out);
  writer.u8(0x01);
  writer.u16(0x0203);
  writer.u24(0x040506);
  writer.u32(0x0708090A);
  writer.u64(0x0B0C0D0E0F101112);
  writer.bytes(Bytes{0x13, 0x14});
  CHECK(writer.size() == 20);
  for (std::size_t i = 0; i != out.size(); ++i) CHECK(out[i] == i + 1);
  ByteReader reader(out);
  CHECK(reader.u8() == 0x01);
  CHECK(reader.u16() == 0x0203);
  CHECK(reader.u24() == 0x040506);
  CHECK(reader.u32() == 0x0708090A);
  CHECK(reader.u64() == 0x0B0C0D0E0F101112);
  CHECK(reader.remaining() == 2);
  CHECK(reader.take(2)[1] == 0x14);
  CHECK(reader.empty());
  CHECK(reader.ok());
}

TEST_CASE("a length is patched afterwards") {
  Bytes out;
  ByteWriter writer(out);
  writer.u8(1);
  writer.u16(0);
  writer.u8(2);
  writer.patch_u16(1, 0xABCD);
  CHECK(out == Bytes{1, 0xAB, 0xCD, 2});
}

TEST_CASE("a read past the end yields zero, and so does all after it") {
  const Bytes octets{1, 2, 3};
  ByteReader reader(octets);
  CHECK(reader.u32() == 0);
  CHECK_FALSE(reader.ok());
  CHECK(reader.empty());
  CHECK(reader.u8() == 0);
  CHECK(reader.take(1).empty());
  CHECK_FALSE(reader.ok());
}

TEST_CASE("taking nothing is always possible") {
  ByteReader reader(ByteView{});
  CHECK(reader.take(0).empty());
  CHECK(reader.ok());
  reader.skip(1);
  CHECK_FALSE(reader.ok());
}

TEST_CASE("failing by hand drops what is left") {
  const Bytes octets{1, 2, 3};
  ByteReader reader(octets);
  reader.skip(1);
  CHECK(reader.rest().size() == 2);
  reader.fail();
  CHECK(reader.empty());
  CHECK_FALSE(reader.ok());
}
