#include "neural/bench/selftest/selftest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "neural/base/clock.hpp"
#include "neural/bench/process/interrupts.hpp"
#include "neural/bench/process/scratch_folder.hpp"
#include "neural/bench/stats/effect.hpp"
#include "neural/bench/stats/exact_tests.hpp"

namespace neural::bench::selftest {
namespace {

constexpr std::array kPercents = {2, 5, 10};
constexpr double kDrift = 0.06;
constexpr double kRunSeconds = 60;
constexpr int kMemoryRuns = 18;

constexpr double kMostFalse = 0.05;
constexpr double kLeastEquivalent = 0.90;
constexpr double kMostMemoryErrorMib = 2.0;

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

/// What is found of a difference of so many percent must not be less often than this.
double least_power(int percent) {
  if (percent == 5) return 0.90;
  return percent == 10 ? 0.99 : 0;
}

/// So many false sessions are to be expected in fewer than one self-test of twenty where the promise holds.
bool is_beyond_chance(const Sessions& sessions) {
  double at_least = 0, chance = std::pow(1 - kMostFalse, sessions.all);  // of none
  for (int different = 0; different <= sessions.all; ++different) {
    if (different >= sessions.different) at_least += chance;
    chance *= kMostFalse / (1 - kMostFalse) * (sessions.all - different) / (different + 1);
  }
  return at_least < 0.05;
}

class Selftest {
 public:
  Selftest(const Effort& effort, const Environment& environment, std::filesystem::path folder)
      : effort_(effort), environment_(environment), folder_(std::move(folder)) {}

  Expected<Result> run() {
    const std::int64_t begin = monotonic_ns();
    result_.version = environment_.version;
    result_.started_utc = utc_iso(unix_ms());
    result_.windows = effort_.windows;
    environment_.progress("calibrating", 0);
    iterations_ = calibrate(effort_.step_seconds);
    NEURAL_TRY(measure_equal());
    for (const int percent : kPercents) NEURAL_TRY(measure_planted(percent));
    result_.memory = NEURAL_TRY(check_memory(source([&](int run) { return fmt::format("memory: run {}", run); }, 1)));
    result_.seconds = static_cast<double>(monotonic_ns() - begin) * 1e-9;
    return std::move(result_);
  }

 private:
  /// All that is measured, in runs.
  int runs() const {
    return 2 * effort_.equal_pairs + 2 * effort_.planted_pairs * static_cast<int>(kPercents.size()) + kMemoryRuns;
  }

  PairSource source(std::function<std::string(int)> sentence, int runs_each) {
    process::WorkerHost host{
        folder_, {environment_.executable.string(), "truth-worker"}, environment_.variables, kRunSeconds};
    return {environment_.runner, std::move(host), environment_.seed,
            [this, sentence = std::move(sentence), runs_each](int number) {
              environment_.progress(sentence(number), static_cast<double>(result_.runs) / runs());
              result_.runs += runs_each;
            }};
  }

  Expected<PairRecord> record(const std::string& name, const std::string& title, int percent, int pairs) {
    const Truth native{iterations_, 0};
    const Truth neural{iterations_ + iterations_ * percent / 100, 0};
    return record_pairs(name, neural, native, pairs,
                        source([=](int pair) { return fmt::format("{}: pair {} of {}", title, pair, pairs); }, 2));
  }

  Status measure_equal() {
    const PairRecord pairs = NEURAL_TRY(record("equal", "equal programs", 0, effort_.equal_pairs));
    const stats::Rule rule = stats::pocock_rule();
    std::vector<double> all = pairs.neural;
    all.insert(all.end(), pairs.native.begin(), pairs.native.end());
    result_.variation = coefficient_of_variation(all);
    result_.pair_variation = pair_variation(pairs);
    result_.samples.push_back(pairs);
    result_.equal = replay(pairs, rule, effort_.windows, environment_.seed);
    result_.equal_sessions = disjoint_sessions(pairs, rule);
    result_.blocks = replay_blocks(pairs, effort_.windows, environment_.seed);
    result_.equal_with_drift = replay(pairs, rule, effort_.windows, environment_.seed, kDrift);
    result_.blocks_with_drift = replay_blocks(pairs, effort_.windows, environment_.seed, kDrift);
    return done();
  }

  Status measure_planted(int percent) {
    const PairRecord pairs = NEURAL_TRY(
        record(fmt::format("plus_{}", percent), fmt::format("{} % slower", percent), percent, effort_.planted_pairs));
    result_.samples.push_back(pairs);
    const std::vector<double> ratios = stats::log_ratios(pairs.neural, pairs.native);
    const double estimate = stats::PairedTests(ratios).at(stats::pocock_rule().alpha).estimate;
    result_.planted.push_back(
        {percent, 100 * std::expm1(estimate), replay(pairs, stats::pocock_rule(), effort_.windows, environment_.seed)});
    return done();
  }

