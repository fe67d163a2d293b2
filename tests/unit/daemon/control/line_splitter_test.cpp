#include "daemon/control/line_splitter.h"

#include <doctest/doctest.h>

#include <random>

using vrfd::control::LineSplitter;

TEST_CASE("line_splitter: lines however the octets arrive") {
  LineSplitter lines(100);
  CHECK_FALSE(lines.next());
  lines.feed("one\ntw");
  CHECK(lines.next()->text == "one");
  CHECK_FALSE(lines.next());
  lines.feed("o\n\nthree");
  CHECK(lines.next()->text == "two");
  CHECK(lines.next()->text.empty());
  CHECK_FALSE(lines.next());
  lines.finish();
  CHECK(lines.next()->text == "three");
  CHECK_FALSE(lines.next());
  lines.finish();
  CHECK_FALSE(lines.next());
}

TEST_CASE("line_splitter: a line over the limit is reported once, the next one is taken") {
  LineSplitter lines(10);
  lines.feed("0123456789\n");
  CHECK(lines.next()->text == "0123456789");
  lines.feed("0123456789a\nnext\n");
  CHECK(lines.next()->too_long);
  CHECK(lines.next()->text == "next");
  for (int i = 0; i < 1000; ++i) {
    lines.feed("0123456789");
    CHECK_FALSE(lines.next());
  }
  lines.feed("\nlast\n");
  CHECK(lines.next()->too_long);
  const auto last = lines.next();
  CHECK(last->text == "last");
  CHECK_FALSE(last->too_long);
  lines.feed(std::string(50, 'x'));
  CHECK_FALSE(lines.next());
  lines.finish();
  CHECK(lines.next()->too_long);
}

TEST_CASE("line_splitter: any cutting gives the same lines") {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::string text;
    std::vector<std::string> expected;
    for (auto n = random() % 20; n > 0; --n) {
      const std::string line(random() % 60, 'x');
      expected.push_back(line.size() > 40 ? "too long" : line);
      text += line + "\n";
    }
    LineSplitter lines(40);
    std::vector<std::string> got;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = random() % 30 + 1;
      lines.feed(std::string_view(text).substr(at, size));
      at += size;
      while (auto line = lines.next()) got.push_back(line->too_long ? "too long" : line->text);
    }
    CHECK(got == expected);
  }
}
