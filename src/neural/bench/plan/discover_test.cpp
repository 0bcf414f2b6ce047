#include "neural/bench/plan/discover.hpp"

#include <gtest/gtest.h>

#include "neural/bench/plan/benchmark_folder.hpp"

namespace neural::bench::plan {
namespace {

TEST(FindBenchmarks, TakesEveryFolderWithAModel) {
  BenchmarkFolder folder;
  folder.add_model("cnn");
  folder.add_model("a_mlp");
  folder.write("notes/readme.md", "");
  folder.write("model.neural", "");
  const auto benchmarks = find_benchmarks(folder.path());
  ASSERT_TRUE(benchmarks.has_value()) << benchmarks.error().message;
  ASSERT_EQ(benchmarks->size(), 2U);
  EXPECT_EQ((*benchmarks)[0].model, "a_mlp");
  EXPECT_EQ((*benchmarks)[1].model, "cnn");
  EXPECT_EQ((*benchmarks)[1].source, folder.path() / "cnn/model.neural");
}

TEST(FindBenchmarks, SaysWhatABenchmarkIsWhereThereIsNone) {
  const BenchmarkFolder folder;
  const auto benchmarks = find_benchmarks(folder.path());
  ASSERT_FALSE(benchmarks.has_value());
  EXPECT_NE(benchmarks.error().message.find("holds no benchmark"), std::string::npos);
  EXPECT_NE(benchmarks.error().help.find("`model.neural`"), std::string::npos);
  EXPECT_FALSE(find_benchmarks("/nowhere").has_value());
}

TEST(FindContenders, TakesThePythonFilesBesideTheModel) {
  BenchmarkFolder folder;
  folder.add_benchmark("cnn");
  folder.write("cnn/_shared.py", "");
  folder.write("cnn/notes.txt", "");
  const auto contenders = find_contenders({"cnn", folder.path() / "cnn/model.neural"});
  ASSERT_TRUE(contenders.has_value()) << contenders.error().message;
  ASSERT_EQ(contenders->size(), 4U);
  EXPECT_EQ((*contenders)[3].name, "tensorflow_tuned");
  EXPECT_EQ((*contenders)[3].constants.backend, "tensorflow");
  EXPECT_EQ((*contenders)[3].constants.level, "tuned");
  EXPECT_EQ((*contenders)[3].file, folder.path() / "cnn/tensorflow_tuned.py");
}

TEST(FindContenders, NamesTheFileWhoseConstantsCannotBeRead) {
  BenchmarkFolder folder;
  folder.add_model("cnn");
  folder.write("cnn/mine.py", "BACKEND = get()\n");
  const auto contenders = find_contenders({"cnn", folder.path() / "cnn/model.neural"});
  ASSERT_FALSE(contenders.has_value());
  EXPECT_EQ(contenders.error().message, "`cnn/mine.py`: `BACKEND` in line 1 is `get()`, not a plain string");
}

}  // namespace
}  // namespace neural::bench::plan
