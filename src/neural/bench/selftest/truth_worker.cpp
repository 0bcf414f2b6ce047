#include "neural/bench/selftest/truth_worker.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <vector>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/bench/process/event_writer.hpp"

namespace neural::bench::selftest {
namespace {

namespace fs = std::filesystem;

// The matrix whose rows a step reads: that of a layer of 128 units over the pixels of a digit. Its 392 KiB are more
// than the first cache of a processor holds, so that a neighbour on the machine slows this down as it slows training
// down; arithmetic in registers alone would hardly notice.
constexpr std::size_t kRows = 784, kColumns = 128;

constexpr std::int64_t kMostIterations = 1'000'000'000'000;
constexpr std::int64_t kMostBytes = std::int64_t{8} << 30;
constexpr std::int64_t kMostSteps = 10'000'000;

using process::seconds_since;

class Worker {
 public:
  Worker(const Json& plan, const Truth& truth, std::string version, int descriptor)
      : plan_(plan), truth_(truth), version_(std::move(version)), events_(descriptor) {}

  Status run() {
    NEURAL_TRY(events_.emit("start", {{"pid", ::getpid()}, {"schema", 1}}));
    NEURAL_TRY(memory_.during("import", [] { return done(); }));
    NEURAL_TRY(events_.emit("import_end", {{"versions", {{"neural", version_}}}, {"seconds", 0.0}}));
    NEURAL_TRY(memory_.during("build", [] { return done(); }));
    NEURAL_TRY(events_.emit("model_built", {{"parameters", 1}, {"seconds", 0.0}}));
    NEURAL_TRY(memory_.during("data", [] { return done(); }));
    const std::int64_t rows = NEURAL_TRY(number(plan_["data"], "train_rows"));
    NEURAL_TRY(events_.emit("data_ready", {{"train_rows", rows}, {"test_rows", 0}, {"seconds", 0.0}}));
    cpu_set_t mask;
    const int cpus = ::sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : 0;
    NEURAL_TRY(events_.emit(
        "environment", {{"threads", Json::object()}, {"tasks", 1}, {"cpus", cpus}, {"variables", Json::object()}}));
    NEURAL_TRY(plan_["pair"].is_object() ? train_pair() : train_epoch(rows));
    NEURAL_TRY(events_.emit("train_end", {{"seconds", seconds_}}));
    for (const Json& record : memory_.records()) NEURAL_TRY(events_.emit("memory", record));
    return events_.emit("exit", {{"status", 0}});
  }

 private:
  static Expected<std::int64_t> number(const Json& value, std::string_view key) {
    const auto found = NEURAL_TRY(json_field<std::int64_t>(value, key, "the plan"));
    if (found >= 1 && found <= kMostSteps) return found;
    return fail(ErrorCode::kUsage, fmt::format("the plan: `{}` is {}", key, found));
  }

  double fit(std::int64_t steps) const { return fit_from(monotonic_ns(), steps); }

  double fit_from(std::int64_t begin, std::int64_t steps) const {
    for (std::int64_t step = 0; step < steps; ++step) spin(truth_.iterations);
    return seconds_since(begin);
  }

  /// Memory that is really there: every page is written.
  std::unique_ptr<char[]> take_memory() const {
    auto memory = std::make_unique_for_overwrite<char[]>(static_cast<std::size_t>(truth_.bytes));
    volatile char* bytes = memory.get();
    const std::int64_t page = ::sysconf(_SC_PAGESIZE);
    for (std::int64_t at = 0; at < truth_.bytes; at += page) bytes[at] = 1;
    return memory;
  }

  Status train_slice(const char* kind, std::int64_t steps) {
    const std::int64_t begin = monotonic_ns();
    const double seconds = fit_from(begin, steps);
    seconds_ += seconds;
    return events_.emit(
        "slice",
        {{"kind", kind}, {"rows", steps}, {"steps", steps}, {"begin", begin}, {"seconds", seconds}, {"loss", 1.0}});
  }

