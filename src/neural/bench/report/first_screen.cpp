#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <span>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/noise_floor.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

using Results = std::vector<const Json*>;

/// A verdict in plain words; `{}` is δ.
struct Words {
  std::string_view verdict;
  std::string_view text;
};

// What was found, the bad news first; then what was not.
constexpr std::array kTimeWords = {
    Words{"SLOWER", "slower than hand-written code"},
    Words{"EQUIVALENT", "as fast as hand-written code (within ±{})"},
    Words{"FASTER", "faster than hand-written code"},
    Words{"INCONCLUSIVE", "undecided"},
    Words{"INVALID", "not comparable"},
};
constexpr std::array kMemoryWords = {
    Words{"MORE", "more"},
    Words{"EQUIVALENT", "the same (within ±{})"},
    Words{"LESS", "less"},
    Words{"INCONCLUSIVE", "undecided"},
    Words{"INVALID", "not comparable"},
};

struct Measure {
  std::string_view key;
  std::string_view delta_key;
  std::span<const Words> words;
};

constexpr Measure kTime = {"training_time", "delta_time", kTimeWords};
constexpr Measure kMemory = {"memory", "delta_memory", kMemoryWords};

// Of accuracy, where there are seeds enough to say one of these; the bad news first.
constexpr std::array kAccuracyWords = {
    Words{"WORSE", "worse"},
    Words{"EQUIVALENT", "the same (within ±{})"},
    Words{"BETTER", "better"},
};

Results all_results(const Json& results) {
  Results all;
  for (const Json& result : list_at(results, {"results"})) all.push_back(&result);
  return all;
}

/// The comparisons with one contender of one backend, in the order of their first.
std::vector<Results> groups_of(const Results& all) {
  std::vector<Results> groups;
  const auto same = [](const Json& a, const Json& b) {
    return text_at(a, {"backend"}) == text_at(b, {"backend"}) && text_at(a, {"contender"}) == text_at(b, {"contender"});
  };
  for (const Json* result : all) {
    const auto group =
        std::find_if(groups.begin(), groups.end(), [&](const Results& known) { return same(*known.front(), *result); });
    if (group == groups.end()) {
      groups.push_back({result});
    } else {
      group->push_back(result);
    }
  }
  return groups;
}

/// "in all 3 models", "in 1 of 3 models"; once the total is known, "in 1".
std::string where(std::size_t count, std::size_t total, std::string_view noun, bool total_is_known = false) {
  if (total == 1) return fmt::format("in the only {}", noun);
  if (count == total) return fmt::format("in {} {}s", total == 2 ? "both" : fmt::format("all {}", total), noun);
  return total_is_known ? fmt::format("in {}", count) : fmt::format("in {} of {} {}s", count, total, noun);
}

/// How far the intervals of these comparisons reach, or where there are none, their ratios.
std::string reach(const Results& results, const Measure& measure) {
  double farthest = 0;
  bool intervals = false;
  for (const Json* result : results) {
    const Json& comparison = at(*result, {"comparison", measure.key});
    const auto low = number_at(comparison, {"ci_low"});
    const auto high = number_at(comparison, {"ci_high"});
    const double ratio = number_at(comparison, {"ratio"}).value_or(1);
    intervals = intervals || (low && high);
    farthest = std::max({farthest, std::abs(low.value_or(ratio) - 1), std::abs(high.value_or(ratio) - 1)});
  }
  return fmt::format(fmt::runtime(intervals ? "no interval reaches beyond {:.1f} %" : "at most {:.1f} % apart"),
                     100 * farthest);
}

/// "`cnn` +4.1 % [+2.0, +6.3], `deep_mlp` …"
std::string named(const Results& results, const Measure& measure) {
  std::vector<std::string> names;
  for (const Json* result : results) {
    const std::string ratio = ratio_text(at(*result, {"comparison", measure.key}));
    names.push_back(code(text_at(*result, {"model"})) + (ratio == kNoNumber ? "" : " " + ratio));
  }
  return join(names, ", ");
}

