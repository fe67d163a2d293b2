#include "daemon/router/pending_rules.h"

#include <doctest/doctest.h>

using namespace vrfd;
using Keys = std::vector<std::string>;

TEST_CASE("what a refresh would bring into force is named by its keys") {
  ImportRules before;
  ImportRules after = before;
  CHECK(differing_keys(before, after).empty());
  after.allow_as_in = 1;
  after.site_of_origin = ExtendedCommunity{1};
  CHECK(differing_keys(before, after) == Keys{"allow_as_in", "site_of_origin"});

  ExportRules sent;
  ExportRules wanted = sent;
  CHECK(differing_keys(sent, wanted).empty());
  wanted.as_override = true;
  wanted.default_originate = true;
  wanted.send_large_communities = false;
  CHECK(differing_keys(sent, wanted) == Keys{"default_originate", "as_override", "send_communities"});
}

TEST_CASE("what needs a new session is no refresh") {
  ImportRules before;
  ImportRules after = before;
  after.prepend_local_as = true;
  after.role = Role::customer;
  CHECK(differing_keys(before, after).empty());
}
