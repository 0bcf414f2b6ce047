#include "neural/bench/selftest/truth_worker.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/bench/process/descriptor.hpp"
#include "neural/bench/process/events.hpp"
#include "neural/bench/process/scratch_folder.hpp"
#include "neural/bench/process/validate.hpp"
#include "neural/bench/process/worker_plan.hpp"

namespace neural::bench::selftest {
namespace {

class TruthWorkerTest : public testing::Test {
 protected:
  process::WorkerPlan plan(process::Task task) {
    process::WorkerPlan plan;
    plan.task = task;
    plan.program = folder_.path() / "truth.json";
    plan.train_rows = 20;
    if (task == process::Task::kPair) plan.pair = process::PairTask{2, 3, 20};
    return plan;
  }

  Status run(const process::WorkerPlan& plan, const Truth& truth) {
    EXPECT_TRUE(write_file(plan.program, pretty_json(to_json(truth))));
    return run(to_json(plan));
  }
  Status run(const Json& plan) {
    EXPECT_TRUE(write_file(folder_.path() / "plan.json", pretty_json(plan)));
    const process::Descriptor events(
        ::open((folder_.path() / "events.jsonl").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    return run_truth_worker(folder_.path() / "plan.json", "0.1.0", events.value());
  }
  process::Events events() { return process::read_events(folder_.path() / "events.jsonl").value(); }

  process::ScratchFolder folder_ = process::ScratchFolder::make().value();
};

TEST_F(TruthWorkerTest, ItsRunsAreCompleteRunsOfTheProtocol) {
  for (const process::Task task : {process::Task::kPair, process::Task::kMemory}) {
    const process::WorkerPlan asked = plan(task);
    const Status status = run(asked, {1000, 0});
    ASSERT_TRUE(status) << status.error().message;
    EXPECT_EQ(process::find_fault(asked, events()), "") << name_of(task);
  }
}

TEST_F(TruthWorkerTest, TheMemoryItTakesIsThere) {
  constexpr std::int64_t kPlanted = std::int64_t{40} << 20;
  const auto peak = [&](std::int64_t bytes) {
    EXPECT_TRUE(run(plan(process::Task::kMemory), {1, bytes}));
    for (const Json& event : events()) {
      if (process::text_of(event, "phase") == "train") return process::number_of(event, "peak_bytes");
    }
    return 0.0;
  };
  const double planted = peak(kPlanted);
  EXPECT_NEAR(planted - peak(0), static_cast<double>(kPlanted), 2 << 20);
}

TEST_F(TruthWorkerTest, WhatIsNoPlanIsSaid) {
  EXPECT_FALSE(run(Json::array()));
  EXPECT_FALSE(run({{"data", Json::object()}, {"pair", nullptr}, {"program", 3}}));
  Json broken = to_json(plan(process::Task::kPair));
  broken["pair"]["long_steps"] = -1;
  EXPECT_TRUE(write_file(folder_.path() / "truth.json", pretty_json(to_json(Truth{1, 0}))));
  const Status status = run(broken);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "the plan: `long_steps` is -1");
}

TEST_F(TruthWorkerTest, ATruthBeyondAllMeasureIsRefused) {
  for (const char* text : {R"({"iterations": 0, "bytes": 0})", R"({"iterations": 1, "bytes": -1})",
                           R"({"iterations": 1, "bytes": 999999999999999})", R"({"bytes": 1})", "[]"}) {
    ASSERT_TRUE(write_file(folder_.path() / "truth.json", text));
    EXPECT_FALSE(read_truth(folder_.path() / "truth.json")) << text;
  }
}

TEST(Spin, MoreIterationsTakeLonger) {
  const auto quickest = [](std::int64_t iterations) {
    std::int64_t least = 0;
    for (int i = 0; i < 20; ++i) {
      const std::int64_t begin = monotonic_ns();
      spin(iterations);
      const std::int64_t took = monotonic_ns() - begin;
      least = i == 0 ? took : std::min(least, took);
    }
    return least;
  };
  EXPECT_GT(quickest(1'000'000), 5 * quickest(100'000)) << "the arithmetic is not optimized away";
  EXPECT_GT(calibrate(0.01), 5 * calibrate(0.001));
}

}  // namespace
}  // namespace neural::bench::selftest
