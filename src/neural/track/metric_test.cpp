#include "neural/track/metric.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace neural::track {
namespace {

const Metric kLoss{.unix_ms = 7, .step = 938, .epoch = 1, .split = "train", .key = "loss", .value = 0.25};

TEST(MetricLine, is_one_json_object) {
  EXPECT_EQ(metric_line(kLoss), R"({"t":7,"step":938,"epoch":1,"split":"train","k":"loss","v":0.25})");
}

TEST(MetricLine, has_null_for_what_is_not_finite) {
  Metric metric = kLoss;
  metric.value = std::numeric_limits<double>::infinity();
  EXPECT_NE(metric_line(metric).find("\"v\":null}"), std::string::npos);
}

TEST(MetricLine, comes_back_as_it_was_whatever_its_name) {
  Metric metric = kLoss;
  metric.key = "a\"b\\\n\x01é, =1";
  metric.value = 0.1 + 0.2;
  const Metrics read = parse_metrics(metric_line(metric) + "\n");
  ASSERT_EQ(read.all.size(), 1U);
  EXPECT_EQ(read.all[0].key, metric.key);
  EXPECT_EQ(read.all[0].value, metric.value);
  EXPECT_EQ(read.all[0].step, 938);
}

TEST(Metrics, survive_a_last_line_that_was_cut_off) {
  const std::string line = metric_line(kLoss);
  for (std::size_t kept = 1; kept < line.size(); ++kept) {
    const Metrics read = parse_metrics(line + "\n" + line.substr(0, kept));
    EXPECT_EQ(read.all.size(), 1U) << kept;
    EXPECT_EQ(read.broken_lines, 1U) << kept;
  }
  EXPECT_EQ(parse_metrics(line + "\n" + line).all.size(), 2U);
}

TEST(Metrics, leave_out_and_count_what_is_no_metric) {
  const Metrics read = parse_metrics(
      "null\n[]\n{}\nnot json\n\n"
      R"({"t":1,"step":1.5,"epoch":1,"split":"train","k":"loss","v":1})"
      "\n"
      R"({"t":1,"step":18446744073709551615,"epoch":1,"split":"train","k":"loss","v":1})"
      "\n"
      R"({"t":1,"step":1,"epoch":1,"split":"train","k":["loss"],"v":1})"
      "\n"
      R"({"t":1,"step":1,"epoch":1,"split":"train","k":"loss","v":"1"})"
      "\n"
      R"({"t":1,"step":1,"epoch":1,"split":"train","k":"loss","v":null})"
      "\n");
  ASSERT_EQ(read.all.size(), 1U);
  EXPECT_TRUE(std::isnan(read.all[0].value));
  EXPECT_EQ(read.broken_lines, 8U);
}

TEST(MetricName, is_as_keras_has_it) {
  EXPECT_EQ(metric_name({.split = "train", .key = "loss"}), "loss");
  EXPECT_EQ(metric_name({.split = "val", .key = "loss"}), "val_loss");
  EXPECT_EQ(metric_name({.split = "", .key = "loss"}), "loss");
}

TEST(MetricsCsv, has_a_row_for_each_epoch_and_empty_fields) {
  const std::vector<Metric> metrics = {
      {.step = 10, .epoch = 1, .split = "train", .key = "loss", .value = 2},
      {.step = 20, .epoch = 1, .split = "train", .key = "loss", .value = 1.5},
      {.step = 20, .epoch = 1, .split = "val", .key = "loss", .value = 1.75},
      {.step = 40, .epoch = 2, .split = "train", .key = "loss", .value = std::nan("")},
  };
  EXPECT_EQ(metrics_csv(metrics), "epoch,loss,val_loss\n1,1.5,1.75\n2,nan,\n");
}

TEST(MetricsCsv, goes_by_step_without_epochs_and_names_are_no_formulas) {
  const std::vector<Metric> metrics = {{.step = 10, .split = "train", .key = "=a,b", .value = 2}};
  EXPECT_EQ(metrics_csv(metrics), "step,\"'=a,b\"\n10,2.0\n");
  EXPECT_EQ(metrics_csv({}), "step\n");
}

}  // namespace
}  // namespace neural::track
