// Units that rounding lets live on one side alone: what their weights may be, and what they may not.
#include <cmath>

#include "neural/bench/parity/compare_testing.hpp"

namespace neural::bench::parity {
namespace {

class FlippedTest : public CompareTest {
 protected:
  void SetUp() override {
    CompareTest::SetUp();
    program_.tensors = {Program::weight("hidden.weight", 20)};  // of 400 numbers 4 are a hundredth
    write_parity(scratch_ / "native", program_);
    write_parity(scratch_ / "neural", program_);
  }
  /// Moves the first `count` weights of the neural side after so many steps by `by`.
  void move(const std::string& prefix, int steps, std::size_t count, double by) const {
    std::vector<double> values = program_.after(program_.tensors[0], steps);
    for (std::size_t i = 0; i < count; ++i) values[i] += by;
    put(scratch_ / "neural" / (prefix + "_0.npy"), npy<float>(values, "(20, 20)", "<f4"));
  }

  Program program_;
};

TEST_F(FlippedTest, a_hundredth_of_the_weights_behind_the_first_step_may_be_anywhere_and_it_is_told) {
  move("step10", 10, 4, 0.004);
  move("loop", 4, 4, 0.002);
  const Certificate certificate = compare();
  EXPECT_TRUE(certificate.passed) << certificate.reason;
  EXPECT_FALSE(certificate.bit_identical);
  EXPECT_EQ(certificate.checks[4].name, "weights after step 10");
  EXPECT_EQ(certificate.checks[4].deviation, 0);
  EXPECT_NEAR(certificate.checks[4].left_out, 0.004 / 0.09, 0.002);
  EXPECT_NEAR(certificate.checks.back().left_out, 0.002 / 0.084, 0.001);
}

TEST_F(FlippedTest, more_than_a_hundredth_may_not) {
  move("step10", 10, 5, 0.004);
  EXPECT_EQ(failed(compare()).name, "weights after step 10");
  EXPECT_EQ(failed(compare()).left_out, 0);
  EXPECT_GT(failed(compare()).deviation, 0.04);
}

TEST_F(FlippedTest, none_may_after_the_first_step) {
  move("step1", 1, 1, 0.001);
  EXPECT_EQ(failed(compare()).name, "weights after step 1");
}

TEST_F(FlippedTest, none_may_be_other_than_finite) {
  move("step10", 10, 1, std::nan(""));
  EXPECT_EQ(failed(compare()).name, "weights after step 10");
}

TEST_F(FlippedTest, what_agrees_without_it_leaves_nothing_out) {
  move("step10", 10, 2, 1e-6);
  const Certificate certificate = compare();
  EXPECT_TRUE(certificate.passed);
  EXPECT_GT(certificate.checks[4].deviation, 1e-6);
  EXPECT_EQ(certificate.checks[4].left_out, 0);
}

TEST_F(FlippedTest, a_protocol_may_allow_none) {
  move("step10", 10, 1, 0.004);
  const Certificate certificate =
      compare_folders(scratch_ / "neural", scratch_ / "native", {}, {.flipped_share = 0}).value();
  EXPECT_EQ(failed(certificate).name, "weights after step 10");
}

}  // namespace
}  // namespace neural::bench::parity
