// The events of a run as values: docs/worker.md, "Events".
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/process/runner.hpp"

namespace neural::bench::process {

using Events = std::vector<Json>;

/// One event a line, empty lines left out. Every event is an object whose `event` is a text and whose `t` is an
/// integer that never falls. The error, kMeasurement, is a clause: "line 3 is not a JSON object".
Expected<Events> parse_events(std::string_view text);

/// The events in the file at `path`, which a worker wrote.
Expected<Events> read_events(const std::filesystem::path& path);

/// The events with the time that the process was stopped taken off the `seconds` of each slice, and off those of the
/// end of training. A slice without `begin`, its first instant in nanoseconds, cannot be in a run with pauses: an error
/// (kMeasurement), a clause as above.
Expected<Events> without_pauses(Events events, const std::vector<Interval>& pauses);

/// The name of an event.
std::string_view event_name(const Json& event);

/// The text under `key`; empty if there is none.
std::string text_of(const Json& event, std::string_view key);

/// The number under `key`; NaN if there is none.
double number_of(const Json& event, std::string_view key);

/// The last event of that name, or null.
const Json* last_event(const Events& events, std::string_view name);

}  // namespace neural::bench::process
