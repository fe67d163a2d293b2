// What reading a configuration carries along: where in the document it is, what was wrong so far, and what peers
// inherit. Reading goes on after an error, so that all of them are reported at once.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/config/error.h"
#include "daemon/config/json_tree.h"

namespace vrfd::config {

// A peer starts as a copy of its group, a group as a copy of the top level: own keys then overwrite.
struct Inheritance {
  Peer top;
  std::map<std::string, Peer, std::less<>> groups;
};

class Reader {
 public:
  // Ends the step into a member or item when it goes out of scope.
  class Step {
   public:
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step() { reader_.pointer_.resize(length_); }

   private:
    friend class Reader;
    Step(Reader& reader, std::size_t length) : reader_(reader), length_(length) {}
    Reader& reader_;
    std::size_t length_;
  };

  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] Step enter(std::string_view key);
  [[nodiscard]] Step enter(std::size_t index);
  const std::string& pointer() const { return pointer_; }

  // The value here is not what was expected.
  void refuse(const JsonValue& value, std::string expected);
  // Something else is wrong here, at `offset` of the text.
  void refuse_at(std::size_t offset, std::string message, std::string expected = {});
  void refuse(JsonError error);
  // Wrong at a pointer; if nothing is there, the position is that of what would hold it. Where something is wrong
  // already, this is only a consequence and not said.
  void refuse_at(const JsonValue& root, std::string pointer, std::string message, std::string expected = {});

  // Something is wrong at this pointer or below it.
  bool is_wrong(std::string_view pointer) const;
  bool failed() const { return !errors_.empty(); }
  // In the order of the text.
  ConfigErrors take_errors();

  Inheritance inheritance;
  // Peers whose address is written otherwise than we write it: from our pointer to the document's.
  std::map<std::string, std::string, std::less<>> spellings;

 private:
  void add(std::size_t offset, ConfigError error);

  std::string_view text_;
  std::string pointer_;
  std::multimap<std::size_t, ConfigError> errors_;  // by offset in the text
  std::unordered_set<std::string> wrong_pointers_;
};

// `17`, `"text"`, `an object`: what an error message shows of a value.
std::string shown(const JsonValue& value);

}  // namespace vrfd::config
