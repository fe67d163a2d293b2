// Table ids and labels of the instances of a configuration: what it says, else what was given out before, else new
// ones. Worked out on copies before anything is changed, so that a conflict refuses the configuration whole.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "vrf/label_pool.h"

namespace vrfd {

// By instance; "" is the public one. Names that have left the configuration keep their number while nobody else needs
// it.
using TableIds = std::map<std::string, TableId>;

struct Allocation {
  TableIds tables{};
  LabelPool labels{};
  std::vector<std::string> faults{};  // empty: it can be put into force
};

// `running` are the instances that there are at present.
Allocation allocate(const config::Config& next, const std::vector<std::string>& running, const TableIds& remembered,
                    const LabelPool& labels, TimePoint now);

// Under which a label of the instance is known to the pool, and remembered.
inline std::string label_key(const std::string& vpn_instance) { return "vpn-instance " + vpn_instance; }

}  // namespace vrfd
