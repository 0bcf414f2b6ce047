#include "neural/bench/process/variables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace neural::bench::process {
namespace {

bool has(const std::vector<std::string>& environment, const std::string& entry) {
  return std::find(environment.begin(), environment.end(), entry) != environment.end();
}

TEST(WorkerEnvironment, PassesTheAllowListAndNothingElse) {
  const Variables outside = {{"HOME", "/home/a"},
                             {"LC_ALL", "C"},
                             {"SECRET", "x"},
                             {"OMP_WAIT_POLICY", "p"},
                             {"PYTORCH_JIT", "0"},
                             {"TF_ENABLE_ONEDNN_OPTS", "0"},
                             {"TF_NUM_INTEROP_THREADS", "9"}};
  const std::vector<std::string> environment = worker_environment(outside, Profile::kControlled, 2, 0);
  const std::vector<std::string> expected = {"HOME=/home/a",
                                             "LC_ALL=C",
                                             "PYTORCH_JIT=0",
                                             "TF_ENABLE_ONEDNN_OPTS=0",
                                             "OMP_NUM_THREADS=2",
                                             "MKL_NUM_THREADS=2",
                                             "OPENBLAS_NUM_THREADS=2",
                                             "TF_NUM_INTRAOP_THREADS=2",
                                             "TF_NUM_INTEROP_THREADS=2",
                                             "PYTHONDONTWRITEBYTECODE=1",
                                             "NEURAL_PADDING="};
  EXPECT_EQ(environment, expected);
}

TEST(WorkerEnvironment, MakesPathsAbsoluteBecauseAWorkerRunsElsewhere) {
  const std::vector<std::string> environment =
      worker_environment({{"PYTHONPATH", "python:/opt/lib"}}, Profile::kControlled, 1, 0);
  const std::string here = std::filesystem::current_path().string();
  EXPECT_TRUE(has(environment, "PYTHONPATH=" + here + "/python:/opt/lib"));
}

TEST(WorkerEnvironment, IsLongerByThePadding) {
  EXPECT_TRUE(has(worker_environment({}, Profile::kControlled, 1, 5), "NEURAL_PADDING=xxxxx"));
}

TEST(HelperEnvironment, IsTheWholeOneWithAbsolutePaths) {
  const std::string here = std::filesystem::current_path().string();
  const std::vector<std::string> expected = {"SECRET=x", "NEURAL_DATA=" + here + "/data"};
  EXPECT_EQ(helper_environment({{"SECRET", "x"}, {"NEURAL_DATA", "data"}}), expected);
}

TEST(VariableChoice, TellsWhichDroppedVariablesCouldHaveChangedTheSpeed) {
  const VariableChoice choice = choose_variables(
      {{"OMP_WAIT_POLICY", "passive"}, {"EDITOR", "vi"}, {"LD_PRELOAD", "x.so"}, {"TZ", "UTC"}}, Profile::kControlled);
  const Variables dropped = {{"OMP_WAIT_POLICY", "passive"}, {"LD_PRELOAD", "x.so"}};
  const Variables passed = {{"TZ", "UTC"}};
  EXPECT_EQ(choice.dropped, dropped);
  EXPECT_EQ(choice.passed, passed);
}

TEST(WorkerEnvironment, AsShippedIsTheUsersOwn) {
  const Variables outside = {{"OMP_WAIT_POLICY", "passive"}, {"EDITOR", "vi"}, {"PATH", "/bin"}};
  const std::vector<std::string> environment = worker_environment(outside, Profile::kAsShipped, 2, 3);
  EXPECT_EQ(environment, (std::vector<std::string>{"OMP_WAIT_POLICY=passive", "EDITOR=vi", "PATH=/bin",
                                                   "PYTHONDONTWRITEBYTECODE=1", "NEURAL_PADDING=xxx"}));
  EXPECT_TRUE(choose_variables(outside, Profile::kAsShipped).dropped.empty());
}

TEST(Profile, HasAName) {
  EXPECT_EQ(profile_named("as-shipped"), Profile::kAsShipped);
  EXPECT_EQ(profile_named("controlled"), Profile::kControlled);
  EXPECT_FALSE(profile_named("fast").has_value());
}

TEST(CurrentVariables, AreThoseOfThisProgram) {
  ::setenv("NEURAL_TEST_VALUE", "a=b", 1);
  const Variables variables = current_variables();
  const std::pair<std::string, std::string> entry{"NEURAL_TEST_VALUE", "a=b"};
  EXPECT_NE(std::find(variables.begin(), variables.end(), entry), variables.end());
  ::unsetenv("NEURAL_TEST_VALUE");
}

}  // namespace
}  // namespace neural::bench::process
