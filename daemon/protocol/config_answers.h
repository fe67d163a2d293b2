// Answers of the smaller commands about the configuration, and of `doctor`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vrfd::protocol {

class JsonWriter;

struct ConfigShowAnswer {
  std::string file{};
  std::uint64_t revision = 0;
  std::string text{};
};

// A line for each difference, with the command that makes it take effect where one is needed.
struct ConfigDiffAnswer {
  std::vector<std::string> changes{};
};

struct ConfigConfirmAnswer {
  std::uint64_t revision = 0;
};

struct ConfigRevision {
  std::uint64_t revision = 0;
  std::string applied{};  // RFC 3339, UTC
};

// Newest first.
struct ConfigHistoryAnswer {
  std::vector<ConfigRevision> revisions{};
};

// A sentence for each thing that is not as it must be.
struct DoctorAnswer {
  std::vector<std::string> problems{};
};

void write(JsonWriter& out, const ConfigShowAnswer& answer);
void write(JsonWriter& out, const ConfigDiffAnswer& answer);
void write(JsonWriter& out, const ConfigConfirmAnswer& answer);
void write(JsonWriter& out, const ConfigRevision& revision);
void write(JsonWriter& out, const ConfigHistoryAnswer& answer);
void write(JsonWriter& out, const DoctorAnswer& answer);

}  // namespace vrfd::protocol
