#include "neural/track/recorded_run.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "neural/base/files.hpp"
#include "neural/track/names.hpp"
#include "neural/track/testing.hpp"

namespace neural::track {
namespace {

namespace fs = std::filesystem;

class Runs : public RunsFolder {
 protected:
  fs::path put(const fs::path& folder, const std::string& run_json) {
    EXPECT_TRUE(make_folder(root_ / folder));
    EXPECT_TRUE(write_file(root_ / folder / "run.json", run_json));
    return root_ / folder;
  }
};

TEST_F(Runs, come_back_as_they_were_written) {
  auto run = start("cnn", {{"name", "full"}, {"seed", 7}, {"group", "g"}}, {{"batch_size", "64"}});
  ASSERT_TRUE(run.log({.unix_ms = 5, .step = 10, .epoch = 1, .split = "train", .key = "loss", .value = 0.5}));
  ASSERT_TRUE(run.log({.unix_ms = 6, .step = 20, .epoch = 2, .split = "train", .key = "loss", .value = 0.25}));
  ASSERT_TRUE(run.finish(RunStatus::kFinished));

  const RunList list = read_runs(root_).value();
  ASSERT_EQ(list.runs.size(), 1U);
  const RecordedRun& read = list.runs[0];
  EXPECT_EQ(read.id, run.id());
  EXPECT_EQ(read.experiment, "cnn");
  EXPECT_EQ(read.status, "FINISHED");
  EXPECT_EQ(read.seed, 7);
  EXPECT_EQ(read.group, "g");
  EXPECT_EQ(read.params, (Params{{"batch_size", "64"}}));
  ASSERT_EQ(last_metrics(read).size(), 1U);
  EXPECT_EQ(last_metrics(read)[0].value, 0.25);
  EXPECT_TRUE(read.problems.empty() && list.problems.empty());
  EXPECT_EQ(to_json(read).at("metrics").dump(), R"({"loss":0.25})");
}

TEST_F(Runs, that_still_say_running_were_killed_when_their_process_is_gone) {
  const pid_t gone = ::fork();
  if (gone == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(gone, nullptr, 0), gone);
  const auto status = [&](const std::string& name, const std::string& host, pid_t process) {
    return read_run(put(name, Json{{"status", "RUNNING"}, {"host", host}, {"pid", process}}.dump()))->status;
  };
  EXPECT_EQ(status("a", host_name(), gone), "KILLED");
  EXPECT_EQ(status("b", host_name(), ::getpid()), "RUNNING");
  EXPECT_EQ(status("c", host_name() + ".elsewhere", gone), "RUNNING");
}

TEST_F(Runs, are_read_around_whatever_else_lies_there) {
  ASSERT_TRUE(start("cnn").finish(RunStatus::kFinished));
  put("cnn/broken", "{\"status\":");
  put("cnn/list", "[1]");
  ASSERT_TRUE(make_folder(root_ / "cnn" / "empty"));
  ASSERT_TRUE(make_folder(root_ / "cnn" / ".removed"));
  ASSERT_TRUE(make_folder(root_ / "cnn" / "pipe"));
  ASSERT_EQ(::mkfifo((root_ / "cnn" / "pipe" / "run.json").c_str(), 0600), 0);
  fs::create_directory_symlink(root_, root_ / "cnn" / "loop");
  ASSERT_TRUE(write_file(root_ / "notes.txt", "x"));
  const RunList list = read_runs(root_).value();
  EXPECT_EQ(list.runs.size(), 1U);
  EXPECT_EQ(list.problems.size(), 5U);
}

TEST_F(Runs, with_fields_of_the_wrong_kind_are_shown_all_the_same) {
  put("cnn/odd", R"({"id": 3, "experiment": [], "name": {}, "seed": 1e99, "start_ms": -1, "end_ms": 9e18, "status": 4,
                     "pid": "x", "group": null})");
  ASSERT_TRUE(write_file(root_ / "cnn/odd/params.json", R"({"a": [1, 2], "b": {"c": null}})"));
  ASSERT_TRUE(write_file(root_ / "cnn/odd/metrics.jsonl", "{\n{\n"));
  const RunList list = read_runs(root_).value();
  ASSERT_EQ(list.runs.size(), 1U);
  const RecordedRun& run = list.runs[0];
  EXPECT_EQ(run.id, "odd");
  EXPECT_EQ(run.experiment, "cnn");
  EXPECT_EQ(run.params, (Params{{"a", "[1,2]"}, {"b", R"({"c":null})"}}));
  EXPECT_FALSE(run.start_ms || run.end_ms || run.seed);
  ASSERT_EQ(run.problems.size(), 1U);
  EXPECT_NE(run.problems[0].find("2 lines are left out that are no metric"), std::string::npos);
}

TEST_F(Runs, are_found_by_path_id_and_beginnings) {
  put("cnn/20260101T000000Z-0a1b2c3d", R"({"group": "g"})");
  put("cnn/20260102T000000Z-0a1b9999", R"({"group": "g"})");
  const RunList list = read_runs(root_).value();
  const auto found = [&](const std::string& name) { return find_run(list, name)->id; };
  EXPECT_EQ(found("20260101T000000Z-0a1b2c3d"), "20260101T000000Z-0a1b2c3d");
  EXPECT_EQ(found("20260102"), "20260102T000000Z-0a1b9999");
  EXPECT_EQ(found("0a1b2"), "20260101T000000Z-0a1b2c3d");
  EXPECT_EQ(found((root_ / "cnn" / "20260102T000000Z-0a1b9999/").string()), "20260102T000000Z-0a1b9999");
  EXPECT_EQ(find_runs(list, "g")->size(), 2U);
  EXPECT_EQ(find_runs(list, "0a1b2")->size(), 1U);
}

TEST_F(Runs, that_are_not_found_are_told_with_what_is_near) {
  put("cnn/20260101T000000Z-0a1b2c3d", "{}");
  put("cnn/20260102T000000Z-0a1b9999", "{}");
  const RunList list = read_runs(root_).value();
  EXPECT_EQ(find_run(list, "0a1b2c3e").error().help, "did you mean `0a1b2c3d`?");
  EXPECT_EQ(find_run(list, "").error().message, "no run is called an empty text");
  EXPECT_EQ(find_run(list, "zzz").error().help, "`neural runs` lists them");
  EXPECT_EQ(find_run(list, "0a").error().message, "`0a` is the beginning of 2 runs");
  EXPECT_EQ(find_run(list, "\x1b[2J").error().message, "no run is called `\\x1b[2J`");
}

TEST_F(Runs, folder_that_is_not_there_is_an_error) {
  EXPECT_EQ(read_runs(root_ / "nowhere").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace neural::track
