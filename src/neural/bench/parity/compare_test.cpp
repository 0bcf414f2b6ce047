#include "neural/bench/parity/compare.hpp"

#include <cmath>
#include <utility>

#include "neural/bench/parity/compare_testing.hpp"

namespace neural::bench::parity {
namespace {

TEST_F(CompareTest, identical_folders_are_bit_identical) {
  const Certificate certificate = compare();
  EXPECT_TRUE(certificate.passed);
  EXPECT_TRUE(certificate.bit_identical);
  EXPECT_EQ(certificate.reason, "");
  EXPECT_EQ(summary(certificate), "bit-identical");
  EXPECT_EQ(certificate.largest().deviation, 0);
}

TEST_F(CompareTest, every_check_is_there_with_its_tolerance) {
  std::vector<std::pair<std::string, double>> checks;
  for (const Check& check : compare().checks) checks.emplace_back(check.name, check.tolerance);
  const std::vector<std::pair<std::string, double>> expected = {{"parameters", 0},
                                                                {"losses before the first step", 1e-5},
                                                                {"gradients", 1e-5},
                                                                {"weights after step 1", 1e-4},
                                                                {"weights after step 10", 1e-4},
                                                                {"losses at step 20", 1e-4},
                                                                {"losses at step 200", 1e-3},
                                                                {"weights after several batches", 1e-4}};
  EXPECT_EQ(checks, expected);
}

TEST_F(CompareTest, rounding_passes_and_is_told) {
  Program neural;
  neural.gradient_factor = 1 + 3e-7;
  const Certificate certificate = compare(neural);
  EXPECT_TRUE(certificate.passed) << certificate.reason;
  EXPECT_FALSE(certificate.bit_identical);
  EXPECT_EQ(certificate.largest().name, "gradients");
  EXPECT_NEAR(certificate.largest().deviation, 3e-7, 1e-7);
  EXPECT_TRUE(summary(certificate).starts_with("agrees to "));
}

TEST_F(CompareTest, one_other_bit_in_any_loss_is_not_bit_identical) {
  const double loss = read_json(scratch_ / "neural" / "index.json").value()["losses"][57].get<double>();
  edit("neural", "/losses/57", std::nextafter(loss, 0.0));
  const Certificate certificate = compare();
  EXPECT_TRUE(certificate.passed);
  EXPECT_FALSE(certificate.bit_identical);
}

TEST_F(CompareTest, catches_another_learning_rate_by_the_weights_after_step_1) {
  Program neural;
  neural.learning_rate = 0.0011;
  const Certificate certificate = compare(neural);
  EXPECT_FALSE(certificate.passed);
  EXPECT_EQ(failed(certificate).name, "weights after step 1");
  EXPECT_EQ(certificate.reason, "weights after step 1 of `dense.bias` differ by 1.0e-01 (allowed 1.0e-04)");
}

TEST_F(CompareTest, catches_another_learning_rate_without_biases_too) {
  Program native;
  native.tensors.erase(native.tensors.begin() + 1);
  Program neural = native;
  neural.learning_rate = 0.0011;
  write_parity(scratch_ / "native", native);
  const Certificate certificate = compare(neural);
  EXPECT_EQ(certificate.reason, "weights after step 1 of `dense.weight` differ by 1.2e-03 (allowed 1.0e-04)");
}

TEST_F(CompareTest, catches_one_transposed_weight) {
  Program neural;
  Program::Tensor& tensor = neural.tensors[2];
  for (std::size_t row = 0; row < 6; ++row) {
    for (std::size_t column = 0; column < row; ++column) {
      std::swap(tensor.initial[6 * row + column], tensor.initial[6 * column + row]);
    }
  }
  const Certificate certificate = compare(neural);
  EXPECT_EQ(failed(certificate).name, "weights after step 1");
  EXPECT_EQ(failed(certificate).where, "output.weight");
}

TEST_F(CompareTest, catches_gradients_that_are_off) {
  Program neural;
  neural.gradient_factor = 1 + 2e-5;
  const Certificate certificate = compare(neural);
  EXPECT_EQ(failed(certificate).name, "gradients");
  EXPECT_NE(certificate.reason.find("differ by 2.0e-05 (allowed 1.0e-05)"), std::string::npos) << certificate.reason;
}

TEST_F(CompareTest, catches_losses_that_are_off) {
  edit("neural", "/step0_loss", 2.3001);
  EXPECT_EQ(compare().reason, "losses before the first step differ by 4.3e-05 (allowed 1.0e-05)");
  edit("neural", "/step0_loss", 2.3);
  edit("neural", "/losses/19", 0.7668);
  EXPECT_EQ(failed(compare()).name, "losses at step 20");
}

TEST_F(CompareTest, catches_a_loss_that_drifts_away_late) {
  Program neural;
  neural.late_loss_factor = 1.002;
  const Certificate certificate = compare(neural);
  EXPECT_EQ(certificate.reason, "losses at step 200 differ by 2.0e-03 (allowed 1.0e-03)");
  neural.late_loss_factor = 1.0005;
  EXPECT_TRUE(compare(neural).passed);
}

TEST_F(CompareTest, catches_what_only_a_whole_loop_shows) {
  Program other;
  std::vector<double> values = other.after(other.tensors[1], 4);
  values[0] += 1e-6;
  put(scratch_ / "neural" / "loop_1.npy", npy<float>(values, "(6,)", "<f4"));
  const Certificate certificate = compare();
  EXPECT_EQ(failed(certificate).name, "weights after several batches");
  EXPECT_EQ(failed(certificate).where, "dense.bias");
}

TEST_F(CompareTest, catches_numbers_that_are_not_finite_on_either_side) {
  const Program program;
  for (const std::string side : {"neural", "native"}) {
    for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
      SetUp();
      std::vector<double> values = program.after(program.tensors[0], 10);
      values[7] = bad;
      put(scratch_ / side / "step10_0.npy", npy<float>(values, "(6, 6)", "<f4"));
      const Certificate certificate = compare();
      EXPECT_FALSE(certificate.passed);
      EXPECT_FALSE(certificate.bit_identical);
      EXPECT_EQ(certificate.reason, "weights after step 10 of `dense.weight` are not finite on the " + side + " side");
      TearDown();
    }
  }
}

TEST_F(CompareTest, the_same_nan_on_both_sides_fails_too) {
  for (const std::string side : {"neural", "native"}) {
    put(scratch_ / side / "gradient_1.npy", npy<float>(std::vector<double>(6, std::nan("")), "(6,)", "<f4"));
  }
  EXPECT_EQ(compare().reason, "gradients of `dense.bias` are not finite on the neural side");
}

TEST_F(CompareTest, zero_against_zero_agrees_and_against_anything_else_does_not) {
  const std::string zeros = npy<float>(std::vector<double>(6, 0.0), "(6,)", "<f4");
  put(scratch_ / "native" / "gradient_1.npy", zeros);
  EXPECT_EQ(compare().reason, "gradients of `dense.bias` are all zero on the native side alone");
  put(scratch_ / "neural" / "gradient_1.npy", zeros);
  EXPECT_TRUE(compare().bit_identical);
}

TEST_F(CompareTest, catches_a_parameter_fewer) {
  Program neural;
  neural.tensors.pop_back();
  const Certificate certificate = compare(neural);
  EXPECT_FALSE(certificate.passed);
  EXPECT_FALSE(certificate.bit_identical);
  EXPECT_EQ(certificate.reason, "the neural side has 2 parameter tensors, the native side 3");
  ASSERT_EQ(certificate.checks.size(), 1U);
  EXPECT_FALSE(certificate.checks[0].passed);
}

TEST_F(CompareTest, catches_another_shape) {
  Program neural;
  neural.tensors[2].shape = {4, 9};
  EXPECT_EQ(compare(neural).reason,
            "parameter 3, `output.weight`, has the shape (4, 9) on the neural side, (6, 6) on the native side");
}

TEST_F(CompareTest, catches_another_precision) {
  write_parity<double>(scratch_ / "neural", Program{});
  EXPECT_EQ(compare().reason, "gradients of `dense.weight` are float64 on the neural side, float32 on the native side");
}

TEST_F(CompareTest, float64_on_both_sides_is_compared) {
  write_parity<double>(scratch_ / "neural", Program{});
  write_parity<double>(scratch_ / "native", Program{});
  EXPECT_TRUE(compare().bit_identical);
}

TEST_F(CompareTest, names_of_both_sides_are_told_where_they_differ) {
  Program neural;
  neural.tensors[1].name = "layers.1.bias";
  neural.learning_rate = 0.002;
  EXPECT_TRUE(compare(neural).reason.starts_with("weights after step 1 of `layers.1.bias / dense.bias` differ by"));
}

TEST_F(CompareTest, a_missing_file_is_an_error_that_names_it) {
  std::filesystem::remove(scratch_ / "neural" / "step1_0.npy");
  EXPECT_EQ(error().code, ErrorCode::kNotFound);
  EXPECT_NE(error().message.find("step1_0.npy"), std::string::npos);
}

TEST_F(CompareTest, numbers_of_another_kind_are_an_error_that_names_the_file) {
  put(scratch_ / "native" / "step1_1.npy", npy<std::int32_t>({1, 2, 3, 4, 5, 6}, "(6,)", "<i4"));
  EXPECT_NE(error().message.find("step1_1.npy`: holds `<i4`"), std::string::npos);
}

TEST_F(CompareTest, a_run_that_was_cut_short_is_an_error) {
  Json index = read_json(scratch_ / "neural" / "index.json").value();
  index["losses"].erase(199);
  put(scratch_ / "neural" / "index.json", pretty_json(index));
  EXPECT_NE(error().message.find("there are 199 losses, 200 are needed"), std::string::npos);
  index["weights"].erase("10");
  put(scratch_ / "neural" / "index.json", pretty_json(index));
  EXPECT_NE(error().message.find("there are no weights after step 10"), std::string::npos);
}

TEST_F(CompareTest, folders_of_different_plans_are_an_error) {
  Json index = read_json(scratch_ / "neural" / "index.json").value();
  index.erase("loop_weights");
  put(scratch_ / "neural" / "index.json", pretty_json(index));
  EXPECT_EQ(error().code, ErrorCode::kMeasurement);
  EXPECT_NE(error().message.find("was not written under the plan of"), std::string::npos);
}

TEST_F(CompareTest, one_tolerance_takes_the_place_of_all) {
  Program neural;
  neural.gradient_factor = 1 + 5e-6;
  write_parity(scratch_ / "neural", neural);
  const auto strict = compare_folders(scratch_ / "neural", scratch_ / "native", {}, {.tolerance = 1e-9});
  ASSERT_TRUE(strict);
  EXPECT_EQ(failed(*strict).name, "gradients");
  EXPECT_EQ(failed(*strict).tolerance, 1e-9);
  const auto lax = compare_folders(scratch_ / "neural", scratch_ / "native");
  ASSERT_TRUE(lax);
  EXPECT_TRUE(lax->passed);
}

TEST_F(CompareTest, gradients_and_weights_without_a_size_of_their_own_are_compared_to_the_largest) {
  Program native;
  for (double& gradient : native.tensors[1].gradient) gradient *= 1e-10;
  Program neural = native;
  for (double& gradient : neural.tensors[1].gradient) gradient *= -1;  // nothing but rounding
  neural.learning_rate = native.learning_rate = 1e-12;                 // the biases began at zero
  write_parity(scratch_ / "native", native);
  write_parity(scratch_ / "neural", neural);
  EXPECT_EQ(failed(compare()).name, "gradients");
  const auto certificate = compare_folders(scratch_ / "neural", scratch_ / "native", {}, {.least_share = 1e-4});
  ASSERT_TRUE(certificate);
  EXPECT_TRUE(certificate->passed) << certificate->reason;
}

TEST_F(CompareTest, sides_are_called_as_the_protocol_says) {
  Program neural;
  neural.tensors.pop_back();
  write_parity(scratch_ / "neural", neural);
  const auto certificate =
      compare_folders(scratch_ / "neural", scratch_ / "native", {}, {.first = "TensorFlow", .second = "PyTorch"});
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->reason, "the TensorFlow side has 2 parameter tensors, the PyTorch side 3");
}

TEST_F(CompareTest, predictions_are_compared_where_there_is_nothing_else) {
  put(scratch_ / "a.npy", npy<float>({1, 2, 3}, "(3,)", "<f4"));
  put(scratch_ / "b.npy", npy<float>({1, 2, 3.001}, "(3,)", "<f4"));
  put(scratch_ / "c.npy", npy<float>({1, 2}, "(2,)", "<f4"));
  const auto same = compare_predictions(scratch_ / "a.npy", scratch_ / "a.npy", {});
  ASSERT_TRUE(same);
  EXPECT_TRUE(same->passed && same->bit_identical);
  const auto other = compare_predictions(scratch_ / "a.npy", scratch_ / "b.npy", {});
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->passed);
  const auto shorter = compare_predictions(scratch_ / "a.npy", scratch_ / "c.npy", {});
  ASSERT_TRUE(shorter);
  EXPECT_EQ(shorter->reason, "predictions have the shape (3,) on the neural side, (2,) on the native side");
  EXPECT_FALSE(compare_predictions(scratch_ / "a.npy", scratch_ / "missing.npy", {}));
}

}  // namespace
}  // namespace neural::bench::parity
