#include "neural/bench/selftest/framework_check.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "neural/bench/plan/scripted_session.hpp"

namespace neural::bench::selftest {
namespace {

FrameworkCheck good() {
  return {"PyTorch",
          {"EQUIVALENT", 1.001, "EQUIVALENT", 0.5, "EQUIVALENT", 0.0, false, ""},
          {"SLOWER", 1.098, "SLOWER", 20.4, "WORSE", 0.02, false, ""}};
}

std::string only_shortfall(const FrameworkCheck& check) {
  const std::vector<std::string> found = shortfalls(check, false);
  return found.size() == 1 ? found.front() : "not one";
}

TEST(FrameworkCheck, NothingIsMissingWhereAllHolds) {
  EXPECT_TRUE(shortfalls(good(), false).empty());
}

TEST(FrameworkCheck, EachDifferenceIsHeldAgainstWhatWasPlanted) {
  FrameworkCheck check = good();
  check.planted.time_verdict = "INCONCLUSIVE";
  EXPECT_EQ(only_shortfall(check), "PyTorch, planted: 10 % more time are called INCONCLUSIVE");
  EXPECT_TRUE(shortfalls(check, true).empty()) << "of a noisy machine no power is promised";
  check = good();
  check.planted.memory_mib = 27.5;
  EXPECT_EQ(only_shortfall(check), "PyTorch, planted: 20 MiB more were planted, measured were 27.5");
  check = good();
  check.planted.loss = 0.0;
  EXPECT_EQ(only_shortfall(check), "PyTorch, planted: a loss higher by 0.02 was planted, measured was 0.000");
  check = good();
  check.planted.loss_verdict = "INCONCLUSIVE";
  EXPECT_EQ(only_shortfall(check), "PyTorch, planted: the higher loss is called INCONCLUSIVE");
  check.planted.is_cut_short = true;
  EXPECT_TRUE(shortfalls(check, false).empty()) << "what was not measured is no verdict";
}

TEST(FrameworkCheck, OfEqualProgramsNoMaterialDifferenceMayBeClaimed) {
  FrameworkCheck check = good();
  check.equal.time_verdict = "SLOWER";
  EXPECT_TRUE(shortfalls(check, false).empty()) << "one session in twenty may, of a difference that is none";
  check.equal.time_ratio = 1.04;
  EXPECT_EQ(only_shortfall(check), "PyTorch, equal programs: the time is called SLOWER, a ratio of 1.040");
  check = good();
  check.equal.loss = 0.01;
  EXPECT_EQ(only_shortfall(check), "PyTorch, equal programs: a loss higher by 0 was planted, measured was 0.010");
}

TEST(FrameworkCheck, AComparisonThatFailedIsTold) {
  FrameworkCheck check = good();
  check.planted = {};
  check.planted.error = "the worker ended with exit code 1";
  EXPECT_EQ(only_shortfall(check), "PyTorch, planted: the worker ended with exit code 1");
  EXPECT_EQ(to_json(check)["planted"]["error"], "the worker ended with exit code 1");
  EXPECT_TRUE(to_json(check)["planted"]["time"]["ratio"].is_null());
}

class FrameworkSession : public plan::SessionTest {
 protected:
  Expected<FrameworkCheck> check() {
    const plan::Compile compile = [](const auto& source, std::string_view backend, const plan::Variant& variant) {
      auto program = SessionTest::compile(source, backend, variant);
      program->text = fmt::format("BACKEND = \"{}\"\nLEVEL = \"O1\"\n", backend);
      return program;
    };
    return check_framework(
        {runner_, "/venv/bin/python", compile, compile_command, {}, "0.1.0", 7, [this](const std::string& sentence) {
           told_.push_back(sentence);
         }});
  }
  std::vector<std::string> told_;
};

TEST_F(FrameworkSession, PlantsIntoOneSideOfOneComparison) {
  std::map<std::string, std::string> programs;
  runner_.twist = [&](const process::WorkerPlan& plan, process::Ending&, std::string&) {
    programs[plan.cell + "/" + std::string(name_of(plan.side))] = read_file(plan.program).value();
  };
  runner_.step_seconds[process::Side::kNeural] = 0.0022;
  const Expected<FrameworkCheck> found = check();
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(programs.size(), 6U) << "with the pairs of equal programs of every session";
  const std::string plain = "BACKEND = \"pytorch\"\nLEVEL = \"O1\"\n";
  EXPECT_EQ(programs["equal_pytorch_plain/neural"], plain);
  EXPECT_EQ(programs["equal_pytorch_plain/native"], "BACKEND = \"pytorch\"\nLEVEL = \"other\"\n");
  EXPECT_EQ(programs["planted_pytorch_plain/native"], programs["equal_pytorch_plain/native"]);
  const std::string& planted = programs["planted_pytorch_plain/neural"];
  EXPECT_TRUE(planted.starts_with(plain));
  EXPECT_NE(planted.find("b\"\\x01\" * (20 << 20)"), std::string::npos) << planted;
  EXPECT_NE(planted.find("* (1 + 10 / 100)"), std::string::npos);
  EXPECT_NE(planted.find("result[\"loss\"] + 0.02}"), std::string::npos);

  // What the script plays is slower on that side by a tenth in both comparisons, and alike otherwise.
  EXPECT_EQ(found->framework, "PyTorch");
  EXPECT_EQ(found->planted.time_verdict, "SLOWER");
  EXPECT_NEAR(found->planted.time_ratio.value(), 1.1, 0.01);
  EXPECT_EQ(shortfalls(*found, false).size(), 4U) << "memory and loss of the planted, its verdict, time of the equal";
  EXPECT_EQ(told_.front(), "PyTorch, equal programs: a run of `parity`");
  EXPECT_EQ(told_.back(), "PyTorch, planted: a run of `full`");
}

TEST_F(FrameworkSession, WithoutAFrameworkOrDataSaysWhy) {
  runner_.versions["torch"] = runner_.versions["tensorflow"] = nullptr;
  const Expected<FrameworkCheck> none = check();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "neither PyTorch nor TensorFlow is installed for `/venv/bin/python`");
  runner_.versions["tensorflow"] = "2.21.0";
  runner_.datasets.clear();
  const Expected<FrameworkCheck> without_data = check();
  ASSERT_FALSE(without_data);
  EXPECT_NE(without_data.error().message.find("invalid choice: 'mnist'"), std::string::npos);
}

}  // namespace
}  // namespace neural::bench::selftest
