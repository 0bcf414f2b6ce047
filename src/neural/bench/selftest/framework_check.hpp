// The whole harness on a real framework: a session of two comparisons of which the truth is known.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/plan/request.hpp"

namespace neural::bench::selftest {

/// What was planted into one side of the second comparison; its other side, and both of the first, have nothing.
inline constexpr int kPlantedPercent = 10;    ///< of the time of training
inline constexpr int kPlantedMib = 20;        ///< held while it trains
inline constexpr double kPlantedLoss = 0.02;  ///< added to the test loss

/// What a comparison of the session said.
struct FrameworkReading {
  std::string time_verdict;  ///< "SLOWER"
  std::optional<double> time_ratio;
  std::string memory_verdict;
  std::optional<double> memory_mib;  ///< planted side less plain side
  std::string loss_verdict;
  std::optional<double> loss;  ///< likewise
  bool is_cut_short = false;   ///< the time did not reach for all pairs and seeds
  std::string error;           ///< why it could not be measured
};

struct FrameworkCheck {
  std::string framework;  ///< "PyTorch"
  FrameworkReading equal;
  FrameworkReading planted;
};

/// What of the two comparisons does not hold, a sentence each. Of verdicts nothing is promised on a machine that is
/// noisy, and where the time did not reach for all of a comparison.
std::vector<std::string> shortfalls(const FrameworkCheck& check, bool noisy);

Json to_json(const FrameworkCheck& check);

struct FrameworkHost {
  process::Runner& runner;
  std::filesystem::path python;
  plan::Compile compile;
  plan::CompileCommand compile_command;
  process::Variables variables;
  std::string version;
  std::uint64_t seed = 0;
  std::function<void(const std::string&)> progress;  ///< a sentence
};

/// Measures a program generated for the first backend whose framework is installed, a small network on MNIST, against a
/// copy of itself and against a copy with all three differences. Takes at most eight minutes. An error (kMeasurement,
/// kProcess) says why there is nothing to measure: no framework, no data.
Expected<FrameworkCheck> check_framework(const FrameworkHost& host);

}  // namespace neural::bench::selftest
