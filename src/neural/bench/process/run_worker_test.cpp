#include "neural/bench/process/run_worker.hpp"

#include <gtest/gtest.h>

#include "neural/base/files.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/bench/process/scratch_folder.hpp"
#include "neural/bench/process/testing.hpp"

namespace neural::bench::process {
namespace {

class RunWorkerTest : public testing::Test {
 protected:
  RunWorkerTest() {
    plan_.cell = "cnn_pytorch_native";
    plan_.run = "full_neural";
    plan_.train_rows = 100;
    plan_.test_rows = 10;
    plan_.batch_size = 10;
    host_.results = folder();
    host_.timeout_seconds = 60;
    send(CompleteRun(plan_, Pace{}).text());
  }

  /// The worker sends these bytes on descriptor 3 and ends with `status`.
  void send(const std::string& events, int status = 0) {
    ASSERT_TRUE(write_file(folder() / "events_to_send", events));
    const std::string script =
        "echo \"plan: $1\"; cat " + (folder() / "events_to_send").string() + " >&3; exit " + std::to_string(status);
    host_.command = {"/bin/sh", "-c", script, "worker"};
  }
  Outcome run() {
    Expected<Outcome> outcome = run_worker(runner_, host_, plan_, 0);
    EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
    return outcome.value_or(Outcome{});
  }
  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path run_folder() const { return folder() / "raw/cnn_pytorch_native/full_neural"; }

  ScratchFolder folder_ = ScratchFolder::make().value();
  ProcessRunner runner_;
  WorkerHost host_;
  WorkerPlan plan_;
};

TEST_F(RunWorkerTest, KeepsThePlanTheEventsTheLogAndTheOutcome) {
  const Outcome outcome = run();
  EXPECT_TRUE(outcome.valid) << outcome.reason;
  EXPECT_EQ(read_json(run_folder() / "plan.json").value(), to_json(plan_));
  EXPECT_EQ(read_file(run_folder() / "events.jsonl").value(), CompleteRun(plan_, Pace{}).text());
  EXPECT_EQ(read_file(run_folder() / "log.txt").value(), "plan: " + (run_folder() / "plan.json").string() + "\n");
  EXPECT_EQ(read_json(run_folder() / "outcome.json").value(), to_json(outcome));
}

TEST_F(RunWorkerTest, StartsTheWorkerThatABackendHasOfItsOwn) {
  host_.own_commands["engine"] = host_.command;
  host_.command = {"/bin/false"};
  EXPECT_FALSE(run().valid);
  plan_.backend = "engine";
  plan_.layout = "pytorch";
  EXPECT_TRUE(run().valid);
  EXPECT_EQ(read_json(run_folder() / "plan.json").value()["layout"], "pytorch");
}

TEST_F(RunWorkerTest, JudgesARunThatFailsAndKeepsItsOutcomeToo) {
  send("{\"event\": \"start\", \"t\": 1", 0);
  const Outcome outcome = run();
  EXPECT_FALSE(outcome.valid);
  EXPECT_NE(outcome.reason.find("line 1 is not JSON"), std::string::npos) << outcome.reason;
  ASSERT_TRUE(read_outcome(run_folder()).has_value());
  EXPECT_EQ(read_outcome(run_folder())->reason, outcome.reason);
}

TEST_F(RunWorkerTest, ForgetsAnUnfinishedRunOfTheSameName) {
  ASSERT_TRUE(make_folder(run_folder() / "rest"));
  ASSERT_TRUE(write_file(run_folder() / "outcome.json", "{\"schema\": 1, "));
  run();
  EXPECT_FALSE(std::filesystem::exists(run_folder() / "rest"));
  EXPECT_FALSE(std::filesystem::exists(folder() / "raw/cnn_pytorch_native/failed"));
}

TEST_F(RunWorkerTest, KeepsEveryFailedRunOfTheSameName) {
  send("", 1);
  run();
  run();
  send(CompleteRun(plan_, Pace{}).text());
  EXPECT_TRUE(run().valid);
  const std::filesystem::path failed = folder() / "raw/cnn_pytorch_native/failed";
  EXPECT_FALSE(read_outcome(failed / "full_neural_1")->valid);
  EXPECT_FALSE(read_outcome(failed / "full_neural_2")->valid);
}

TEST_F(RunWorkerTest, LeavesNoOutcomeWhenTheUserInterrupts) {
  host_.command = {"/bin/sh", "-c", "kill -INT $PPID; sleep 1000", "worker"};
  const Expected<Outcome> outcome = run_worker(runner_, host_, plan_, 0);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::kInterrupted);
  EXPECT_FALSE(read_outcome(run_folder()).has_value());
}

TEST_F(RunWorkerTest, StopsWithAnErrorWhenTheResultsCannotBeWritten) {
  host_.results = "/proc/nowhere";
  EXPECT_FALSE(run_worker(runner_, host_, plan_, 0).has_value());
}

}  // namespace
}  // namespace neural::bench::process
