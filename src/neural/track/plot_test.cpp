#include "neural/track/plot.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "neural/base/text.hpp"

namespace neural::track {
namespace {

RecordedRun run_with(const std::string& id, std::vector<Metric> metrics) {
  RecordedRun run;
  run.id = id;
  run.experiment = "cnn";
  run.metrics.all = std::move(metrics);
  return run;
}

Metric loss(std::int64_t step, std::int64_t epoch, double value) {
  return {.step = step, .epoch = epoch, .split = "train", .key = "loss", .value = value};
}

TEST(Plot, goes_by_epoch_where_epochs_rise_and_else_by_step) {
  const std::vector<RecordedRun> rising = {run_with("a-1", {loss(10, 1, 2), loss(20, 2, 1)})};
  EXPECT_EQ(plot_of(rising, "loss")->place, "epoch");
  EXPECT_EQ(plot_of(rising, "loss")->curves[0].points.back(), (std::pair<double, double>(2, 1)));
  const std::vector<RecordedRun> within = {rising[0], run_with("a-2", {loss(10, 1, 2), loss(20, 1, 1)})};
  EXPECT_EQ(plot_of(within, "loss")->place, "step");
  EXPECT_EQ(plot_of(within, "loss")->curves[1].label, "cnn 2");
}

TEST(Plot, of_a_metric_that_no_run_has_tells_which_there_are) {
  const std::vector<RecordedRun> runs = {run_with("a", {loss(1, 1, 2)})};
  EXPECT_EQ(plot_of(runs, "lsos").error().help, "did you mean `loss`?");
  EXPECT_EQ(plot_of(runs, "accuracy").error().help, "there are `loss`");
  const std::vector<RecordedRun> none = {run_with("a", {loss(1, 1, std::nan(""))})};
  EXPECT_EQ(plot_of(none, "loss").error().help, "none of these runs has any number");
}

TEST(Axis, has_round_marks_within_its_ends) {
  EXPECT_EQ(axis_of(0.13, 0.91, 4).marks, (std::vector<double>{0.2, 0.4, 0.6000000000000001, 0.8}));
  EXPECT_EQ(axis_of(1, 5, 8).marks, (std::vector<double>{1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5}));
  const Axis single = axis_of(3, 3, 5);
  EXPECT_EQ(single.share(3), 0.5);
  EXPECT_EQ(axis_of(0, 0, 5).share(0), 0.5);
}

TEST(PlotText, draws_each_run_with_its_letter) {
  const std::vector<RecordedRun> runs = {run_with("a-one", {loss(1, 1, 4), loss(2, 2, 2), loss(3, 3, 1)}),
                                         run_with("a-two", {loss(1, 1, 3), loss(3, 3, 2)})};
  const std::vector<std::string> lines = split(plot_text(plot_of(runs, "loss").value(), 40), '\n');
  ASSERT_EQ(lines.size(), 22U);
  EXPECT_EQ(lines[0], "loss");
  EXPECT_EQ(lines[1], "        4 |a");
  EXPECT_EQ(lines[16], "        1 |                           .a");
  EXPECT_EQ(lines[18], "           1 epoch                     3");
  EXPECT_EQ(lines[20], "           b  cnn two");
  for (const std::string& line : lines) EXPECT_LE(line.size(), 40U) << line;
}

TEST(PlotText, survives_extreme_numbers) {
  const double most = std::numeric_limits<double>::max();
  const std::vector<RecordedRun> runs = {
      run_with("a", {loss(std::numeric_limits<std::int64_t>::min(), 0, most / 8), loss(0, 0, -most / 8),
                     loss(0, 0, most), loss(std::numeric_limits<std::int64_t>::max(), 0, std::nan("")),
                     loss(5, 0, std::numeric_limits<double>::denorm_min())})};
  const Plot plot = plot_of(runs, "loss").value();
  EXPECT_FALSE(plot_text(plot, 0).empty());
  EXPECT_EQ(plot_svg(plot).find("nan"), std::string::npos);
  const std::vector<RecordedRun> tiny = {run_with("a", {loss(1, 0, 0), loss(2, 0, 5e-324)})};
  EXPECT_FALSE(plot_text(plot_of(tiny, "loss").value(), 80).empty());
  EXPECT_FALSE(plot_svg(plot_of(tiny, "loss").value()).empty());
}

TEST(PlotSvg, has_a_curve_a_run_and_breaks_at_gaps) {
  const std::vector<RecordedRun> runs = {
      run_with("a", {loss(1, 1, 4), loss(2, 2, std::nan("")), loss(3, 3, 1), loss(4, 4, 2)})};
  const std::string svg = plot_svg(plot_of(runs, "loss").value());
  EXPECT_NE(svg.find("d=\"M70.0 40.0h0M490.0 270.0h0L700.0 193.3\""), std::string::npos) << svg;
}

TEST(PlotSvg, takes_names_as_text) {
  RecordedRun run = run_with("</text><script>alert(1)</script>",
                             {{.step = 1, .epoch = 1, .split = "", .key = "<&\"\x01>", .value = 1}});
  run.experiment = "</svg>";
  const std::string svg = plot_svg(plot_of(std::vector{run}, "<&\"\x01>").value());
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find('\x01'), std::string::npos);
  EXPECT_EQ(svg.find("</svg>"), svg.size() - 7);
  EXPECT_NE(svg.find("&lt;&amp;&quot;"), std::string::npos);
}

}  // namespace
}  // namespace neural::track
