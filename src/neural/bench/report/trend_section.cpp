#include <fmt/format.h>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

std::string quantity(const Json& series) {
  return text_at(series, {"metric"}) == "memory" ? "peak memory" : "training time";
}

std::string ratio_at(const Json& value, const char* key) {
  const auto ratio = number_at(value, {key});
  return ratio ? show_percentage(100 * (*ratio - 1)) : kNoNumber;
}

std::string whole_at(const Json& value, const char* key) {
  const auto number = number_at(value, {key});
  return number ? fmt::format("{:.0f}", *number) : kNoNumber;
}

std::string series_table(const Json& all) {
  Table table(with_subject_columns({{"Quantity"},
                                    {"Machine"},
                                    {"Sessions", Align::kRight},
                                    {"First", Align::kRight},
                                    {"Last", Align::kRight},
                                    {"Changes", Align::kRight}}));
  for (const Json& series : all) {
    const Json& points = list_at(series, {"points"});
    if (points.empty()) continue;
    table.add(with_subject(series,
                           {quantity(series), code(text_at(series, {"fingerprint"})), fmt::format("{}", points.size()),
                            ratio_at(points.front(), "ratio"), ratio_at(points.back(), "ratio"),
                            fmt::format("{}", list_at(series, {"changes"}).size())}));
  }
  return table.text();
}

/// "acknowledged: the reason"
std::string state(const Json& change) {
  const std::string reason = text_at(change, {"reason"});
  return escape(text_at(change, {"state"}) + (reason.empty() ? "" : ": " + reason));
}

/// Each phase of what moved, on both sides of the change.
std::string phase_table(const Json& all) {
  Table table(with_subject_columns({{"Quantity"},
                                    {"At session", Align::kRight},
                                    {"Phase"},
                                    {"Before", Align::kRight},
                                    {"Since", Align::kRight},
                                    {"Neural side", Align::kRight},
                                    {"Native side", Align::kRight}}));
  for (const Json& series : all) {
    for (const Json& change : list_at(series, {"changes"})) {
      for (const Json& phase : list_at(change, {"phases"})) {
        table.add(
            with_subject(series, {quantity(series), whole_at(change, "session"), escape(text_at(phase, {"phase"})),
                                  ratio_at(phase, "before"), ratio_at(phase, "after"), ratio_at(phase, "neural"),
                                  ratio_at(phase, "native")}));
      }
    }
  }
  if (table.empty()) return {};
  return "Which phase it was: the ratios neural : native of each, and how either side's own figure moved:\n\n" +
         table.text();
}

/// Where a level has moved, and between which revisions.
std::string change_table(const Json& all) {
  Table table(with_subject_columns({{"Quantity"},
                                    {"At session", Align::kRight},
                                    {"Before", Align::kRight},
                                    {"Since", Align::kRight},
                                    {"p", Align::kRight},
                                    {"State"},
                                    {"Last revision before"},
                                    {"First since"}}));
  for (const Json& series : all) {
    for (const Json& change : list_at(series, {"changes"})) {
      const auto p_value = number_at(change, {"p_value"});
      table.add(with_subject(
          series, {quantity(series), whole_at(change, "session"), ratio_at(change, "before"), ratio_at(change, "after"),
                   p_value ? fmt::format("{:.0e}", *p_value) : kNoNumber, state(change),
                   code(text_at(change, {"last_before"})), code(text_at(change, {"first_after"}))}));
    }
  }
  return table.empty() ? std::string("No level has moved.\n\n") : "Where a level has moved:\n\n" + table.text();
}

std::string machine_table(const Json& results) {
  Table table({{"Machine"}, {"Fact"}, {"This session"}, {"There"}});
  for (const Json& machine : list_at(results, {"trend", "machines"})) {
    for (const Json& each : list_at(machine, {"differences"})) {
      const auto shown = [&](const char* key) {
        const std::string text = text_at(each, {key});
        return text.empty() ? kNoNumber : escape(text);
      };
      table.add({code(text_at(machine, {"fingerprint"})), code(text_at(each, {"key"})), shown("here"), shown("there")});
    }
  }
  return table.empty() ? std::string() : "What other machines of the history have otherwise:\n\n" + table.text();
}

}  // namespace

std::string trend_section(const Json& results) {
  const Json& all = list_at(results, {"trend", "series"});
  if (all.empty()) return {};
  return fmt::format(
             "## Other sessions\n\n"
             "The ratios of all sessions in the history that this report was taken from; it is its session {}, "
             "on the machine {}. Times of two sessions are never compared, only their ratios.\n\n",
             whole_at(at(results, {"trend"}), "session"), code(text_at(results, {"trend", "fingerprint"}))) +
         series_table(all) + change_table(all) + phase_table(all) + machine_table(results);
}

}  // namespace neural::bench::report
