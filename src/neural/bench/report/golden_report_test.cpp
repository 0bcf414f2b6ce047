// The results and the report of tests/golden/report/quick, a session of three small cells made by hand: one whose sides
// are equivalent, one whose sides do not compute the same, and one that is undecided. NEURAL_UPDATE_GOLDEN=1
// (`./dev golden`) rewrites both files; what is reviewed is the difference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "neural/base/text.hpp"
#include "neural/bench/report/render_markdown.hpp"
#include "neural/bench/report/testing.hpp"
#include "neural/bench/report/write_reports.hpp"

namespace neural::bench::report {
namespace {

void expect_golden(const char* name, const std::string& actual) {
  const std::filesystem::path file = kGoldenSession / name;
  if (std::getenv("NEURAL_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(file, actual));
    return;
  }
  const auto expected = read_file(file);
  ASSERT_TRUE(expected) << "no expected file; `./dev golden` writes it: " << file;
  const std::vector<std::string> actual_lines = split(actual, '\n');
  const std::vector<std::string> expected_lines = split(*expected, '\n');
  for (std::size_t i = 0; i < std::min(actual_lines.size(), expected_lines.size()); ++i) {
    ASSERT_EQ(actual_lines[i], expected_lines[i]) << file << ":" << i + 1 << "; `./dev golden` rewrites it";
  }
  EXPECT_EQ(actual_lines.size(), expected_lines.size()) << file << "; `./dev golden` rewrites it";
}

TEST(GoldenReport, results_are_the_golden_ones) {
  expect_golden(kResultsFile, pretty_json(collect_results(kGoldenSession).value()));
}

TEST(GoldenReport, markdown_is_the_golden_one) {
  expect_golden(kReportFile, render_markdown(collect_results(kGoldenSession).value()));
}

using Report = SessionCopy;

TEST_F(Report, does_not_depend_on_where_the_folder_lies) {
  // A damaged file, so that a reason speaks of it.
  std::filesystem::resize_file(cell(kUndecidedCell) / "full_neural" / "events.jsonl", 100);
  const Json here = collect_results(root_).value();
  const std::filesystem::path moved = root_.string() + "_moved";
  std::filesystem::rename(root_, moved);
  const Json there = collect_results(moved / "").value();
  std::filesystem::rename(moved, root_);
  EXPECT_EQ(here, there);
  EXPECT_EQ(pretty_json(here).find(root_.string()), std::string::npos);
}

TEST_F(Report, is_the_same_from_the_document_and_from_its_file) {
  const Json results = write_reports(root_, {{kReportFile, render_markdown}}).value();
  const Json again = read_json(root_ / kResultsFile).value();
  EXPECT_EQ(render_markdown(results), read_file(root_ / kReportFile).value());
  EXPECT_EQ(render_markdown(again), read_file(root_ / kReportFile).value());
}

TEST_F(Report, is_written_only_where_it_is_wanted) {
  std::filesystem::remove(root_ / kReportFile);
  ASSERT_TRUE(write_reports(root_, {}));
  EXPECT_FALSE(std::filesystem::exists(root_ / kReportFile));
  EXPECT_TRUE(std::filesystem::exists(root_ / kResultsFile));
}

}  // namespace
}  // namespace neural::bench::report
