#include "neural/bench/process/events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/process/event_file.hpp"

namespace neural::bench::process {
namespace {

Status check_event(const Json& event, std::int64_t& latest, std::size_t line) {
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorCode::kMeasurement, fmt::format("line {} {}", line, what));
  };
  if (!event.is_object()) return wrong("is not a JSON object");
  const auto name = event.find("event");
  if (name == event.end() || !name->is_string()) return wrong("has no `event`");
  const auto time = event.find("t");
  if (time == event.end() || !time->is_number_integer()) return wrong("has no integer `t`");
  if (time->get<std::int64_t>() < latest) return wrong("is earlier than the line before it");
  latest = time->get<std::int64_t>();
  return done();
}

struct Slice {
  std::int64_t begin_ns = 0;
  double seconds = 0;
};

/// How much of the slice the pauses take up.
double paused_seconds(const std::vector<Interval>& pauses, const Slice& slice) {
  double paused = 0;
  for (const Interval& pause : pauses) {
    const double begin = 1e-9 * static_cast<double>(pause.begin_ns - slice.begin_ns);
    const double end = 1e-9 * static_cast<double>(pause.end_ns - slice.begin_ns);
    paused += std::max(0.0, std::min(end, slice.seconds) - std::max(begin, 0.0));
  }
  return paused;
}

}  // namespace

Expected<Events> parse_events(std::string_view text) {
  Events events;
  std::int64_t latest = std::numeric_limits<std::int64_t>::min();
  std::size_t number = 0;
  for (const std::string& line : split(text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    Expected<Json> event = parse_json(line, "event");
    if (!event) {
      const bool infinite = line.find("NaN") != std::string::npos || line.find("Infinity") != std::string::npos;
      const char* what = infinite ? "has a number that is not finite" : "is not JSON";
      return fail(ErrorCode::kMeasurement, fmt::format("line {} {}", number, what));
    }
    NEURAL_TRY(check_event(*event, latest, number));
    events.push_back(*std::move(event));
  }
  return events;
}

Expected<Events> read_events(const std::filesystem::path& path) {
  const std::string text = NEURAL_TRY(read_file(path, kMostEventBytes));
  return parse_events(text);
}

Expected<Events> without_pauses(Events events, const std::vector<Interval>& pauses) {
  if (pauses.empty()) return events;
  double paused = 0;
  for (Json& event : events) {
    const bool is_slice = event_name(event) == "slice";
    if (!is_slice && event_name(event) != "train_end") continue;
    const double seconds = number_of(event, "seconds");
    if (!is_slice) {
      event["seconds"] = seconds - paused;
      continue;
    }
    const auto begin = event.find("begin");
    if (begin == event.end() || !begin->is_number_integer()) {
      return fail(ErrorCode::kMeasurement, "a slice of a run that was stopped has no `begin`");
    }
    const double off = paused_seconds(pauses, {begin->get<std::int64_t>(), seconds});
    event["seconds"] = seconds - off;
    paused += off;
  }
  return events;
}

std::string_view event_name(const Json& event) {
  return event["event"].get_ref<const std::string&>();
}

std::string text_of(const Json& event, std::string_view key) {
  const auto found = event.find(key);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string();
}

double number_of(const Json& event, std::string_view key) {
  const auto found = event.find(key);
  return found != event.end() && found->is_number() ? found->get<double>() : std::numeric_limits<double>::quiet_NaN();
}

const Json* last_event(const Events& events, std::string_view name) {
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (event_name(*event) == name) return &*event;
  }
  return nullptr;
}

}  // namespace neural::bench::process
