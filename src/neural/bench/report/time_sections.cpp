#include <fmt/format.h>

#include <algorithm>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

/// The ratios of all pairs in the order in which they were run, so that a reader can judge their spread.
std::string pair_lines(const Json& results) {
  std::string text;
  for (const Json& result : list_at(results, {"results"})) {
    if (!is_judged(result, "training_time")) continue;
    const std::vector<double> neural = numbers_at(result, {"neural", "samples", "epoch_time"});
    const std::vector<double> native = numbers_at(result, {"native", "samples", "epoch_time"});
    std::vector<std::string> ratios;
    for (std::size_t i = 0; i < std::min(neural.size(), native.size()); ++i) {
      ratios.push_back(show_percentage(100 * (neural[i] / native[i] - 1)));
    }
    if (!ratios.empty()) text += fmt::format("- {}: {}\n", subject(result), join(ratios, ", "));
  }
  return text.empty() ? text : "Every pair, in the order of measurement:\n\n" + text + "\n";
}

std::string training_time_section(const Json& results) {
  Table table(with_subject_columns({{"Neural", Align::kRight},
                                    {"Hand-written", Align::kRight},
                                    {"Ratio of epoch times", Align::kRight},
                                    {"Level", Align::kRight},
                                    {"Pairs", Align::kRight},
                                    {"Verdict"},
                                    {"Flags"}}));
  for (const Json& result : list_at(results, {"results"})) {
    const Json& time = at(result, {"comparison", "training_time"});
    const auto pairs = number_at(time, {"pairs"});
    table.add(with_subject(
        result, {show_if(number_at(time, {"neural"}), show_seconds), show_if(number_at(time, {"native"}), show_seconds),
                 ratio_text(time), show_if(number_at(time, {"level"}), show_level),
                 pairs ? fmt::format("{:g}", *pairs) : kNoNumber, verdict_text(time),
                 escape(join(texts_at(time, {"flags"}), ", "))}));
  }
  const auto epochs = number_at(results, {"protocol", "epochs"});
  return fmt::format(
             "## Training time\n\n"
             "Seconds: one full run a side, {} epochs, the calls of `fit` alone. Ratio, interval and verdict: the "
             "epoch times of the pairs.\n\n",
             epochs ? fmt::format("{:g}", *epochs) : kNoNumber) +
         table.text() + reason_lines(results, "training_time") + pair_lines(results);
}

std::string total_time_section(const Json& results) {
  Table table(with_subject_columns({{"Neural", Align::kRight},
                                    {"Hand-written", Align::kRight},
                                    {"Difference", Align::kRight},
                                    {"Ratio", Align::kRight},
                                    {"Verdict"}}));
  for (const Json& result : list_at(results, {"results"})) {
    const Json& time = at(result, {"comparison", "total_time"});
    table.add(with_subject(
        result, {show_if(number_at(time, {"neural"}), show_seconds), show_if(number_at(time, {"native"}), show_seconds),
                 show_change(number_at(time, {"difference"}), show_seconds), ratio_text(time), verdict_text(time)}));
  }
  return "## Total time\n\n"
         "Parsing and code generation (Neural alone), building the model, and training. One full run a side, so "
         "there is no interval and no claim.\n\n" +
         table.text();
}

std::string epoch_and_step_section(const Json& results) {
  Table table(with_subject_columns({{"Epoch, Neural", Align::kRight},
                                    {"Epoch, hand", Align::kRight},
                                    {"Step, Neural", Align::kRight},
                                    {"Step, hand", Align::kRight},
                                    {"Fixed, Neural", Align::kRight},
                                    {"Fixed, hand", Align::kRight}}));
  for (const Json& result : list_at(results, {"results"})) {
    std::vector<std::string> cells;
    for (const char* key : {"epoch_time", "step_time", "fixed_cost"}) {
      for (const char* side : {"neural", "native"}) {
        const auto seconds = number_at(result, {side, key});
        cells.push_back(is_judged(result, "training_time") ? show_if(seconds, show_seconds) : kNoNumber);
      }
    }
    table.add(with_subject(result, std::move(cells)));
  }
  return "## Epoch and step time\n\n"
         "Medians over the pairs. In each process a short and a long call of `fit` give a line: its slope is the "
         "step, its intercept the fixed cost of a call, its value at an epoch's steps the epoch.\n\n" +
         table.text();
}

}  // namespace

std::string time_sections(const Json& results) {
  return training_time_section(results) + total_time_section(results) + epoch_and_step_section(results);
}

}  // namespace neural::bench::report
