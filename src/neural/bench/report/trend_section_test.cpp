#include <gtest/gtest.h>

#include "neural/base/text.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

Json point(int session, double ratio) {
  return {{"session", session}, {"started_utc", ""}, {"revision", ""}, {"ratio", ratio}};
}

/// A series that moved once, and a machine that has something else.
Json document() {
  const Json change = {
      {"session", 2},
      {"before", 1.0},
      {"after", 1.04},
      {"p_value", 2e-9},
      {"last_before", "r1"},
      {"first_after", "r2"},
      {"state", "acknowledged"},
      {"reason", "sums | in float64"},
      {"phases", {{{"phase", "steps"}, {"before", 1.0}, {"after", 1.05}, {"neural", 1.06}, {"native", 1.01}}}}};
  const Json series = {{"model", "cnn"},
                       {"backend", "pytorch"},
                       {"contender", "pytorch_native"},
                       {"metric", "training_time"},
                       {"fingerprint", "aefba0576928"},
                       {"points", {point(1, 1.0), point(2, 1.04)}},
                       {"changes", {change}}};
  const Json machine = {{"fingerprint", "0123456789ab"},
                        {"differences", {{{"key", "threads"}, {"here", "2"}, {"there", ""}}}}};
  return {{"trend", {{"session", 2}, {"fingerprint", "aefba0576928"}, {"series", {series}}, {"machines", {machine}}}}};
}

/// The rows of tables, without the spaces that pad them.
std::vector<std::string> rows(const std::string& markdown) {
  std::vector<std::string> found;
  for (const std::string& line : split(markdown, '\n')) {
    if (!line.starts_with("| ") || line.starts_with("| -")) continue;
    std::string row;
    for (const char c : line) {
      if (c != ' ' || !row.ends_with(' ')) row += c;
    }
    found.push_back(row);
  }
  return found;
}

TEST(TrendSection, tells_levels_changes_and_what_other_machines_have) {
  const std::string text = trend_section(document());
  EXPECT_TRUE(text.starts_with("## Other sessions\n")) << text;
  const std::vector<std::string> found = rows(text);
  ASSERT_EQ(found.size(), 8U) << text;
  EXPECT_EQ(found[1],
            "| `cnn` | PyTorch | `pytorch_native` | training time | `aefba0576928` | 2 | +0.0 % | +4.0 % | 1 |");
  EXPECT_EQ(found[3],
            "| `cnn` | PyTorch | `pytorch_native` | training time | 2 | +0.0 % | +4.0 % | 2e-09 | "
            "acknowledged: sums \\| in float64 | `r1` | `r2` |");
  EXPECT_EQ(found[5],
            "| `cnn` | PyTorch | `pytorch_native` | training time | 2 | steps | +0.0 % | +5.0 % | +6.0 % | +1.0 % |");
  EXPECT_EQ(found[7], "| `0123456789ab` | `threads` | 2 | – |");
}

TEST(TrendSection, is_not_there_where_no_other_session_is_known) {
  EXPECT_EQ(trend_section(Json::object()), "");
  EXPECT_EQ(trend_section({{"trend", {{"series", Json::array()}}}}), "");
}

}  // namespace
}  // namespace neural::bench::report
