#include "neural/bench/process/failure.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "neural/bench/process/testing.hpp"

namespace neural::bench::process {
namespace {

class FailureTest : public testing::Test {
 protected:
  FailureTest() {
    plan_.cell = "cnn_pytorch_native";
    plan_.run = "memory_01_native";
    plan_.task = Task::kMemory;
    plan_.side = Side::kNative;
    plan_.train_rows = 100;
    plan_.batch_size = 10;
    ending_.exit_status = 0;
    events_ = CompleteRun(plan_, Pace{}).events();
  }
  std::string failure() const { return describe_failure(plan_, ending_, events_, 600); }

  void stop_with_error(Json error) {
    Events events(events_->begin(), events_->begin() + 5);
    error.update(Json{{"event", "error"}, {"t", 1'000'000'000}});
    events.push_back(error);
    events_ = events;
    ending_.exit_status = 1;
  }

  WorkerPlan plan_;
  Ending ending_;
  Expected<Events> events_;
};

TEST_F(FailureTest, IsNoneForACompleteRun) {
  EXPECT_EQ(failure(), "");
}

TEST_F(FailureTest, TellsTheErrorOfTheContenderWithItsPlace) {
  stop_with_error({{"phase", "train"},
                   {"type", "ValueError"},
                   {"message", "shapes (3,) and (4,)\nmore"},
                   {"file", "/results/pytorch_native.py"},
                   {"line", 42}});
  EXPECT_EQ(failure(),
            "the contender failed while training: ValueError at pytorch_native.py line 42: shapes (3,) and (4,); its "
            "output is in raw/cnn_pytorch_native/memory_01_native/log.txt");
}

TEST_F(FailureTest, DoesNotBlameTheProgramForABrokenFramework) {
  stop_with_error({{"phase", "framework"},
                   {"type", "ImportError"},
                   {"message", "no libomp"},
                   {"file", "/venv/torch/__init__.py"},
                   {"line", 7}});
  EXPECT_EQ(failure(),
            "the contender failed because its framework cannot be loaded (see `neural doctor`): ImportError at "
            "/venv/torch/__init__.py line 7: no libomp; its output is in "
            "raw/cnn_pytorch_native/memory_01_native/log.txt");
}

TEST_F(FailureTest, TellsOfAProgramThatEndsItselfQuietly) {
  events_->resize(5);
  EXPECT_EQ(failure(),
            "the contender ended itself with status 0 after its event `environment`, before its work was done; its "
            "output is in raw/cnn_pytorch_native/memory_01_native/log.txt");
}

TEST_F(FailureTest, CopesWithAnErrorThatSaysLittle) {
  plan_.side = Side::kNeural;
  stop_with_error(
      {{"phase", "import"}, {"type", "SystemExit"}, {"message", std::string(1000, 'x')}, {"file", nullptr}});
  EXPECT_EQ(failure(), "the generated program failed while it was imported: SystemExit: " + std::string(300, 'x') +
                           "…; its output is in raw/cnn_pytorch_native/memory_01_native/log.txt");
}

TEST_F(FailureTest, TellsWhereARunStoodThatTookTooLong) {
  ending_.timed_out = true;
  events_ = Events(events_->begin(), events_->begin() + 4);
  EXPECT_EQ(failure(),
            "the contender did not end within 600 s (it was stopped after its event `data_ready`; `--timeout` sets the "
            "limit); its output is in raw/cnn_pytorch_native/memory_01_native/log.txt");
}

TEST_F(FailureTest, NamesTheSignal) {
  ending_.exit_status = -1;
  ending_.signal = SIGSEGV;
  events_ = Events{};
  EXPECT_EQ(failure(),
            "the contender was ended by signal 11 (Segmentation fault) before its first event; its output is in "
            "raw/cnn_pytorch_native/memory_01_native/log.txt");
}

TEST_F(FailureTest, SaysThatAKilledRunMayHaveUsedUpTheMemory) {
  ending_.signal = SIGKILL;
  EXPECT_NE(failure().find("often because the memory of the machine was used up"), std::string::npos);
}

TEST_F(FailureTest, TellsOfEventsThatAreNoEvents) {
  events_ = parse_events("garbage");
  EXPECT_EQ(failure(),
            "the contender sent events that cannot be read: line 1 is not JSON; its events are in "
            "raw/cnn_pytorch_native/memory_01_native/events.jsonl");
}

TEST_F(FailureTest, TellsOfAFlood) {
  ending_.flooded = true;
  EXPECT_NE(failure().find("sent more than 8,388,608 bytes of events"), std::string::npos);
}

TEST_F(FailureTest, DistrustsACompleteLookingRunThatEndsWithAStatus) {
  ending_.exit_status = 3;
  EXPECT_EQ(failure().find("the contender ended with status 3 after its event `exit`"), 0U);
}

}  // namespace
}  // namespace neural::bench::process
