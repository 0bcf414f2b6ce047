// What reruns allow, and what they do not.
#include <cmath>

#include "neural/bench/parity/compare_testing.hpp"

namespace neural::bench::parity {
namespace {

TEST_F(CompareTest, a_rerun_that_deviates_widens_what_training_may_deviate) {
  Program neural;
  neural.late_loss_factor = 1.005;
  neural.learning_rate = 0.0010002;
  Program rerun;
  rerun.late_loss_factor = 1.002;
  rerun.learning_rate = 0.0010001;
  write_parity(scratch_ / "rerun", rerun);
  ASSERT_EQ(failed(compare(neural)).name, "weights after step 1");
  const Certificate certificate = compare({scratch_ / "rerun"});
  EXPECT_TRUE(certificate.passed) << certificate.reason;
  EXPECT_FALSE(certificate.bit_identical);
  EXPECT_NEAR(certificate.checks[3].tolerance, 3e-4, 1e-6);
  EXPECT_NEAR(certificate.checks[6].tolerance, 3 * 0.0019, 3e-4);
}

TEST_F(CompareTest, a_rerun_widens_by_three_and_no_more) {
  Program neural;
  neural.learning_rate = 0.0010004;
  write_parity(scratch_ / "neural", neural);
  Program rerun;
  rerun.learning_rate = 0.0010001;
  write_parity(scratch_ / "rerun", rerun);
  EXPECT_FALSE(compare({scratch_ / "rerun"}).passed);
}

TEST_F(CompareTest, a_rerun_never_widens_what_comes_before_training) {
  Program off;
  off.gradient_factor = 1 + 2e-5;
  write_parity(scratch_ / "neural", off);
  write_parity(scratch_ / "rerun", off);
  EXPECT_EQ(failed(compare({scratch_ / "rerun"})).name, "gradients");
}

TEST_F(CompareTest, a_rerun_in_another_order_widens_gradients_where_the_protocol_says_so) {
  Program off;
  off.gradient_factor = 1 + 2e-5;
  write_parity(scratch_ / "neural", off);
  write_parity(scratch_ / "rerun", off);
  const std::vector<std::filesystem::path> reruns = {scratch_ / "rerun"};
  const auto compare_with = [&](bool widen) {
    return compare_folders(scratch_ / "neural", scratch_ / "native", reruns, {.reruns_widen_gradients = widen}).value();
  };
  EXPECT_TRUE(compare_with(true).passed);
  EXPECT_NEAR(compare_with(true).checks[2].tolerance, 6e-5, 1e-6);
  EXPECT_EQ(failed(compare_with(false)).name, "gradients");
}

TEST_F(CompareTest, a_rerun_whose_losses_wander_allows_as_much_whatever_the_last_is) {
  Program neural;
  neural.late_loss_factor = 1.005;
  write_parity(scratch_ / "neural", neural);
  write_parity(scratch_ / "rerun", Program{});
  const double native = read_json(scratch_ / "native" / "index.json").value()["losses"][195];
  edit("rerun", "/losses/195", native * 1.004);
  const Certificate wandering = compare({scratch_ / "rerun"});
  EXPECT_TRUE(wandering.passed) << wandering.reason;
  EXPECT_NEAR(wandering.checks[6].tolerance, 0.012, 1e-4);

  const double earlier = read_json(scratch_ / "native" / "index.json").value()["losses"][191];
  write_parity(scratch_ / "rerun", Program{});
  edit("rerun", "/losses/191", earlier * 1.004);  // nine steps before
  EXPECT_EQ(failed(compare({scratch_ / "rerun"})).name, "losses at step 200");
}

TEST_F(CompareTest, a_rerun_that_is_not_finite_allows_nothing) {
  Program neural;
  neural.learning_rate = 0.0011;
  write_parity(scratch_ / "neural", neural);
  write_parity(scratch_ / "rerun", Program{});
  for (int tensor = 0; tensor < 3; ++tensor) {
    const bool bias = tensor == 1;
    put(scratch_ / "rerun" / ("step1_" + std::to_string(tensor) + ".npy"),
        npy<float>(std::vector<double>(bias ? 6 : 36, std::nan("")), bias ? "(6,)" : "(6, 6)", "<f4"));
  }
  EXPECT_EQ(failed(compare({scratch_ / "rerun"})).name, "weights after step 1");
}

TEST_F(CompareTest, a_rerun_that_starts_elsewhere_allows_nothing) {
  Program neural;
  neural.late_loss_factor = 1.005;
  write_parity(scratch_ / "neural", neural);
  Program rerun = neural;
  write_parity(scratch_ / "rerun", rerun);
  EXPECT_TRUE(compare({scratch_ / "rerun"}).passed);
  rerun.gradient_factor = 1 + 2e-5;
  write_parity(scratch_ / "rerun", rerun);
  EXPECT_EQ(failed(compare({scratch_ / "rerun"})).name, "losses at step 200");
  rerun.gradient_factor = 1;
  rerun.first_loss *= 1 + 2e-5;
  write_parity(scratch_ / "rerun", rerun);
  EXPECT_EQ(failed(compare({scratch_ / "rerun"})).name, "losses at step 200");
}

TEST_F(CompareTest, a_rerun_of_another_program_is_an_error) {
  Program rerun;
  rerun.tensors.pop_back();
  write_parity(scratch_ / "rerun", rerun);
  const std::vector<std::filesystem::path> reruns = {scratch_ / "rerun"};
  const Expected<Certificate> certificate = compare_folders(scratch_ / "neural", scratch_ / "native", reruns);
  ASSERT_FALSE(certificate);
  EXPECT_NE(certificate.error().message.find("is no rerun of"), std::string::npos);
}

TEST_F(CompareTest, a_tolerance_of_its_own_is_widened_by_reruns_as_another) {
  Program moved;
  moved.learning_rate = 0.0011;
  write_parity(scratch_ / "neural", moved);
  const std::vector<std::filesystem::path> reruns = {scratch_ / "rerun"};
  const auto compare_with = [&](const Program& rerun) {
    write_parity(scratch_ / "rerun", rerun);
    return compare_folders(scratch_ / "neural", scratch_ / "native", reruns, {.tolerance = 1e-9}).value();
  };
  EXPECT_TRUE(compare_with(moved).passed);
  EXPECT_EQ(failed(compare_with(Program{})).name, "weights after step 1");
}

}  // namespace
}  // namespace neural::bench::parity
