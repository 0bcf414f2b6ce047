// The two clocks: a monotonic one for durations, and the wall clock for stamps.
#pragma once

#include <cstdint>
#include <string>

namespace neural {

/// CLOCK_MONOTONIC in nanoseconds: the same clock as Python's `time.monotonic_ns()`.
std::int64_t monotonic_ns();

/// Wall clock, milliseconds since 1970.
std::int64_t unix_ms();

/// A wall-clock time as `2026-01-31T12:00:00Z`, and as `20260131T120000Z` for file names.
std::string utc_iso(std::int64_t unix_ms);
std::string utc_compact(std::int64_t unix_ms);

}  // namespace neural
