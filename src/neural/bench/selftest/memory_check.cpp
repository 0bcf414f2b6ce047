#include "neural/bench/selftest/memory_check.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <memory>

#include "neural/base/files.hpp"
#include "neural/bench/plan/machine.hpp"
#include "neural/bench/process/events.hpp"
#include "neural/bench/stats/summary.hpp"

namespace neural::bench::selftest {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMebibyte = 1024 * 1024;
constexpr std::int64_t kPlain = 64 * kMebibyte;
constexpr std::int64_t kGibibyte = 1024 * kMebibyte;
constexpr std::int64_t kToSpare = 3 * kGibibyte;
constexpr int kRuns = 3;
constexpr std::int64_t kSteps = 10;

class Readings {
 public:
  explicit Readings(const PairSource& source) : source_(source) {}

  /// The peak of the training of a run that takes so many bytes.
  Expected<double> peak(std::int64_t bytes) {
    source_.before(++number_);
    const fs::path program = source_.host.results / fmt::format("memory_{:03}.json", number_);
    NEURAL_TRY(write_file(program, pretty_json(to_json(Truth{1, bytes}))));
    process::WorkerPlan plan;
    plan.cell = "memory";
    plan.run = fmt::format("memory_{:03}", number_);
    plan.task = process::Task::kMemory;
    plan.backend = "truth";
    plan.program = program;
    plan.train_rows = kSteps;
    const process::Outcome outcome = NEURAL_TRY(process::run_worker(source_.runner, source_.host, plan, 0));
    if (!outcome.valid) return fail(ErrorCode::kMeasurement, plan.place() + ": " + outcome.reason);
    for (const Json& event : NEURAL_TRY(process::read_events(source_.host.results / plan.place() / "events.jsonl"))) {
      if (process::event_name(event) == "memory" && process::text_of(event, "phase") == "train") {
        return process::number_of(event, "peak_bytes");
      }
    }
    return fail(ErrorCode::kMeasurement, "a run did not tell its memory");
  }

  /// The median of runs; with `predecessor`, each stands behind a run of 1 GiB.
  Expected<double> median_peak(std::int64_t bytes, bool predecessor) {
    std::vector<double> peaks;
    for (int run = 0; run < kRuns; ++run) {
      if (predecessor) NEURAL_TRY(peak(kGibibyte));
      peaks.push_back(NEURAL_TRY(peak(bytes)));
    }
    return stats::median(peaks);
  }

 private:
  const PairSource& source_;
  int number_ = 0;
};

}  // namespace

double MemoryReading::error_mib() const {
  return std::abs(static_cast<double>(measured - planted)) / static_cast<double>(kMebibyte);
}

Expected<std::vector<MemoryReading>> check_memory(const PairSource& source) {
  Readings readings(source);
  std::vector<MemoryReading> found;
  const double plain = NEURAL_TRY(readings.median_peak(kPlain, false));
  const auto add = [&](const char* name, std::int64_t planted, bool predecessor) -> Status {
    const double peak = NEURAL_TRY(readings.median_peak(kPlain + planted, predecessor));
    found.push_back({name, planted, static_cast<std::int64_t>(peak - plain)});
    return done();
  };
  NEURAL_TRY(add("plus_5_mib", 5 * kMebibyte, false));
  NEURAL_TRY(add("plus_20_mib", 20 * kMebibyte, false));
  if (plan::available_memory_bytes() < kToSpare) return found;
  NEURAL_TRY(add("plus_20_mib_after_1_gib", 20 * kMebibyte, true));
  const auto held = std::make_unique_for_overwrite<char[]>(kGibibyte);
  volatile char* bytes = held.get();
  for (std::int64_t at = 0; at < kGibibyte; at += ::sysconf(_SC_PAGESIZE)) bytes[at] = 1;
  NEURAL_TRY(add("plus_20_mib_from_1_gib", 20 * kMebibyte, false));
  return found;
}

}  // namespace neural::bench::selftest
