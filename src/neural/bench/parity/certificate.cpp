#include "neural/bench/parity/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "neural/base/check.hpp"

namespace neural::bench::parity {
namespace {

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

/// NaN, of values that cannot be compared, is larger than anything.
bool smaller(const Check& a, const Check& b) {
  if (std::isnan(a.deviation) || std::isnan(b.deviation)) return !std::isnan(a.deviation) && std::isnan(b.deviation);
  return a.deviation < b.deviation;
}

}  // namespace

const Check& Certificate::largest() const {
  NEURAL_CHECK(!checks.empty(), "a certificate without a check");
  return *std::max_element(checks.begin(), checks.end(), smaller);
}

bool Certificate::may_be_rounding() const {
  return !passed && std::all_of(checks.begin(), checks.end(), [](const Check& check) {
    return check.passed || (check.reruns_widen && std::isfinite(check.deviation));
  });
}

Json to_json(const Certificate& certificate) {
  Json checks = Json::array();
  for (const Check& check : certificate.checks) {
    checks.push_back({{"name", check.name},
                      {"deviation", number(check.deviation)},
                      {"tolerance", check.tolerance},
                      {"passed", check.passed},
                      {"where", check.where},
                      {"left_out", check.left_out}});
  }
  const Check& largest = certificate.largest();
  return {
      {"passed", certificate.passed},
      {"bit_identical", certificate.bit_identical},
      {"largest", {{"check", largest.name}, {"where", largest.where}, {"deviation", number(largest.deviation)}}},
      {"checks", std::move(checks)},
      {"reason", certificate.reason},
  };
}

std::string summary(const Certificate& certificate) {
  if (!certificate.passed) return certificate.reason;
  if (certificate.bit_identical) return "bit-identical";
  return fmt::format("agrees to {:.1e}", certificate.largest().deviation);
}

}  // namespace neural::bench::parity
