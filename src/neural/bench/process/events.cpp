#include "neural/bench/process/events.hpp"

#include <fmt/format.h>

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
