#include "neural/bench/plan/equal_pairs.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "neural/bench/plan/scripted_session.hpp"

namespace neural::bench::plan {
namespace {

using process::Side;
using process::WorkerPlan;

constexpr const char* kCopy = "simple_mlp_pytorch_native.copy";

class EqualPairs : public SessionTest {
 protected:
  EqualPairs() {
    request_.quick = false;
    runner_.twist = [this](const WorkerPlan& plan, process::Ending&, std::string&) {
      if (plan.cell == kCopy) plans_.push_back(plan);
    };
  }

  std::vector<WorkerPlan> plans_;
};

TEST_F(EqualPairs, AreTheHandWrittenProgramAndItsCopy) {
  const Json document = results();
  ASSERT_EQ(plans_.size(), 8U);
  for (const WorkerPlan& plan : plans_) {
    EXPECT_EQ(plan.task, process::Task::kPair);
    EXPECT_EQ(read_file(plan.program).value(), read_file(output() / "simple_mlp_pytorch_native.py").value());
    EXPECT_EQ(plan.program.filename(),
              plan.side == Side::kNeural ? "simple_mlp_pytorch_native_copy.py" : "simple_mlp_pytorch_native.py");
    EXPECT_EQ(plan.load_weights, output() / "raw" / "simple_mlp_pytorch_native" / "weights");
    EXPECT_EQ(plan.pair->long_steps, cell()["plan"]["long_steps"]);
  }
  const Json& noise = document["noise_floor"];
  EXPECT_EQ(noise["program"], "pytorch_native");
  EXPECT_EQ(noise["model"], "simple_mlp");
  ASSERT_EQ(noise["ratios"].size(), 4U);
  double farthest = 0;
  for (const Json& ratio : noise["ratios"]) {
    farthest = std::max({farthest, ratio.get<double>() - 1, 1 / ratio.get<double>() - 1});
  }
  EXPECT_NEAR(noise["farthest"].get<double>(), farthest, 1e-12);
  EXPECT_GT(farthest, 0);
  EXPECT_EQ(document["results"].size(), 1U) << "they are no comparison";
}

TEST_F(EqualPairs, AreMeasuredOnceASession) {
  benchmarks_.add_benchmark("cnn");
  request_.wanted.models = {"simple_mlp", "cnn"};
  EXPECT_EQ(results()["noise_floor"]["model"], "simple_mlp");
  EXPECT_EQ(plans_.size(), 8U);
}

TEST_F(EqualPairs, AQuickSessionHasNone) {
  request_.quick = true;
  EXPECT_TRUE(results()["noise_floor"].is_null());
  EXPECT_TRUE(plans_.empty());
}

TEST_F(EqualPairs, WhatFailsThereIsToldAndTakesNothing) {
  runner_.twist = [](const WorkerPlan& plan, process::Ending& ending, std::string&) {
    if (plan.cell == kCopy) ending.exit_status = 1;
  };
  const Json document = results();
  EXPECT_EQ(document["results"][0]["status"], "complete") << document["results"][0]["reason"];
  EXPECT_TRUE(document["noise_floor"].is_null());
  EXPECT_TRUE(std::any_of(observer_.notices.begin(), observer_.notices.end(),
                          [](const auto& notice) { return notice.starts_with("pairs of equal programs: "); }));
}

TEST_F(EqualPairs, AreGoneOnWith) {
  const Json reference = results()["noise_floor"];
  request_.output = folder_.path() / "died";
  int left = 3;
  runner_.instant = [&] {
    if (!plans_.empty() && plans_.back().cell == kCopy && plans_.size() > 8 && --left == 0) {
      throw std::runtime_error("killed");
    }
  };
  EXPECT_THROW(static_cast<void>(run()), std::runtime_error);
  runner_.instant = nullptr;
  request_.resume = true;
  EXPECT_EQ(results()["noise_floor"], reference);
}

TEST_F(EqualPairs, NoTimeForThemIsNoReason) {
  request_.budget_seconds = 22 + 4;  // runs of one second: parity, full runs, 8 pairs and 4 runs for memory are 24
  const Json document = results();
  EXPECT_EQ(document["results"][0]["status"], "complete") << document["results"][0]["reason"];
  EXPECT_TRUE(document["noise_floor"].is_null());
}

}  // namespace
}  // namespace neural::bench::plan
