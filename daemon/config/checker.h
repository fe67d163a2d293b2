// What all the checks across keys share: the configuration, and a way to say where in the document something is wrong.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/config/reader.h"

namespace vrfd::config {

class Checker {
 public:
  Checker(Reader& reader, const JsonValue& root, const Config& config)
      : config_(config), reader_(reader), root_(root) {}
  const Config& config() const { return config_; }

  void refuse(std::string pointer, std::string message, std::string expected = {}) {
    reader_.refuse_at(root_, std::move(pointer), std::move(message), std::move(expected));
  }
  bool is_wrong(std::string_view pointer) const { return reader_.is_wrong(pointer); }
  // The document says it itself, and not only what is inherited.
  bool is_written(std::string_view pointer) const;
  const std::map<std::string, Peer, std::less<>>& groups() const { return reader_.inheritance.groups; }

  std::string pointer_to(const VpnInstance& instance) const;
  std::string pointer_to(const Peer& peer) const;

  void check_policy(const std::string& pointer, const std::optional<std::string>& name);
  void check_prefix_list(const std::string& pointer, const std::string& name);

 private:
  const Config& config_;
  Reader& reader_;
  const JsonValue& root_;
};

void check_instances(Checker& checker);
void check_peers(Checker& checker);
void check_policies(Checker& checker);

}  // namespace vrfd::config
