// How the attributes that vrfd works with are read and written; the rows of `attribute_table` point here. A reader is
// called with a value whose length its row allows.
#pragma once

#include "daemon/bgp/wire/attribute_table.h"

namespace vrfd::bgp {

Finding read_origin(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_as_path(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_next_hop(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_med(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_local_preference(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_atomic_aggregate(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_aggregator(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_communities(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_originator_id(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_cluster_list(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_extended_communities(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_as4_path(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_as4_aggregator(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding read_large_communities(ByteView value, const SessionContext& context, AttributeDraft& draft);

bool write_origin(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_as_path(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_next_hop(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_med(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_local_preference(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_atomic_aggregate(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_aggregator(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_communities(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_originator_id(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_cluster_list(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_extended_communities(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_as4_path(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_as4_aggregator(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
bool write_large_communities(const PathAttributes& attributes, const SessionContext& context, Bytes& value);

}  // namespace vrfd::bgp
