#include <fmt/format.h>

#include <algorithm>

#include "neural/base/json_view.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/research.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

bool has_seeds(const Json& results) {
  return number_at(results, {"protocol", "seeds"}).value_or(1) > 1;
}

/// What both sides reached in one measure.
struct Outcome {
  const char* key;
  Show show;
  Show show_difference;
  /// Of the interval's ends, which are differences of accuracies and ratios of losses.
  std::string (*show_bound)(double bound);
};

const Outcome kAccuracy = {"accuracy", show_share, show_points, show_points};
const Outcome kLoss = {"loss", show_loss, show_loss_difference,
                       [](double ratio) { return show_percentage(100 * (ratio - 1)); }};

std::string interval_text(const Json& values, const Outcome& outcome) {
  const auto low = number_at(values, {"ci_low"}), high = number_at(values, {"ci_high"});
  if (!low || !high) return kNoNumber;
  return fmt::format("{} to {}", outcome.show_bound(*low), outcome.show_bound(*high));
}

/// Why the verdicts are not stronger. Where the whole cell could not be compared, that stands elsewhere.
std::string outcome_reasons(const Json& results, std::string_view measure) {
  std::string text;
  for (const Json& result : list_at(results, {"results"})) {
    const std::string reason = text_at(result, {"comparison", measure, "reason"});
    if (reason.empty() || reason == text_at(result, {"reason"})) continue;
    text += fmt::format("- {}: {}: {}\n", subject(result), escape(text_at(result, {"comparison", measure, "verdict"})),
                        prose(reason));
  }
  return text.empty() ? text : text + "\n";
}

/// A verdict only where there is more than one seed: of one there is none.
std::string outcome_table(const Json& results, const Outcome& outcome) {
  std::vector<Column> columns = {
      {"Neural", Align::kRight}, {"Hand-written", Align::kRight}, {"Difference", Align::kRight}};
  const bool judged = has_seeds(results);
  if (judged) columns.insert(columns.end(), {{"Interval", Align::kRight}, {"Seeds", Align::kRight}, {"Verdict"}});
  Table table(with_subject_columns(std::move(columns)));
  for (const Json& result : list_at(results, {"results"})) {
    const Json& values = at(result, {"comparison", outcome.key});
    std::vector<std::string> cells = {show_if(number_at(values, {"neural"}), outcome.show),
                                      show_if(number_at(values, {"native"}), outcome.show),
                                      show_if(number_at(values, {"difference"}), outcome.show_difference)};
    if (judged) {
      const auto seeds = number_at(values, {"pairs"});
      cells.insert(cells.end(), {interval_text(values, outcome), seeds ? fmt::format("{:g}", *seeds) : kNoNumber,
                                 verdict_text(values)});
    }
    table.add(with_subject(result, std::move(cells)));
  }
  return table.text() + (judged ? outcome_reasons(results, outcome.key) : "");
}

/// Beside medians stands what they are of.
std::string seeds_sentence(const Json& results, std::string_view delta_key, Show show) {
  if (!has_seeds(results)) return "one seed, so no verdict";
  return fmt::format(
      "medians over the seeds, the interval of the paired differences at 95 %, and equivalent within ±{}",
      show_if(number_at(results, {"protocol", delta_key}), show));
}

std::string target_cell(const Json& side) {
  const auto reached = number_at(side, {"reached"}), seeds = number_at(side, {"seeds"});
  if (!reached || !seeds) return kNoNumber;
  std::string text = fmt::format("{:g} of {:g}", *reached, *seeds);
  const auto low = number_at(side, {"ci_low"}), high = number_at(side, {"ci_high"});
  if (low && high) text += fmt::format(" [{:.0f}, {:.0f} %]", 100 * *low, 100 * *high);
  const auto epochs = number_at(side, {"epochs"});
  if (epochs) {
    text += fmt::format(", {:g} epoch{}, {}", *epochs, *epochs == 1 ? "" : "s",
                        show_if(number_at(side, {"seconds"}), show_seconds));
  }
  return text;
}

