#include "neural/bench/plan/select.hpp"

#include <gtest/gtest.h>

#include "neural/bench/plan/benchmark_folder.hpp"

namespace neural::bench::plan {
namespace {

using Names = std::vector<std::string>;

class SelectTest : public testing::Test {
 protected:
  SelectTest() {
    for (const char* model : {"cnn", "cnn_large", "deep_mlp", "simple_mlp"}) folder_.add_benchmark(model);
  }
  Names names(const Wanted& wanted) const {
    const auto cells = select_cells(folder_.path(), wanted);
    EXPECT_TRUE(cells.has_value()) << cells.error().message;
    Names names;
    if (cells) {
      for (const Cell& cell : *cells) names.push_back(cell.name);
    }
    return names;
  }
  Error error(const Wanted& wanted) const {
    const auto cells = select_cells(folder_.path(), wanted);
    EXPECT_FALSE(cells.has_value());
    return cells ? Error{} : cells.error();
  }

  BenchmarkFolder folder_;
};

TEST_F(SelectTest, TakesTheDefaultModelsAndIdiomaticContenders) {
  EXPECT_EQ(names({}), (Names{"simple_mlp_pytorch_native", "simple_mlp_tensorflow_native", "cnn_pytorch_native",
                              "cnn_tensorflow_native", "deep_mlp_pytorch_native", "deep_mlp_tensorflow_native"}));
}

TEST_F(SelectTest, TakesAllModels) {
  EXPECT_EQ(names({{"all"}, {"pytorch"}, {}}), (Names{"cnn_pytorch_native", "cnn_large_pytorch_native",
                                                      "deep_mlp_pytorch_native", "simple_mlp_pytorch_native"}));
}

TEST_F(SelectTest, KeepsTheOrderOfTheModelsGivenAndTakesEachOnce) {
  EXPECT_EQ(names({{"deep_mlp", "cnn", "deep_mlp"}, {"pytorch"}, {}}),
            (Names{"deep_mlp_pytorch_native", "cnn_pytorch_native"}));
}

TEST_F(SelectTest, TakesContendersByLevelByNameOrAll) {
  EXPECT_EQ(names({{"cnn"}, {"pytorch"}, {"tuned"}}), Names{"cnn_pytorch_tuned"});
  EXPECT_EQ(names({{"cnn"}, {}, {"pytorch_tuned", "tensorflow_native"}}),
            (Names{"cnn_pytorch_tuned", "cnn_tensorflow_native"}));
  EXPECT_EQ(names({{"cnn"}, {"tensorflow"}, {"all"}}), (Names{"cnn_tensorflow_native", "cnn_tensorflow_tuned"}));
}

TEST_F(SelectTest, TakesEveryModelOfAFolderWithoutTheDefaultOnes) {
  BenchmarkFolder own;
  own.add_benchmark("mine");
  EXPECT_EQ(select_cells(own.path(), {})->size(), 2U);
}

TEST_F(SelectTest, ComparesAContenderOfAnotherFrameworkWithItsReference) {
  folder_.add_contender("cnn", "jax_native", "jax", "other", "pytorch");
  const auto cells = select_cells(folder_.path(), {{"cnn"}, {}, {"jax_native"}});
  ASSERT_TRUE(cells.has_value()) << cells.error().message;
  EXPECT_EQ(cells->front().name, "cnn_jax_native");
  EXPECT_EQ(cells->front().generated_backend, "pytorch");
}

TEST_F(SelectTest, ComparesTheEngineWithEveryContenderBehindTheGeneratedPrograms) {
  folder_.add_contender("cnn", "jax_native", "jax", "other", "pytorch");
  EXPECT_EQ(names({{"cnn"}, {"engine"}, {}}), (Names{"cnn_engine_pytorch_native", "cnn_engine_tensorflow_native"}));
  EXPECT_EQ(names({{"cnn"}, {"pytorch", "engine"}, {"pytorch_native", "jax_native"}}),
            (Names{"cnn_jax_native", "cnn_pytorch_native", "cnn_engine_jax_native", "cnn_engine_pytorch_native"}));
  const std::vector<Cell> cells = select_cells(folder_.path(), {{"cnn"}, {"engine"}, {"all"}}).value();
  EXPECT_EQ(cells.front().name, "cnn_engine_jax_native");
  EXPECT_EQ(cells.front().generated_backend, "engine");
  EXPECT_EQ(cells.front().layout, "pytorch");
  EXPECT_EQ(cells.back().layout, "tensorflow");
  // It has no levels.
  Wanted wanted{{"cnn"}, {"engine"}, {"pytorch_native"}};
  wanted.levels = {"O0", "O1"};
  EXPECT_EQ(names(wanted), Names{"cnn_engine_pytorch_native"});
  wanted.levels = {"O0"};
  EXPECT_EQ(error(wanted).message, "the engine has no levels: it stands beside the programs of O1");
}

TEST_F(SelectTest, AsksForTheReferenceOfAContenderOfAnotherFramework) {
  folder_.add_contender("cnn", "jax_native", "jax", "other");
  EXPECT_EQ(error({{"cnn"}, {}, {"jax_native"}}).message,
            "`cnn/jax_native.py`: no programs are generated for its backend `jax`");
  EXPECT_EQ(names({{"cnn"}, {"pytorch"}, {}}), Names{"cnn_pytorch_native"});
}

TEST_F(SelectTest, TakesEachLevelAndBatchSizeOfAModelBeforeTheNextModel) {
  Wanted wanted{{"cnn", "simple_mlp"}, {"pytorch"}, {}};
  wanted.levels = {"O1", "O0"};
  wanted.batch_sizes = {32, 128, 32};
  EXPECT_EQ(names(wanted),
            (Names{"cnn@b32_pytorch_native", "cnn@b128_pytorch_native", "cnn@O0-b32_pytorch_native",
                   "cnn@O0-b128_pytorch_native", "simple_mlp@b32_pytorch_native", "simple_mlp@b128_pytorch_native",
                   "simple_mlp@O0-b32_pytorch_native", "simple_mlp@O0-b128_pytorch_native"}));
  const Cell cell = select_cells(folder_.path(), wanted)->at(2);
  EXPECT_EQ(cell.label, "cnn@O0-b32");
  EXPECT_EQ(cell.benchmark.model, "cnn");
  EXPECT_EQ(cell.variant, (Variant{.level = "O0", .batch_size = 32}));
}

TEST_F(SelectTest, KnowsTheLevels) {
  Wanted wanted;
  wanted.levels = {"O3"};
  EXPECT_EQ(error(wanted).message, "there is no level `O3`");
  wanted.levels = {"O2"};
  EXPECT_EQ(error(wanted).message, "the level O2 depends on what was measured on this machine: it is no benchmark");
  EXPECT_EQ(error(wanted).help, "measure O0 and O1");
}

TEST_F(SelectTest, SuggestsWhatThereIsInsteadOfWhatThereIsNot) {
  Error model = error({{"simple_mpl"}, {}, {}});
  EXPECT_EQ(model.code, ErrorCode::kUsage);
  EXPECT_EQ(model.message, "there is no model `simple_mpl`");
  EXPECT_EQ(model.help, "did you mean `simple_mlp`? there are cnn, cnn_large, deep_mlp, simple_mlp");
  Error backend = error({{}, {"pytorc"}, {}});
  EXPECT_EQ(backend.message, "there is no backend `pytorc`");
  EXPECT_EQ(backend.help, "did you mean `pytorch`? there are pytorch, tensorflow, engine");
  Error contender = error({{"cnn"}, {}, {"pytorch_tunned"}});
  EXPECT_EQ(contender.message, "there is no contender `pytorch_tunned`");
  EXPECT_EQ(contender.help.find("did you mean `pytorch_tuned`?"), 0U);
}

TEST_F(SelectTest, SaysSoWhenNothingFits) {
  EXPECT_EQ(error({{"cnn"}, {}, {"other"}}).message, "no contender fits what is asked for");
}

}  // namespace
}  // namespace neural::bench::plan