  Status train_pair() {
    const Json& pair = plan_["pair"];
    const std::int64_t warmup_steps = NEURAL_TRY(number(pair, "warmup_steps"));
    const std::int64_t short_steps = NEURAL_TRY(number(pair, "short_steps"));
    const std::int64_t long_steps = NEURAL_TRY(number(pair, "long_steps"));
    NEURAL_TRY(memory_.during("warmup", [&] {
      const double first = fit(1), rest = fit(warmup_steps - 1);
      return events_.emit("warmup_end",
                          {{"first_step_seconds", first}, {"seconds", first + rest}, {"steps", warmup_steps}});
    }));
    return memory_.during("train", [&] {
      const auto memory = take_memory();
      const Status status = train_slice("short", short_steps);
      return status ? train_slice("long", long_steps) : status;
    });
  }

  Status train_epoch(std::int64_t rows) {
    return memory_.during("train", [&] {
      const auto memory = take_memory();
      seconds_ = fit(rows);
      return events_.emit("epoch", {{"epoch", 1},
                                    {"rows", rows},
                                    {"steps", rows},
                                    {"seconds", seconds_},
                                    {"loss", 1.0},
                                    {"test_loss", nullptr},
                                    {"test_accuracy", nullptr}});
    });
  }

  const Json& plan_;
  Truth truth_;
  std::string version_;
  process::EventWriter events_;
  process::PhaseMemory memory_;
  double seconds_ = 0;
};

}  // namespace

Json to_json(const Truth& truth) {
  return {{"iterations", truth.iterations}, {"bytes", truth.bytes}};
}

Expected<Truth> read_truth(const fs::path& file) {
  const std::string name = fmt::format("`{}`", file.string());
  const Json value = NEURAL_TRY(read_json(file));
  Truth truth;
  truth.iterations = NEURAL_TRY(json_field<std::int64_t>(value, "iterations", name));
  truth.bytes = NEURAL_TRY(json_field<std::int64_t>(value, "bytes", name));
  if (truth.iterations >= 1 && truth.iterations <= kMostIterations && truth.bytes >= 0 && truth.bytes <= kMostBytes) {
    return truth;
  }
  return fail(ErrorCode::kCorrupt, name + " asks for more than a self-test does");
}

void spin(std::int64_t iterations) {
  static const std::vector<float> weights(kRows * kColumns, 1e-3F);
  std::array<float, kColumns> sums{};
  std::size_t row = 0;
  for (std::int64_t i = 0; i < iterations; ++i) {
    const float* values = weights.data() + row * kColumns;
    for (std::size_t column = 0; column < kColumns; ++column) sums[column] += 0.5F * values[column];
    asm volatile("" : : "r"(sums.data()) : "memory");  // each row is read and added
    row = row + 1 == kRows ? 0 : row + 1;
  }
}

std::int64_t calibrate(double seconds) {
  constexpr std::int64_t kProbe = 100'000;
  constexpr int kTries = 20;
  double quickest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kTries; ++i) {
    const std::int64_t begin = monotonic_ns();
    spin(kProbe);
    quickest = std::min(quickest, seconds_since(begin));
  }
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(seconds / quickest * static_cast<double>(kProbe)));
}

Status run_truth_worker(const fs::path& plan_file, const std::string& version, int descriptor) {
  const Json plan = NEURAL_TRY(read_json(plan_file));
  for (const char* key : {"data", "pair", "program"}) {
    if (!plan.is_object() || !plan.contains(key)) {
      return fail(ErrorCode::kUsage, fmt::format("`{}` is no plan: it has no `{}`", plan_file.string(), key));
    }
  }
  const auto program = NEURAL_TRY(json_field<std::string>(plan, "program", "the plan"));
  const Truth truth = NEURAL_TRY(read_truth(program));
  return Worker(plan, truth, version, descriptor).run();
}

}  // namespace neural::bench::selftest
