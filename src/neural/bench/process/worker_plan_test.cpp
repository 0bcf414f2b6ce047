#include "neural/bench/process/worker_plan.hpp"

#include <gtest/gtest.h>

namespace neural::bench::process {
namespace {

WorkerPlan example() {
  WorkerPlan plan;
  plan.cell = "cnn_pytorch_native";
  plan.run = "pair_01_1_neural";
  plan.task = Task::kPair;
  plan.backend = "pytorch";
  plan.program = "/results/cnn_pytorch_neural.py";
  plan.threads = 2;
  plan.seed = 7;
  plan.data = "/results/data/mnist";
  plan.train_rows = 60'000;
  plan.test_rows = 10'000;
  plan.input_shape = {28, 28, 1};
  plan.batch_size = 64;
  plan.epochs = 5;
  plan.loss = {{"name", "sparse_categorical_crossentropy"}};
  plan.optimizer = {{"name", "Adam"}, {"learning_rate", 0.001}};
  plan.load_weights = "/results/raw/cnn_pytorch_native/weights";
  plan.pair = PairTask{10, 2, 20};
  return plan;
}

TEST(WorkerPlan, IsWrittenWithEveryKeyOfTheContract) {
  EXPECT_EQ(to_json(example()), Json::parse(R"({
    "schema": 1, "run": "pair_01_1_neural", "task": "pair", "side": "neural", "backend": "pytorch",
    "program": "/results/cnn_pytorch_neural.py", "profile": "controlled", "threads": 2, "seed": 7,
    "data": {"folder": "/results/data/mnist", "train_rows": 60000, "test_rows": 10000},
    "input_shape": [28, 28, 1], "batch_size": 64, "epochs": 5, "shuffle": true,
    "loss": {"name": "sparse_categorical_crossentropy"}, "optimizer": {"name": "Adam", "learning_rate": 0.001},
    "weights": {"load": "/results/raw/cnn_pytorch_native/weights", "save": null}, "parity": null,
    "pair": {"warmup_steps": 10, "short_steps": 2, "long_steps": 20}})"));
}

TEST(WorkerPlan, TellsTheParityRunWhatToLeaveBehind) {
  WorkerPlan plan = example();
  plan.pair.reset();
  plan.parity = ParityTask{"/results/parity"};
  EXPECT_EQ(to_json(plan)["parity"],
            Json::parse(R"({"folder": "/results/parity", "steps": 200, "weights_after": [1, 10]})"));
  EXPECT_TRUE(to_json(plan)["pair"].is_null());
}

TEST(WorkerPlan, CountsALastBatchThatIsNotFullAsAStep) {
  WorkerPlan plan = example();
  EXPECT_EQ(plan.steps_per_epoch(), 938);
  plan.train_rows = 128;
  EXPECT_EQ(plan.steps_per_epoch(), 2);
}

}  // namespace
}  // namespace neural::bench::process
