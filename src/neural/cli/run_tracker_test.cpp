#include "neural/cli/run_tracker.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/track/recorded_run.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;
using bench::process::Outcome;
using bench::process::Task;

class TrackedBenchmark : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "neural_tracker_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    const fs::path raw = root_ / "results" / "raw" / "cnn_pytorch_native";
    put(raw / "cell.json", {{"model", "cnn"}, {"contender", "pytorch_native"}, {"sha256", {{"source", "ab"}}}});
    put(raw / "full_neural" / "plan.json", {{"run", "full_neural"},
                                            {"side", "neural"},
                                            {"backend", "pytorch"},
                                            {"program", "/somewhere/cnn_pytorch_neural.py"},
                                            {"seed", 7},
                                            {"batch_size", 64},
                                            {"optimizer", {{"name", "Adam"}, {"learning_rate", 0.001}}}});
    put(root_ / "results" / "environment.json", {{"cpu", {{"model", "Example"}}}, {"source", {{"revision", "1234"}}}});
    begun_ns_ = monotonic_ns() - std::int64_t{60'000'000'000};
    std::string events = event(0, {{"event", "start"}});
    events += event(1, {{"event", "import_end"}, {"versions", {{"torch", "2"}}}});
    events += event(10, epoch(1, 0.5, 0.9));
    events += event(20, epoch(2, 0.25, nullptr));
    events += event(21, {{"event", "train_end"}, {"seconds", 3.0}});
    events += event(30, {{"event", "exit"}, {"status", 0}});
    ASSERT_TRUE(write_file(raw / "full_neural" / "events.jsonl", events));
  }
  void TearDown() override { fs::remove_all(root_); }

  static void put(const fs::path& path, const Json& value) {
    ASSERT_TRUE(make_folder(path.parent_path()));
    ASSERT_TRUE(write_file(path, pretty_json(value)));
  }
  std::string event(int second, Json value) const {
    value["t"] = begun_ns_ + second * std::int64_t{1'000'000'000};
    return compact_json(value) + "\n";
  }
  static Json epoch(int number, double loss, const Json& accuracy) {
    return {{"event", "epoch"},      {"epoch", number},          {"steps", 938}, {"loss", loss}, {"seconds", 1.5},
            {"test_loss", loss * 2}, {"test_accuracy", accuracy}};
  }
  Status add(const Outcome& outcome) const {
    return RunTracker(root_ / "runs", root_ / "results", {"neural", "bench"}).add("cnn_pytorch_native", outcome);
  }

  fs::path root_;
  std::int64_t begun_ns_ = 0;
};

TEST_F(TrackedBenchmark, leaves_a_run_with_the_times_of_its_events) {
  ASSERT_TRUE(add({.run = "full_neural", .task = Task::kFull, .valid = true}));
  const auto list = track::read_runs(root_ / "runs").value();
  ASSERT_EQ(list.runs.size(), 1U);
  const track::RecordedRun& run = list.runs[0];
  EXPECT_EQ(run.experiment, "cnn");
  EXPECT_EQ(run.group, "cnn_pytorch_native.neural");
  EXPECT_EQ(run.status, "FINISHED");
  EXPECT_EQ(run.seed, 7);
  EXPECT_EQ(run.description.at("git").at("revision"), "1234");
  EXPECT_EQ(run.description.at("versions").at("torch"), "2");
  EXPECT_EQ(run.description.at("training_seconds"), 3.0);
  EXPECT_NEAR(static_cast<double>(*run.end_ms - *run.start_ms), 30'000, 50);
  EXPECT_NEAR(static_cast<double>(unix_ms() - *run.start_ms), 60'000, 10'000);
  EXPECT_EQ(track::to_json(run.params).at("optimizer.learning_rate"), "0.001");

  const auto series = track::series_of(run.metrics.all);
  ASSERT_EQ(series.size(), 4U);
  EXPECT_EQ(series[0].name, "loss");
  EXPECT_EQ(series[0].last().step, 2 * 938);
  EXPECT_NEAR(static_cast<double>(series[0].last().unix_ms - *run.start_ms), 20'000, 50);
  EXPECT_EQ(series[3].name, "test_accuracy");
  EXPECT_EQ(series[3].points.size(), 1U);  // the second epoch had none
  EXPECT_EQ(read_file(run.folder / "metrics.csv").value(),
            "epoch,loss,seconds,test_loss,test_accuracy\n1,0.5,1.5,1.0,0.9\n2,0.25,1.5,0.5,\n");
}

TEST_F(TrackedBenchmark, leaves_none_of_other_tasks_and_of_runs_that_are_not_valid) {
  ASSERT_TRUE(add({.run = "full_neural", .task = Task::kPair, .valid = true}));
  ASSERT_TRUE(add({.run = "full_neural", .task = Task::kFull, .valid = false}));
  EXPECT_FALSE(fs::exists(root_ / "runs"));
}

}  // namespace
}  // namespace neural::cli
