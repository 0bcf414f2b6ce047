#include "neural/bench/process/failure.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <filesystem>

#include "neural/base/text.hpp"
#include "neural/bench/process/event_file.hpp"
#include "neural/bench/process/validate.hpp"

namespace neural::bench::process {
namespace {

constexpr std::size_t kLongestMessage = 300;

struct Phase {
  std::string_view name;
  std::string_view during;
};

constexpr std::array kPhases = {
    Phase{"plan", "while its plan was read"},
    Phase{"framework", "because its framework cannot be loaded (see `neural doctor`)"},
    Phase{"import", "while it was imported"},
    Phase{"build", "while building its model"},
    Phase{"data", "while the data were read"},
    Phase{"parity", "in the parity check"},
    Phase{"warmup", "in its warm-up"},
    Phase{"train", "while training"},
    Phase{"evaluate", "while evaluating"},
};

std::string during(std::string_view phase) {
  for (const Phase& known : kPhases) {
    if (known.name == phase) return std::string(known.during);
  }
  return phase.empty() ? "before it began" : fmt::format("in its phase `{}`", phase);
}

std::string first_line(std::string_view text) {
  std::string line(trim(text).substr(0, trim(text).find('\n')));
  if (line.size() <= kLongestMessage) return line;
  std::size_t end = kLongestMessage;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return line.substr(0, end) + "…";
}

/// "ValueError at pytorch_native.py line 42: message"
std::string describe_error(const Json& error) {
  std::string text = text_of(error, "type");
  if (const std::string file = text_of(error, "file"); !file.empty()) {
    // Of the program the name is enough, it lies beside the report; the files of a framework can be anywhere.
    const bool anywhere = text_of(error, "phase") == "framework";
    text += " at " + (anywhere ? file : std::filesystem::path(file).filename().string());
    if (const auto line = error.find("line"); line != error.end() && line->is_number_integer()) {
      text += " line " + line->dump();
    }
  }
  return text + ": " + first_line(text_of(error, "message"));
}

std::string last_seen(const Expected<Events>& events) {
  if (!events || events->empty()) return "before its first event";
  return fmt::format("after its event `{}`", event_name(events->back()));
}

/// What the side did, without its name; `file` is where to look next.
struct Clause {
  std::string text;
  std::string_view file = "log.txt";
};

Clause find_clause(const WorkerPlan& plan, const Ending& ending, const Expected<Events>& events, double timeout) {
  const Json* error = events ? last_event(*events, "error") : nullptr;
  if (ending.flooded) {
    return {fmt::format("sent more than {} bytes of events", with_thousands(kMostEventBytes)), "events.jsonl"};
  }
  if (ending.timed_out) {
    return {fmt::format("did not end within {} s (it was stopped {}; `--timeout` sets the limit)", timeout,
                        last_seen(events))};
  }
  if (error != nullptr) return {fmt::format("failed {}: {}", during(text_of(*error, "phase")), describe_error(*error))};
  if (ending.signal != 0) {
    const std::string hint = ending.signal == 9 ? ", often because the memory of the machine was used up" : "";
    return {fmt::format("was ended by signal {} ({}) {}{}", ending.signal, ::strsignal(ending.signal),
                        last_seen(events), hint)};
  }
  if (ending.exit_status != 0) {
    return {fmt::format("ended with status {} {}", ending.exit_status, last_seen(events))};
  }
  if (!events) return {fmt::format("sent events that cannot be read: {}", events.error().message), "events.jsonl"};
  if (last_event(*events, "exit") == nullptr) {
    return {fmt::format("ended itself with status 0 {}, before its work was done", last_seen(events))};
  }
  return {find_fault(plan, *events), "events.jsonl"};
}

}  // namespace

std::string describe_failure(const WorkerPlan& plan, const Ending& ending, const Expected<Events>& events,
                             double timeout_seconds) {
  const Clause clause = find_clause(plan, ending, events, timeout_seconds);
  if (clause.text.empty()) return {};
  const std::string_view who = plan.side == Side::kNeural ? "the generated program" : "the contender";
  const std::string_view what = clause.file == "log.txt" ? "its output is in" : "its events are in";
  return fmt::format("{} {}; {} {}/{}", who, clause.text, what, plan.place(), clause.file);
}

}  // namespace neural::bench::process