  const Effort& effort_;
  const Environment& environment_;
  std::filesystem::path folder_;
  std::int64_t iterations_ = 1;
  Result result_;
};

Json to_json(const ErrorRates& rates) {
  return {{"faster", rates.faster},
          {"slower", rates.slower},
          {"equivalent", rates.equivalent},
          {"inconclusive", rates.inconclusive},
          {"pairs", rates.pairs}};
}

}  // namespace

double Result::memory_error_mib() const {
  double most = 0;
  for (const MemoryReading& reading : memory) most = std::max(most, reading.error_mib());
  return most;
}

bool Result::noisy() const {
  return pair_variation > kMostVariation;
}

std::vector<std::string> shortfalls(const Result& result) {
  std::vector<std::string> found;
  const Sessions& sessions = result.equal_sessions;
  if (result.equal.different() > kMostFalse && is_beyond_chance(sessions)) {
    found.push_back(fmt::format(
        "equal programs are called different in {} of sessions, {} are allowed; of {} that share no pair {} are wrong",
        percent(result.equal.different()), percent(kMostFalse), sessions.all, sessions.different));
  }
  if (result.memory_error_mib() > kMostMemoryErrorMib) {
    found.push_back(fmt::format("peak memory is {:.1f} MiB off, {:.0f} MiB are allowed", result.memory_error_mib(),
                                kMostMemoryErrorMib));
  }
  if (result.framework) {
    for (std::string& each : shortfalls(*result.framework, result.noisy())) found.push_back(std::move(each));
  }
  if (result.noisy()) return found;
  if (result.pair_variation <= kMostVariationForEquivalence && result.equal.equivalent < kLeastEquivalent) {
    found.push_back(fmt::format("equal programs are called equivalent in {} of sessions, expected are {}",
                                percent(result.equal.equivalent), percent(kLeastEquivalent)));
  }
  for (const Planted& planted : result.planted) {
    const double least = least_power(planted.percent);
    if (planted.rates.slower >= least) continue;
    found.push_back(fmt::format("{} % are found in {} of sessions, expected are {}", planted.percent,
                                percent(planted.rates.slower), percent(least)));
  }
  return found;
}

Json to_json(const Result& result) {
  Json json = {
      {"schema_version", 1},
      {"version", result.version},
      {"started_utc", result.started_utc},
      {"seconds", result.seconds},
      {"runs", result.runs},
      {"windows", result.windows},
      {"coefficient_of_variation", result.variation},
      {"pair_variation", result.pair_variation},
      {"noisy", result.noisy()},
      {"false_positive_rate", result.equal.different()},
      {"equivalent_rate", result.equal.equivalent},
      {"disjoint_sessions", {{"all", result.equal_sessions.all}, {"different", result.equal_sessions.different}}}};
  for (const Planted& planted : result.planted) {
    json[fmt::format("power_{}", planted.percent)] = planted.rates.slower;
  }
  json["memory_error_mib"] = result.memory_error_mib();
  json["blocks_false_positive_rate"] = result.blocks;
  json["drift"] = {{"false_positive_rate", result.equal_with_drift.different()},
                   {"blocks_false_positive_rate", result.blocks_with_drift}};
  json["equal"] = to_json(result.equal);
  json["planted"] = Json::array();
  for (const Planted& planted : result.planted) {
    json["planted"].push_back({{"percent", planted.percent},
                               {"measured_percent", planted.measured_percent},
                               {"rates", to_json(planted.rates)}});
  }
  json["samples"] = Json::array();
  for (std::size_t i = 0; i < result.samples.size(); ++i) {
    json["samples"].push_back({{"percent", i == 0 ? 0 : result.planted[i - 1].percent},
                               {"neural", result.samples[i].neural},
                               {"native", result.samples[i].native}});
  }
  json["memory"] = Json::array();
  for (const MemoryReading& reading : result.memory) {
    json["memory"].push_back(
        {{"name", reading.name}, {"planted_bytes", reading.planted}, {"measured_bytes", reading.measured}});
  }
  json["framework"] = result.framework ? to_json(*result.framework) : Json();
  json["framework_left_out"] = result.framework_left_out;
  json["shortfalls"] = shortfalls(result);
  return json;
}

Expected<Result> run_selftest(const Effort& effort, const Environment& environment) {
  const process::Interrupts interrupts;
  const process::ScratchFolder folder = NEURAL_TRY(process::ScratchFolder::make());
  return Selftest(effort, environment, folder.path()).run();
}

}  // namespace neural::bench::selftest
