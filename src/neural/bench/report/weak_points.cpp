#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/noise_floor.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

/// What the runs of a comparison tell of how quiet the machine was: of those that count, the worst.
struct Evidence {
  std::size_t counted = 0;
  std::size_t others = 0;
  std::size_t repeated = 0;
  double foreign_share = 0;
  double steal_share = 0;
  double major_faults = 0;
};

Evidence evidence_of(const Json& result) {
  Evidence evidence;
  for (const char* side : {"neural", "native"}) {
    for (const Json& run : list_at(result, {side, "runs"})) {
      ++(true_at(run, {"counts"}) ? evidence.counted : evidence.others);
      if (!true_at(run, {"counts"})) continue;
      evidence.foreign_share = std::max(evidence.foreign_share, number_at(run, {"foreign_cpu_share"}).value_or(0));
      evidence.steal_share = std::max(evidence.steal_share, number_at(run, {"steal_share"}).value_or(0));
      evidence.major_faults += number_at(run, {"major_faults"}).value_or(0);
    }
  }
  for (const Json& pair : list_at(result, {"pairs"})) {
    if (text_at(pair, {"state"}) != "complete") ++evidence.repeated;
  }
  return evidence;
}

std::string evidence_table(const Json& results) {
  Table table(with_subject_columns({{"Runs that count", Align::kRight},
                                    {"Runs that do not", Align::kRight},
                                    {"Pairs measured again", Align::kRight},
                                    {"Most foreign CPU", Align::kRight},
                                    {"Most steal", Align::kRight},
                                    {"Major faults", Align::kRight}}));
  for (const Json& result : list_at(results, {"results"})) {
    const Evidence evidence = evidence_of(result);
    table.add(with_subject(
        result, {fmt::format("{}", evidence.counted), fmt::format("{}", evidence.others),
                 fmt::format("{}", evidence.repeated), fmt::format("{:.1f} %", 100 * evidence.foreign_share),
                 fmt::format("{:.1f} %", 100 * evidence.steal_share), fmt::format("{:.0f}", evidence.major_faults)}));
  }
  return "How quiet the machine was, by the worst of the runs that count:\n\n" + table.text();
}

std::size_t count_results(const Json& results, bool (*holds)(const Json&)) {
  const Json& list = list_at(results, {"results"});
  return static_cast<std::size_t>(std::count_if(list.begin(), list.end(), holds));
}

