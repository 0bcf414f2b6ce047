#include <fmt/format.h>

#include <algorithm>

#include "neural/bench/report/names.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/research.hpp"
#include "neural/bench/report/sections.hpp"
#include "neural/bench/report/view.hpp"

namespace neural::bench::report {
namespace {

std::string outcome_table(const Json& results, std::string_view measure, Show show, Show show_difference) {
  Table table(with_subject_columns(
      {{"Neural", Align::kRight}, {"Hand-written", Align::kRight}, {"Difference", Align::kRight}}));
  for (const Json& result : list_at(results, {"results"})) {
    const Json& values = at(result, {"comparison", measure});
    table.add(with_subject(result,
                           {show_if(number_at(values, {"neural"}), show), show_if(number_at(values, {"native"}), show),
                            show_if(number_at(values, {"difference"}), show_difference)}));
  }
  return table.text();
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
      "## Accuracy\n\n"
      "Share of the test set that is classified correctly after the last epoch. Both sides start from the same "
      "weights; one seed, so no verdict.\n\n" +
      outcome_table(results, "accuracy", show_share, show_points) +
      "## Loss\n\nLoss of the test set after the last epoch; one seed, so no verdict.\n\n" +
      outcome_table(results, "loss", show_loss, show_loss_difference) + research_section(results) +
      "## Convergence\n\nThe full run of each side, epoch by epoch.\n\n";
  for (const Json& result : list_at(results, {"results"})) text += course_table(result);
  return text;
}

}  // namespace neural::bench::report