/// "slower than hand-written code in 1 of 3 models (`cnn` +4.1 % [+2.0, +6.3]); undecided in 2 (…)".
std::string clauses(const Json& results, const Results& group, const Measure& measure, std::string_view noun) {
  const std::string delta = show_if(number_at(results, {"protocol", measure.delta_key}), show_delta);
  std::vector<std::string> parts;
  for (const Words& words : measure.words) {
    Results found;
    std::copy_if(group.begin(), group.end(), std::back_inserter(found), [&](const Json* result) {
      return text_at(*result, {"comparison", measure.key, "verdict"}) == words.verdict;
    });
    if (found.empty()) continue;
    std::string part = fmt::format("{} {}", fmt::format(fmt::runtime(words.text), delta),
                                   where(found.size(), group.size(), noun, !parts.empty()));
    if (words.verdict == "EQUIVALENT") {
      part += fmt::format(" ({})", reach(found, measure));
    } else if (noun == "model") {
      part += fmt::format(" ({})", named(found, measure));
    }
    parts.push_back(std::move(part));
  }
  return parts.empty() ? "nothing was measured" : join(parts, "; ");
}

/// "worse in 1 of 3 models; the same (within ±0.5 pp) in 2", over the seeds; empty where nothing was decided.
std::string accuracy_clauses(const Json& results, const Results& group) {
  const auto delta = number_at(results, {"protocol", "delta_accuracy"});
  std::vector<std::string> parts;
  for (const Words& words : kAccuracyWords) {
    const auto count = static_cast<std::size_t>(std::count_if(group.begin(), group.end(), [&](const Json* result) {
      return text_at(*result, {"comparison", "accuracy", "verdict"}) == words.verdict;
    }));
    if (count == 0) continue;
    const std::string shown = delta ? fmt::format("{:.3g} pp", 100 * *delta) : kNoNumber;
    parts.push_back(fmt::format(fmt::runtime(words.text), shown) + " " +
                    where(count, group.size(), "model", !parts.empty()));
  }
  return join(parts, "; ");
}

std::string accuracy_sentence(const Json& results, const Results& group) {
  const std::string decided = accuracy_clauses(results, group);
  if (!decided.empty()) {
    const auto seeds = number_at(results, {"protocol", "seeds"}).value_or(1);
    return fmt::format(" Test accuracy, over {:g} seeds: {}.", seeds, decided);
  }
  std::optional<double> widest;
  for (const Json* result : group) {
    const auto difference = number_at(*result, {"comparison", "accuracy", "difference"});
    if (is_complete(*result) && difference) widest = std::max(widest.value_or(0), std::abs(*difference));
  }
  if (!widest) return "";
  if (*widest == 0) return " Test accuracy: the same.";
  return fmt::format(" Test accuracy: at most {:.2f} percentage points apart.", 100 * *widest);
}

std::string parity_sentence(const Results& group) {
  const auto count = [&](std::string_view key) {
    return static_cast<std::size_t>(std::count_if(group.begin(), group.end(), [&](const Json* result) {
      return true_at(*result, {"comparison", "parity", key});
    }));
  };
  const std::size_t passed = count("passed");
  const std::size_t identical = count("bit_identical");
  if (passed == 0) return " That both sides compute the same could not be shown.";
  const std::string bits = identical == 0        ? ""
                           : identical == passed ? ", bit for bit"
                                                 : fmt::format(", bit for bit in {}", identical);
  return fmt::format(" Both sides compute the same: shown {}{}.", where(passed, group.size(), "model"), bits);
}

std::string group_sentence(const Json& results, const Results& group) {
  const Json& first = *group.front();
  const std::string level = text_at(first, {"contender_level"});
  return fmt::format("- **{}**, against {}{}: **{}**. Peak memory: {}.{}{}\n",
                     backend_name(text_at(first, {"backend"})), code(text_at(first, {"contender"})),
                     level.empty() ? "" : " (" + escape(level) + ")", clauses(results, group, kTime, "model"),
                     clauses(results, group, kMemory, "model"), accuracy_sentence(results, group),
                     parity_sentence(group));
}

/// What the language itself costs, the dearest of the models.
std::string compile_sentence(const Results& all) {
  std::optional<double> seconds;
  std::optional<double> percentage;
  for (const Json* result : all) {
    const Json& overhead = at(*result, {"comparison", "compile_overhead"});
    seconds = std::max(seconds, number_at(overhead, {"compile_time"}));
    percentage = std::max(percentage, number_at(overhead, {"percentage_of_training"}));
  }
  if (!seconds || !percentage) return "";
  const std::string part = *percentage < 0.01 ? "less than 0.01 %" : fmt::format("at most {:.2g} %", *percentage);
  return fmt::format("Compiling a model takes {} at most, once: {} of its training time.\n\n", show_seconds(*seconds),
                     part);
}

