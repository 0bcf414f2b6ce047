// The tables of a history, and how a file of an earlier version becomes one of this.
#pragma once

#include "neural/bench/history/database.hpp"

namespace neural::bench::history {

/// The version this program writes: the file's user_version.
std::int64_t schema_version();

/// Makes the tables where the file is new, and brings those of an earlier version up to date, in one transaction. A
/// file of another program, of a newer version, or a damaged one is refused and stays as it is (kCorrupt, kUsage).
Status prepare_schema(Database& database);

}  // namespace neural::bench::history
