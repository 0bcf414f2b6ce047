#include <fmt/format.h>

#include <algorithm>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

/// "409–414 MiB (3)": the range of the processes and how many they were.
std::string range_text(const Json& result, std::string_view side) {
  const std::vector<double> samples = numbers_at(result, {side, "samples", "peak_memory"});
  if (samples.empty() || !is_judged(result, "memory")) return kNoNumber;
  const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
  const std::string first = show_bytes(*low), last = show_bytes(*high);
  return fmt::format("{} ({})", first == last ? first : first + " – " + last, samples.size());
}

std::string peak_memory_section(const Json& results) {
  Table table(with_subject_columns({{"Neural", Align::kRight},
                                    {"Hand-written", Align::kRight},
                                    {"Difference", Align::kRight},
                                    {"Ratio", Align::kRight},
                                    {"Range, Neural (processes)", Align::kRight},
                                    {"Range, hand (processes)", Align::kRight},
                                    {"Verdict"},
                                    {"Flags"}}));
  for (const Json& result : list_at(results, {"results"})) {
    const Json& memory = at(result, {"comparison", "memory"});
    table.add(with_subject(
        result,
        {show_if(number_at(memory, {"neural"}), show_bytes), show_if(number_at(memory, {"native"}), show_bytes),
         show_change(number_at(memory, {"difference"}), show_bytes), ratio_text(memory), range_text(result, "neural"),
         range_text(result, "native"), verdict_text(memory), escape(join(texts_at(memory, {"flags"}), ", "))}));
  }
  return "## Peak memory\n\n"
         "The most that was resident at once in any phase of a process that trained on all rows for an epoch or "
         "more, the framework itself included; the median of such processes.\n\n" +
         table.text() + reason_lines(results, "memory");
}

std::string train_memory_section(const Json& results) {
  Table table(with_subject_columns(
      {{"Neural", Align::kRight}, {"Hand-written", Align::kRight}, {"Difference", Align::kRight}}));
  for (const Json& result : list_at(results, {"results"})) {
    std::optional<double> neural, native, difference;
    if (is_judged(result, "memory")) {
      neural = number_at(result, {"neural", "train_memory"});
      native = number_at(result, {"native", "train_memory"});
    }
    if (neural && native) difference = *neural - *native;
    table.add(with_subject(
        result, {show_if(neural, show_bytes), show_if(native, show_bytes), show_change(difference, show_bytes)}));
  }
  return "## Memory of training\n\n"
         "The peak of the training phase less what was resident when it began: what training itself adds. Medians of "
         "the same processes.\n\n" +
         table.text();
}

std::vector<std::string> phase_cells(const Json& result, std::string_view phase) {
  std::vector<std::string> cells;
  for (const char* key : {"begin", "peak"}) {
    for (const char* side : {"neural", "native"}) {
      std::optional<double> bytes;
      for (const Json& each : list_at(result, {side, "memory_phases"})) {
        if (text_at(each, {"phase"}) == phase) bytes = number_at(each, {key});
      }
      cells.push_back(show_if(bytes, show_bytes));
    }
  }
  return cells;
}

std::string phase_memory_section(const Json& results) {
  Table table(with_subject_columns({{"Phase"},
                                    {"At its begin, Neural", Align::kRight},
                                    {"hand", Align::kRight},
                                    {"Peak, Neural", Align::kRight},
                                    {"hand", Align::kRight}}));
  for (const Json& result : list_at(results, {"results"})) {
    if (!is_judged(result, "memory")) continue;
    for (const Json& each : list_at(result, {"neural", "memory_phases"})) {
      const std::string phase = text_at(each, {"phase"});
      std::vector<std::string> cells = phase_cells(result, phase);
      cells.insert(cells.begin(), escape(phase));
      table.add(with_subject(result, std::move(cells)));
    }
  }
  if (table.empty()) return {};
  return "## Memory by phase\n\n"
         "What was resident when a phase began, and the most that was resident in it. Medians of the same "
         "processes.\n\n" +
         table.text();
}

}  // namespace

std::string memory_sections(const Json& results) {
  return peak_memory_section(results) + train_memory_section(results) + phase_memory_section(results);
}

}  // namespace neural::bench::report
