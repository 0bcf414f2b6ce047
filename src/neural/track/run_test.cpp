#include "neural/track/run.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"

namespace neural::track {
namespace {

class RunFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "neural_track_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::filesystem::path root_;
};

TEST_F(RunFolder, says_running_until_it_is_finished) {
  auto run = Run::start(root_, "mnist", {{"seed", 42}});
  ASSERT_TRUE(run);
  EXPECT_EQ(read_json(run->folder() / "run.json")->at("status"), "RUNNING");
  ASSERT_TRUE(run->finish(RunStatus::kFinished, {{"accuracy", 0.97}}));
  const Json saved = read_json(run->folder() / "run.json").value();
  EXPECT_EQ(saved.at("status"), "FINISHED");
  EXPECT_EQ(saved.at("seed"), 42);
  EXPECT_EQ(saved.at("accuracy"), 0.97);
  EXPECT_GE(saved.at("end_ms"), saved.at("start_ms"));
}

TEST_F(RunFolder, keeps_one_json_line_a_metric) {
  auto run = Run::start(root_, "mnist", Json::object());
  ASSERT_TRUE(run);
  ASSERT_TRUE(run->log({.step = 938, .epoch = 1, .split = "train", .key = "loss", .value = 0.25}));
  ASSERT_TRUE(run->log({.epoch = 1, .split = "test", .key = "loss", .value = std::numeric_limits<double>::infinity()}));
  const auto lines = split(read_file(run->folder() / "metrics.jsonl").value(), '\n');
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], R"({"t":0,"step":938,"epoch":1,"split":"train","k":"loss","v":0.25})");
  EXPECT_EQ(parse_json(lines[1], "line")->at("v"), nullptr);
}

TEST_F(RunFolder, two_runs_never_share_a_folder) {
  const auto first = Run::start(root_, "mnist", Json::object());
  const auto second = Run::start(root_, "mnist", Json::object());
  EXPECT_NE(first->folder(), second->folder());
}

TEST_F(RunFolder, an_experiment_name_cannot_leave_the_root) {
  const auto run = Run::start(root_, "../../etc", Json::object());
  ASSERT_TRUE(run);
  EXPECT_EQ(run->folder().parent_path().parent_path(), root_);
}

TEST_F(RunFolder, a_place_that_cannot_be_written_is_an_error) {
  ASSERT_TRUE(write_file(root_ / "file", ""));
  const auto run = Run::start(root_ / "file", "mnist", Json::object());
  ASSERT_FALSE(run);
  EXPECT_NE(run.error().message.find("file"), std::string::npos);
}

}  // namespace
}  // namespace neural::track
