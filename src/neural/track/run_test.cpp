#include "neural/track/run.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "neural/base/files.hpp"
#include "neural/base/hashes.hpp"
#include "neural/base/text.hpp"
#include "neural/track/event_file.hpp"
#include "neural/track/testing.hpp"

namespace neural::track {
namespace {

using RunFolder = RunsFolder;

TEST_F(RunFolder, says_running_until_it_is_finished) {
  auto run = start("mnist", {{"seed", 42}});
  EXPECT_EQ(read_json(run.folder() / "run.json")->at("status"), "RUNNING");
  ASSERT_TRUE(run.finish(RunStatus::kFinished, {{"accuracy", 0.97}}));
  const Json saved = read_json(run.folder() / "run.json").value();
  EXPECT_EQ(saved.at("status"), "FINISHED");
  EXPECT_EQ(saved.at("seed"), 42);
  EXPECT_EQ(saved.at("accuracy"), 0.97);
  EXPECT_GE(saved.at("end_ms"), saved.at("start_ms"));
}

TEST_F(RunFolder, keeps_one_json_line_a_metric) {
  auto run = start("mnist");
  ASSERT_TRUE(run.log({.step = 938, .epoch = 1, .split = "train", .key = "loss", .value = 0.25}));
  ASSERT_TRUE(run.log({.epoch = 1, .split = "test", .key = "loss", .value = std::numeric_limits<double>::infinity()}));
  ASSERT_TRUE(run.flush());
  const auto lines = split(read_file(run.folder() / "metrics.jsonl").value(), '\n');
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], R"({"t":0,"step":938,"epoch":1,"split":"train","k":"loss","v":0.25})");
  EXPECT_EQ(parse_json(lines[1], "line")->at("v"), nullptr);
}

TEST_F(RunFolder, keeps_what_was_logged_when_nobody_finishes_it) {
  std::filesystem::path folder;
  {
    auto run = start("mnist");
    folder = run.folder();
    for (int step = 0; step < 2000; ++step) {
      ASSERT_TRUE(run.log({.step = step, .split = "train", .key = "loss", .value = 1.0 / (step + 1)}));
    }
    // More than 64 KiB waited: the greater part is in the file while the run goes on.
    EXPECT_GT(std::filesystem::file_size(folder / "metrics.jsonl"), 100'000U);
  }
  const std::string text = read_file(folder / "metrics.jsonl").value();
  EXPECT_EQ(parse_metrics(text).all.size(), 2000U);
  EXPECT_EQ(read_json(folder / "run.json")->at("status"), "RUNNING");
  EXPECT_FALSE(std::filesystem::exists(folder / "metrics.csv"));
}

TEST_F(RunFolder, has_parameters_and_a_table_of_the_epochs) {
  auto run = start("mnist", Json::object(), flatten({{"optimizer", {{"name", "Adam"}, {"learning_rate", 0.001}}}}));
  ASSERT_TRUE(run.log({.step = 10, .epoch = 1, .split = "val", .key = "accuracy", .value = 0.5}));
  ASSERT_TRUE(run.finish(RunStatus::kFailed));
  EXPECT_EQ(read_json(run.folder() / "params.json")->dump(),
            R"({"optimizer.name":"Adam","optimizer.learning_rate":"0.001"})");
  EXPECT_EQ(read_file(run.folder() / "metrics.csv").value(), "epoch,val_accuracy\n1,0.5\n");
}

TEST_F(RunFolder, has_one_event_file_whose_records_are_whole) {
  auto run = start("mnist");
  ASSERT_TRUE(run.log({.unix_ms = 1000, .step = 10, .epoch = 1, .split = "val", .key = "loss", .value = 0.5}));
  ASSERT_TRUE(run.finish(RunStatus::kFinished));
  std::string events;
  for (const auto& entry : std::filesystem::directory_iterator(run.folder())) {
    if (!entry.path().filename().string().starts_with("events.out.tfevents.")) continue;
    EXPECT_TRUE(events.empty());
    events = read_file(entry.path()).value();
  }
  // Records of 12 bytes before and 4 behind: the version, the parameters, and 9 + 2 + (2 + 2 + 10 + 5) of the number.
  EXPECT_EQ(events.size(), 3 * 16U + (9 + 15) + (event_of(Params(), 0).size() - 16) + (9 + 2 + 2 + 2 + 10 + 5));
  EXPECT_NE(events.find("val/loss"), std::string::npos);
}

TEST_F(RunFolder, two_runs_never_share_a_folder) {
  const auto first = start("mnist");
  const auto second = start("mnist");
  EXPECT_NE(first.folder(), second.folder());
}

TEST_F(RunFolder, an_experiment_name_cannot_leave_the_root) {
  const auto run = start("../../etc");
  EXPECT_EQ(run.folder().parent_path().parent_path(), root_);
}

TEST_F(RunFolder, a_place_that_cannot_be_written_is_an_error) {
  ASSERT_TRUE(write_file(root_ / "file", ""));
  const auto run = track::Run::start(root_ / "file", {.experiment = "mnist"});
  ASSERT_FALSE(run);
  EXPECT_NE(run.error().message.find("file"), std::string::npos);
}

}  // namespace
}  // namespace neural::track
