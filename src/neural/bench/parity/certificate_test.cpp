#include "neural/bench/parity/certificate.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace neural::bench::parity {
namespace {

Certificate agreeing() {
  return {
      .passed = true,
      .bit_identical = false,
      .checks = {{"gradients", 3.1e-7, 1e-5, true, "dense.weight"}, {"weights after step 1", 2e-8, 1e-4, true, "a"}},
      .reason = {}};
}

TEST(Certificate, says_in_one_line_how_close_the_sides_are) {
  Certificate certificate = agreeing();
  EXPECT_EQ(summary(certificate), "agrees to 3.1e-07");
  certificate.bit_identical = true;
  EXPECT_EQ(summary(certificate), "bit-identical");
  certificate.passed = false;
  certificate.reason = "gradients of `a` are not finite on the neural side";
  EXPECT_EQ(summary(certificate), certificate.reason);
}

TEST(Certificate, what_cannot_be_compared_is_the_largest_deviation) {
  Certificate certificate = agreeing();
  EXPECT_EQ(certificate.largest().name, "gradients");
  certificate.checks[1].deviation = std::numeric_limits<double>::infinity();
  EXPECT_EQ(certificate.largest().name, "weights after step 1");
  certificate.checks[0].deviation = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(certificate.largest().name, "gradients");
}

TEST(Certificate, only_what_a_rerun_may_widen_can_be_rounding) {
  Certificate certificate = agreeing();
  EXPECT_FALSE(certificate.may_be_rounding()) << "it passed";
  certificate.passed = certificate.checks[1].passed = false;
  EXPECT_FALSE(certificate.may_be_rounding());
  certificate.checks[1].reruns_widen = true;
  EXPECT_TRUE(certificate.may_be_rounding());
  certificate.checks[0].passed = false;
  EXPECT_FALSE(certificate.may_be_rounding()) << "the gradients differ, too";
  certificate.checks[0].passed = true;
  certificate.checks[1].deviation = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(certificate.may_be_rounding());
}

TEST(Certificate, becomes_json) {
  Certificate certificate = agreeing();
  certificate.checks[1].deviation = std::numeric_limits<double>::quiet_NaN();
  certificate.checks[1].passed = certificate.passed = false;
  certificate.reason = "weights";
  EXPECT_EQ(
      compact_json(to_json(certificate)),
      R"({"passed":false,"bit_identical":false,"largest":{"check":"weights after step 1","where":"a","deviation":null},)"
      R"("checks":[{"name":"gradients","deviation":3.1e-07,"tolerance":1e-05,"passed":true,"where":"dense.weight",)"
      R"("left_out":0.0},)"
      R"({"name":"weights after step 1","deviation":null,"tolerance":0.0001,"passed":false,"where":"a","left_out":0.0}],)"
      R"("reason":"weights"})");
}

TEST(CertificateDeathTest, without_a_check_has_no_largest_deviation) {
  EXPECT_DEATH((void)Certificate{}.largest(), "a certificate without a check");
}

}  // namespace
}  // namespace neural::bench::parity