/// Nothing where no target was set.
std::string target_section(const Json& results) {
  Table table(with_subject_columns({{"Neural"}, {"Hand-written"}, {"Time", Align::kRight}, {"Verdict"}}));
  std::string reasons;
  for (const Json& result : list_at(results, {"results"})) {
    const Json& target = at(result, {"comparison", "time_to_target"});
    if (!target.is_object()) continue;
    const Json& time = at(target, {"time"});
    table.add(with_subject(result, {target_cell(at(target, {"neural"})), target_cell(at(target, {"native"})),
                                    ratio_text(time), verdict_text(time)}));
    const std::string reason = text_at(time, {"reason"});
    if (!reason.empty()) reasons += fmt::format("- {}: {}\n", subject(result), prose(reason));
  }
  if (table.empty()) return {};
  return fmt::format(
             "## Time to target\n\n"
             "Runs that had a test accuracy of {} behind an epoch, with the 95 % interval of that share of seeds; "
             "medians of the epochs and of the training time it took; the ratio of those times, seed by seed.\n\n",
             show_if(number_at(results, {"protocol", "target_accuracy"}), show_share)) +
         table.text() + (reasons.empty() ? "" : reasons + "\n");
}

/// One number of an epoch on both sides.
struct Course {
  const char* key;
  const char* title;
  Show show;
};

constexpr Course kCourses[] = {
    {"loss", "Training loss", show_loss},
    {"test_loss", "Test loss", show_loss},
    {"test_accuracy", "Test accuracy", show_share},
    {"seconds", "Time", show_seconds},
};

std::string course_table(const Json& result) {
  std::vector<Column> columns = {{"Epoch", Align::kRight}};
  for (const Course& course : kCourses) {
    columns.push_back({fmt::format("{}, Neural", course.title), Align::kRight});
    columns.push_back({"hand", Align::kRight});
  }
  const std::size_t epochs = std::max(list_at(result, {"neural", "history", "epoch"}).size(),
                                      list_at(result, {"native", "history", "epoch"}).size());
  Table table(std::move(columns));
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    std::vector<std::string> cells = {fmt::format("{}", epoch + 1)};
    for (const Course& course : kCourses) {
      for (const char* side : {"neural", "native"}) {
        const Json& list = list_at(result, {side, "history", course.key});
        const bool there = epoch < list.size() && list[epoch].is_number();
        cells.push_back(there ? course.show(list[epoch].get<double>()) : kNoNumber);
      }
    }
    table.add(std::move(cells));
  }
  return table.empty() ? std::string() : fmt::format("{}:\n\n", subject(result)) + table.text();
}

/// Nothing where no model has research blocks.
std::string research_section(const Json& results) {
  Table table(with_subject_columns({{"Claim"}, {"Neural"}, {"Hand-written"}}));
  for (const Json& result : list_at(results, {"results"})) {
    for (const Json& claim : list_at(result, {"research"})) {
      table.add(with_subject(result, {escape(research_title(claim)), escape(research_verdict(claim, "neural")),
                                      escape(research_verdict(claim, "native"))}));
    }
  }
  if (table.empty()) return {};
  return "## Research results\n\n"
         "What the research blocks of the models say that others have reached, against the test accuracy and test loss "
         "of "
         "the full runs above; nothing else is measured.\n\n" +
         table.text();
}

}  // namespace

std::string quality_sections(const Json& results) {
  std::string text =
      fmt::format(
          "## Accuracy\n\n"
          "Share of the test set that is classified correctly after the last epoch. Both sides start from the "
          "same weights; {}.\n\n",
          seeds_sentence(results, "delta_accuracy",
                         [](double delta) { return fmt::format("{:.3g} pp", 100 * delta); })) +
      outcome_table(results, kAccuracy) +
      fmt::format("## Loss\n\nLoss of the test set after the last epoch; {}.\n\n",
                  seeds_sentence(results, "delta_loss", show_delta)) +
      outcome_table(results, kLoss) + target_section(results) + research_section(results) +
      "## Convergence\n\nThe full run of each side" + (has_seeds(results) ? " from the declared seed" : "") +
      ", epoch by epoch.\n\n";
  for (const Json& result : list_at(results, {"results"})) text += course_table(result);
  return text;
}

}  // namespace neural::bench::report
