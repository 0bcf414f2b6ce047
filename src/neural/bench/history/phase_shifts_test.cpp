#include "neural/bench/history/phase_shifts.hpp"

#include "neural/bench/history/testing.hpp"

namespace neural::bench::history {
namespace {

class PhaseShiftsTest : public HistoryTest {
 protected:
  /// Sessions of two sides alike, until the neural side's steps take 4 % longer from day 9 on, and its data 20 MiB
  /// more.
  static void add_days(History& history) {
    for (int day = 1; day <= 18; ++day) {
      const double more = day < 9 ? 1.0 : 1.04;
      const double clock = day % 2 == 0 ? 1.0 : 1.25;  // the whole machine is slower every other day
      const double data = day < 9 ? 400 : 420;
      Session given = session(day);
      Json document = parse_json(given.results, "results").value();
      Json& cell = document["results"][0];
      cell["comparison"]["training_time"]["ratio"] = more + 0.001 * (day % 3);
      cell["comparison"]["memory"]["ratio"] = data / 400 + 0.001 * (day % 3);
      cell["neural"].update({{"import_time", 2.0 * clock}, {"step_time", 0.01 * clock * more}, {"build_time", 0}});
      cell["native"].update({{"import_time", 1.0 * clock}, {"step_time", 0.01 * clock}, {"build_time", 0.5}});
      cell["neural"]["memory_phases"] = {{{"phase", "import"}, {"peak", 300}}, {{"phase", "data"}, {"peak", data}}};
      cell["native"]["memory_phases"] = {{{"phase", "import"}, {"peak", 300}}, {{"phase", "data"}, {"peak", 400}}};
      given.results = pretty_json(document);
      ASSERT_TRUE(history.add_session(given));
    }
  }
};

TEST_F(PhaseShiftsTest, ThePhaseThatMovedIsTold) {
  History all = history();
  add_days(all);
  const std::vector<Trend> found = trends(all).value();
  ASSERT_EQ(found.size(), 2U);
  ASSERT_EQ(found[1].metric, "training_time");
  ASSERT_EQ(found[1].changes.size(), 1U);
  const std::vector<PhaseShift>& times = found[1].changes[0].phases;
  ASSERT_EQ(times.size(), 2U);  // a build of no time has no ratio
  EXPECT_EQ(times[0].phase, "import");
  EXPECT_NEAR(times[0].before, 2, 1e-12);
  EXPECT_NEAR(times[0].after, 2, 1e-12);
  EXPECT_EQ(times[1].phase, "steps");
  EXPECT_NEAR(times[1].before, 1, 1e-12);
  EXPECT_NEAR(times[1].after, 1.04, 1e-12);
  EXPECT_NEAR(times[1].neural, 1.04, 1e-12);  // eight days before and ten after, half of them slow: the same machine
  EXPECT_NEAR(times[1].native, 1, 1e-12);

  ASSERT_EQ(found[0].changes.size(), 1U);
  const std::vector<PhaseShift>& memory = found[0].changes[0].phases;
  ASSERT_EQ(memory.size(), 2U);
  EXPECT_EQ(memory[0].phase, "import");
  EXPECT_NEAR(memory[0].after, 1, 1e-12);
  EXPECT_EQ(memory[1].phase, "data");
  EXPECT_NEAR(memory[1].after, 1.05, 1e-12);
  EXPECT_NEAR(memory[1].native, 1, 1e-12);
}

TEST_F(PhaseShiftsTest, OnlySessionsUpToTheNextChangeCount) {
  History all = history();
  add_days(all);
  Trend trend = trends(all).value()[1];
  const stats::ChangePoint early = {4, 0, 0, 0}, late = {14, 0, 0, 0};
  trend.changes = {{early}, trend.changes[0], {late}};
  const std::vector<PhaseShift> shifts = phase_shifts(all, trend, 0).value();  // days 1 to 4, 5 to 8: both alike
  EXPECT_NEAR(shifts.back().after, 1, 1e-12);
  EXPECT_NEAR(phase_shifts(all, trend, 1)->back().after, 1.04, 1e-12);
}

}  // namespace
}  // namespace neural::bench::history
