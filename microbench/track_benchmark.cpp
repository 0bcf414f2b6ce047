// What a metric costs the training that logs it: one more line of a run, written to memory and once a second to its
// files, beside what a single step of a small network takes (a millisecond); and the same without a run.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "neural/base/check.hpp"
#include "neural/track/run.hpp"

namespace neural {
namespace {

/// Work of about a millisecond that the compiler cannot leave out: a step.
double step_of(double seed) {
  double value = seed;
  for (int i = 0; i < 250'000; ++i) benchmark::DoNotOptimize(value = value * 0.999999 + 1e-6);
  return value;
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "neural_track_XXXXXX").string();
    NEURAL_CHECK(mkdtemp(name.data()) != nullptr, "a temporary folder");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  track::Run start() const {
    auto run = track::Run::start(path_, {.experiment = "benchmark"});
    NEURAL_CHECK(run, "a run starts");
    return std::move(*run);
  }

 private:
  std::filesystem::path path_;
};

void log_loss(track::Run& run, std::int64_t step, double loss) {
  const bool logged = run.log({unix_ms(), step, step / 938 + 1, "train", "loss", loss}).has_value();
  NEURAL_CHECK(logged, "the disk takes it");
}

void log_a_metric(benchmark::State& state) {
  const Folder folder;
  track::Run run = folder.start();
  std::int64_t step = 0;
  for (auto _ : state) log_loss(run, ++step, 0.125);
}
BENCHMARK(log_a_metric);

/// With 1 a metric every step, with 0 none: `--benchmark_enable_random_interleaving` takes the two in turns.
void train_a_step(benchmark::State& state) {
  const Folder folder;
  std::optional<track::Run> run;
  if (state.range(0) == 1) run.emplace(folder.start());
  std::int64_t step = 0;
  double loss = 1;
  for (auto _ : state) {
    loss = step_of(loss);
    if (run) log_loss(*run, ++step, loss);
  }
}
BENCHMARK(train_a_step)->ArgName("logged")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace neural