bool has_flag(const Json& result, std::string_view measure, std::string_view flag) {
  const std::vector<std::string> flags = texts_at(result, {"comparison", measure, "flags"});
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

bool decides_speed(const Json& result) {
  const std::string verdict = text_at(result, {"comparison", "training_time", "verdict"});
  return verdict == "FASTER" || verdict == "SLOWER";
}

bool has_cumulative_memory(const Json& result) {
  return text_at(result, {"neural", "memory_method"}) == "VmHWM-cumulative" ||
         text_at(result, {"native", "memory_method"}) == "VmHWM-cumulative";
}

// The engine's versions and threads have other names than a framework's: that they differ says nothing.

bool has_different_versions(const Json& result) {
  if (is_of_engine(result)) return false;
  const Json& neural = at(result, {"neural", "versions"});
  const Json& native = at(result, {"native", "versions"});
  return neural.is_object() && native.is_object() && neural != native;
}

bool has_different_threads(const Json& result) {
  if (is_of_engine(result)) return false;
  const Json& neural = at(result, {"neural", "worker", "threads"});
  const Json& native = at(result, {"native", "worker", "threads"});
  return neural.is_object() && native.is_object() && neural != native;
}

bool reaches_target_sooner(const Json& result) {
  return true_at(result, {"comparison", "time_to_target", "epochs_differ"});
}

/// A weakness that some comparisons have; `{}` is how many of how many.
struct Weakness {
  bool (*holds)(const Json& result);
  std::string_view text;
};

constexpr Weakness kWeaknesses[] = {
    {[](const Json& result) { return !is_complete(result); }, "{} could not be measured completely: see above."},
    {[](const Json& result) { return has_flag(result, "memory", "single"); },
     "Peak memory of {} stands on one process a side (flag `single`): no interval, judged by δ alone."},
    {[](const Json& result) { return has_flag(result, "training_time", "noisy"); },
     "In {} other processes disturbed runs that count (flag `noisy`): repeat on an idle machine before relying on "
     "them."},
    {[](const Json& result) { return has_flag(result, "training_time", "skewed"); },
     "The ratios of {} lean to one side (flag `skewed`); the wider interval of the sign test was used."},
    {[](const Json& result) { return has_flag(result, "training_time", "sequential"); },
     "The sides of {} were measured one after the other (flag `sequential`): drift of the machine may look like a "
     "difference."},
    {[](const Json& result) { return decides_speed(result) && !has_flag(result, "training_time", "survives_holm"); },
     "The speed verdict of {} does not survive when all verdicts of this report are judged together (Holm): one of "
     "many comparisons is bound to look different by chance."},
    {has_cumulative_memory,
     "In {} the kernel did not let the high-water mark be reset: peak memory includes earlier phases."},
    {reaches_target_sooner,
     "In {} one side reaches the target in fewer epochs, seed after seed: programs that compute the same do not."},
    {is_of_engine,
     "In {} it is our own engine that trains, not a generated program; its Adam adds epsilon where the contender's "
     "framework does."},
    {has_different_versions, "In {} the two sides ran with different versions: see the versions below."},
    {has_different_threads, "In {} the two sides ran with different thread settings: see `worker` in the JSON."},
};

std::string quick_point(const Json& results) {
  if (!true_at(results, {"protocol", "quick"})) return {};
  return fmt::format("- Quick mode: one look at {} pairs, attained level {}. Small differences stay undecided.\n",
                     looks_text(results), show_if(number_at(results, {"protocol", "level"}), show_level));
}

std::string unfinished_point(const Json& results) {
  if (!text_at(results, {"protocol", "finished_utc"}).empty()) return {};
  return "- The session was not finished.\n";
}

/// What the session had no time for, alike cells together.
std::string budget_points(const Json& results) {
  std::map<std::string, std::size_t> given_up;
  for (const Json& result : list_at(results, {"results"})) {
    for (const std::string& what : texts_at(result, {"given_up"})) ++given_up[what];
  }
  std::string text;
  for (const auto& [what, count] : given_up) {
    text += fmt::format("- The budget of {} gave up {} in {}.\n",
                        show_if(number_at(results, {"protocol", "budget_seconds"}), show_seconds), prose(what),
                        count_of(count, "comparison"));
  }
  return text;
}

/// Of sessions whose pairs take turns otherwise.
std::string apart_points(const Json& results) {
  std::map<std::string, std::size_t> reasons;
  for (const Json& result : list_at(results, {"results"})) {
    const std::string reason = text_at(result, {"pairs_apart"});
    if (!reason.empty()) ++reasons[reason];
  }
  std::string text;
  for (const auto& [reason, count] : reasons) {
    text += fmt::format("- The sides of the pairs of {} trained one after the other, not in turns: {}.\n",
                        count_of(count, "comparison"), prose(reason));
  }
  return text;
}

/// Claims that one pair of equal programs could have looked like. Over many pairs a smaller difference can be real.
std::string noise_point(const Json& results) {
  const Json& all = list_at(results, {"results"});
  const auto count = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const Json& result) { return is_below_noise_floor(results, result); }));
  if (count == 0) return {};
  return fmt::format(
      "- The difference of {} is no larger than that of a single pair of equal programs in this session.\n",
      count_of(count, "comparison"));
}

std::string contender_point(const Json& results) {
  const std::size_t tuned =
      count_results(results, [](const Json& result) { return text_at(result, {"contender_level"}) == "tuned"; });
  if (tuned > 0) return {};
  return "- No contender here is tuned: a hand-written program that uses every trick of its framework may be faster. "
         "Idiomatic code is what is compared.\n";
}

std::string seed_point(const Json& results) {
  if (number_at(results, {"protocol", "seeds"}).value_or(1) > 1) {
    return "- One machine: a ratio holds for this machine.\n";
  }
  return "- One machine and one seed: a ratio holds for this machine, and differences of accuracy and loss have no "
         "interval.\n";
}

std::string problem_points(const Json& results) {
  std::string text;
  for (const std::string& problem : texts_at(results, {"problems"})) text += fmt::format("- {}.\n", prose(problem));
  return text;
}

}  // namespace

std::string weak_points_section(const Json& results) {
  std::string text = "## What speaks against these figures\n\n" + quick_point(results) + unfinished_point(results);
  const std::size_t total = list_at(results, {"results"}).size();
  for (const Weakness& weakness : kWeaknesses) {
    const std::size_t count = count_results(results, weakness.holds);
    if (count == 0) continue;
    const std::string part = fmt::format("{} of {} comparison{}", count, total, total == 1 ? "" : "s");
    text += "- " + fmt::format(fmt::runtime(weakness.text), part) + "\n";
  }
  text += problem_points(results) + budget_points(results) + apart_points(results) + noise_point(results) +
          contender_point(results);
  text +=
      seed_point(results) +
      "- The seconds of training and total time are of a single full run a side; only the ratios of epoch times rest "
      "on many processes.\n\n";
  return text + evidence_table(results);
}

std::string unmeasured_section(const Json& results) {
  std::string text;
  for (const Json& result : list_at(results, {"results"})) {
    if (is_complete(result)) continue;
    text += fmt::format("- {}: {}.", subject(result), prose(text_at(result, {"reason"})));
    const std::string next = text_at(result, {"next"});
    text += next.empty() ? "\n" : fmt::format(" Next: {}.\n", prose(next));
  }
  return text.empty() ? text : "## What could not be compared\n\n" + text + "\n";
}

}  // namespace neural::bench::report