std::string certainty(const Json& results) {
  const std::string level = show_if(number_at(results, {"protocol", "level"}), show_level);
  const std::string looks = looks_text(results);
  if (true_at(results, {"protocol", "quick"})) {
    return fmt::format(
        "How sure: this is a **quick look**: one look at {} pairs of fresh processes, attained level {}; peak memory "
        "from one process a side, judged by δ alone.\n\n",
        looks, level);
  }
  return fmt::format(
      "How sure: each verdict holds at the level {}, over pairs of fresh processes, one of each side, in random ABBA "
      "order; looks at {} pairs.\n\n",
      level, looks);
}

std::string accuracy_cell(const Json& result) {
  return fmt::format("{} / {}", show_if(number_at(result, {"comparison", "accuracy", "neural"}), show_share),
                     show_if(number_at(result, {"comparison", "accuracy", "native"}), show_share));
}

/// What was built, on both sides where they differ.
std::string parameters_cell(const Json& result) {
  const auto show = [](double count) { return with_thousands(static_cast<std::int64_t>(count)); };
  const std::string neural = show_if(number_at(result, {"neural", "parameters"}), show);
  const std::string native = show_if(number_at(result, {"native", "parameters"}), show);
  return neural == native ? neural : neural + " / " + native;
}

std::string parity_cell(const Json& result) {
  if (true_at(result, {"comparison", "parity", "bit_identical"})) return "bit-identical";
  if (true_at(result, {"comparison", "parity", "passed"})) return "passed";
  return at(result, {"comparison", "parity", "passed"}).is_boolean() ? "**FAILED**" : "not shown";
}

std::string summary_table(const Json& results) {
  Table table(with_subject_columns({{"Parameters", Align::kRight},
                                    {"Training time", Align::kRight},
                                    {"Verdict"},
                                    {"Peak memory", Align::kRight},
                                    {"Verdict"},
                                    {"Accuracy (Neural / hand)", Align::kRight},
                                    {"Parity"}}));
  for (const Json* result : all_results(results)) {
    const Json& time = at(*result, {"comparison", "training_time"});
    const Json& memory = at(*result, {"comparison", "memory"});
    table.add(with_subject(*result, {parameters_cell(*result), ratio_text(time), verdict_text(time), ratio_text(memory),
                                     verdict_text(memory), accuracy_cell(*result), parity_cell(*result)}));
  }
  return table.text();
}

}  // namespace

std::string answer_section(const Json& results) {
  const Results all = all_results(results);
  std::string text = "# Neural against hand-written code\n\n";
  if (all.empty()) return text + "Nothing was measured.\n\n";
  const std::vector<Results> groups = groups_of(all);
  for (const bool of_engine : {false, true}) {
    Results by_hand;
    std::copy_if(all.begin(), all.end(), std::back_inserter(by_hand), [&](const Json* result) {
      return text_at(*result, {"contender_level"}) != "other" && is_of_engine(*result) == of_engine;
    });
    if (groups.size() < 2 || by_hand.empty()) continue;
    text += fmt::format("**Training with {} is {}.**\n\n",
                        of_engine ? "Neural's own engine" : "the program Neural generates",
                        clauses(results, by_hand, kTime, "comparison"));
  }
  for (const Results& group : groups) text += group_sentence(results, group);
  return text + "\n" + certainty(results) + noise_floor_sentence(results) + compile_sentence(all);
}

std::string summary_section(const Json& results) {
  if (list_at(results, {"results"}).empty()) return {};
  return summary_table(results) +
         fmt::format(
             "A percentage is Neural's program against the hand-written one, `+` is Neural slower or larger; in "
             "brackets "
             "the {} interval. Within ±{} of time and ±{} of memory two programs count as equivalent.\n\n",
             show_if(number_at(results, {"protocol", "level"}), show_level),
             show_if(number_at(results, {"protocol", "delta_time"}), show_delta),
             show_if(number_at(results, {"protocol", "delta_memory"}), show_delta));
}

}  // namespace neural::bench::report
