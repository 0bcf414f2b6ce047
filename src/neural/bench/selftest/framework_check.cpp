#include "neural/bench/selftest/framework_check.hpp"

#include <fmt/format.h>

#include <cmath>

#include "neural/base/files.hpp"
#include "neural/base/json_view.hpp"
#include "neural/bench/plan/backends.hpp"
#include "neural/bench/plan/python_tools.hpp"
#include "neural/bench/plan/session.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::selftest {
namespace {

namespace fs = std::filesystem;

constexpr double kBudgetSeconds = 480;
constexpr int kSeeds = 6;  // the fewest that carry a verdict on the loss

constexpr const char* kEqual = "equal";
constexpr const char* kPlanted = "planted";

constexpr double kLeastDifference = 0.03;  // of times, that a verdict on equal programs may not claim
constexpr double kMostMemoryErrorMib = 5;  // frameworks take some MiB more or less from run to run
constexpr double kMostLossError = 0.005;

constexpr const char* kNetwork = R"(network Selftest {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu")
    Output(10, activation="softmax")
  loss: "sparse_categorical_crossentropy"
  optimizer: Adam(learning_rate=0.001)
  metrics: ["accuracy"]
  train { dataset: "mnist" epochs: 1 batch_size: 64 seed: 42 }
}
)";

/// Behind the text of a program. Memory is held from the trainer's beginning to its end, each page written; the time
/// that is added is spent computing, as that of the program is.
std::string planting() {
  return fmt::format(R"(

# ---- planted by `neural bench selftest` ----

plain_create_trainer, plain_evaluate = create_trainer, evaluate


def create_trainer(model):
    import time

    trainer = plain_create_trainer(model)
    trainer.planted_memory = b"\x01" * ({} << 20)
    plain_fit = trainer.fit

    def fit(*arguments, **options):
        begin = time.perf_counter()
        history = [float(loss) for loss in plain_fit(*arguments, **options)]
        end = begin + (time.perf_counter() - begin) * (1 + {} / 100)
        while time.perf_counter() < end:
            pass
        return history

    trainer.fit = fit
    return trainer


def evaluate(*arguments, **options):
    result = plain_evaluate(*arguments, **options)
    return {{**result, "loss": result["loss"] + {}}}
)",
                     kPlantedMib, kPlantedPercent, kPlantedLoss);
}

/// A generated program as the hand-written side of a comparison, which has other levels.
Expected<std::string> as_contender(std::string program) {
  const std::string level = fmt::format("\nLEVEL = \"{}\"\n", plan::kUsualLevel);
  const std::size_t place = program.find(level);
  if (place == std::string::npos) return fail(ErrorCode::kMeasurement, "the generated program names no level");
  return program.replace(place, level.size(), "\nLEVEL = \"other\"\n");
}

Expected<const plan::Backend*> installed_backend(const FrameworkHost& host) {
  const Json versions = NEURAL_TRY(plan::ask_versions({host.runner, host.python, host.variables}));
  for (const plan::Backend& backend : plan::kBackends) {
    if (plan::missing_framework(backend.name, versions) == nullptr) return &backend;
  }
  return fail(ErrorCode::kMeasurement,
              fmt::format("neither PyTorch nor TensorFlow is installed for `{}`", host.python.string()),
              "`pip install torch`, or name another interpreter with `--python`");
}

/// A benchmark for each of the two comparisons.
Status write_benchmarks(const fs::path& folder, const FrameworkHost& host, std::string_view backend) {
  for (const char* name : {kEqual, kPlanted}) {
    const fs::path benchmark = folder / name;
    NEURAL_TRY(make_folder(benchmark));
    NEURAL_TRY(write_file(benchmark / "model.neural", kNetwork));
    const plan::CompiledProgram plain = NEURAL_TRY(host.compile(benchmark / "model.neural", backend, {}));
    const std::string contender = NEURAL_TRY(as_contender(plain.text));
    NEURAL_TRY(write_file(benchmark / fmt::format("{}_plain.py", backend), contender));
  }
  return done();
}

class Watcher final : public plan::Observer {
 public:
  explicit Watcher(const FrameworkHost& host, std::string_view framework) : host_(host), framework_(framework) {}

  void run_started(const plan::Progress& progress) override {
    const bool planted = progress.cell.starts_with(kPlanted);
    std::string sentence = fmt::format("{}, {}: ", framework_, planted ? "planted" : "equal programs");
    sentence += progress.pairs > 0 ? fmt::format("pair {} of {}", progress.pair, progress.pairs)
                                   : fmt::format("a run of `{}`", name_of(progress.task));
    host_.progress(sentence);
  }

 private:
  const FrameworkHost& host_;
  std::string_view framework_;
};

FrameworkReading reading_of(const Json& results, std::string_view model) {
  FrameworkReading reading;
  for (const Json& result : results.at("results")) {
    if (result.at("model") != model) continue;
    if (result.at("status") != "complete") {
      reading.error = result.at("reason").get<std::string>();
      return reading;
    }
    const Json& compared = result.at("comparison");
    const Json &time = compared.at("training_time"), &memory = compared.at("memory"), &loss = compared.at("loss");
    reading.time_verdict = time.at("verdict");
    reading.time_ratio = number_at(time, {"ratio"});
    reading.memory_verdict = memory.at("verdict");
    if (const auto bytes = number_at(memory, {"difference"})) reading.memory_mib = *bytes / (1 << 20);
    reading.loss_verdict = loss.at("verdict");
    reading.loss = number_at(loss, {"difference"});
    reading.is_cut_short = !result.at("given_up").empty();
    return reading;
  }
  reading.error = "it is not in the results";
  return reading;
}

Json to_json(const FrameworkReading& reading) {
  const auto value = [](const std::optional<double>& known) { return known ? Json(*known) : Json(); };
  return {{"time", {{"verdict", reading.time_verdict}, {"ratio", value(reading.time_ratio)}}},
          {"memory", {{"verdict", reading.memory_verdict}, {"difference_mib", value(reading.memory_mib)}}},
          {"loss", {{"verdict", reading.loss_verdict}, {"difference", value(reading.loss)}}},
          {"cut_short", reading.is_cut_short},
          {"error", reading.error.empty() ? Json() : Json(reading.error)}};
}

bool is_off(const std::optional<double>& measured, double planted, double most) {
  return !measured || !(std::abs(*measured - planted) <= most);
}

}  // namespace

std::vector<std::string> shortfalls(const FrameworkCheck& check, bool noisy) {
  std::vector<std::string> found;
  const auto add = [&](const char* which, const std::string& what) {
    found.push_back(fmt::format("{}, {}: {}", check.framework, which, what));
  };
  const auto judge = [&](const char* which, const FrameworkReading& reading, double mib, double loss) {
    if (!reading.error.empty()) return add(which, reading.error);
    if (is_off(reading.memory_mib, mib, kMostMemoryErrorMib)) {
      add(which, fmt::format("{} MiB more were planted, measured were {:.1f}", mib, reading.memory_mib.value_or(0)));
    }
    if (is_off(reading.loss, loss, kMostLossError)) {
      add(which, fmt::format("a loss higher by {} was planted, measured was {:.3f}", loss, reading.loss.value_or(0)));
    }
  };
  judge("equal programs", check.equal, 0, 0);
  judge("planted", check.planted, kPlantedMib, kPlantedLoss);
  if (noisy) return found;
  const bool is_whole = check.planted.error.empty() && !check.planted.is_cut_short;
  if (is_whole && check.planted.loss_verdict != "WORSE") {
    add("planted", fmt::format("the higher loss is called {}", check.planted.loss_verdict));
  }
  if (is_whole && check.planted.time_verdict != "SLOWER") {
    add("planted", fmt::format("{} % more time are called {}", kPlantedPercent, check.planted.time_verdict));
  }
  const std::string& verdict = check.equal.time_verdict;
  if ((verdict == "SLOWER" || verdict == "FASTER") && is_off(check.equal.time_ratio, 1, kLeastDifference)) {
    add("equal programs",
        fmt::format("the time is called {}, a ratio of {:.3f}", verdict, check.equal.time_ratio.value_or(0)));
  }
  return found;
}

Json to_json(const FrameworkCheck& check) {
  return {{"framework", check.framework}, {"planted_percent", kPlantedPercent}, {"planted_mib", kPlantedMib},
          {"planted_loss", kPlantedLoss}, {"equal", to_json(check.equal)},      {"planted", to_json(check.planted)}};
}

Expected<FrameworkCheck> check_framework(const FrameworkHost& host) {
  const process::ScratchFolder scratch = NEURAL_TRY(process::ScratchFolder::make());
  const plan::Backend* backend = NEURAL_TRY(installed_backend(host));
  NEURAL_TRY(write_benchmarks(scratch.path() / "benchmarks", host, backend->name));

  plan::Request request;
  request.benchmarks = scratch.path() / "benchmarks";
  request.output = scratch.path() / "results";
  request.wanted.models = {kEqual, kPlanted};
  request.wanted.backends = {std::string(backend->name)};
  request.wanted.contenders = {"all"};
  request.epochs = 1;
  request.seeds = kSeeds;
  request.budget_seconds = kBudgetSeconds;
  request.threads = 1;  // two would wait for each other wherever the machine is busy
  request.seed = host.seed;
  request.python = host.python;
  request.version = host.version;

  Watcher watcher(host, backend->title);
  const plan::Compile compile = [&](const fs::path& source, std::string_view name,
                                    const plan::Variant& variant) -> Expected<plan::CompiledProgram> {
    plan::CompiledProgram program = NEURAL_TRY(host.compile(source, name, variant));
    if (source.parent_path().filename() == kPlanted) program.text += planting();
    return program;
  };
  plan::Tools tools{host.runner, watcher, compile, host.compile_command, host.variables};
  tools.lock_folder = scratch.path();  // that of the machine is held by the self-test
  const Json results = NEURAL_TRY(plan::run_session(request, tools));
  FrameworkCheck check{std::string(backend->title), reading_of(results, kEqual), reading_of(results, kPlanted)};
  if (check.equal.error.empty() || check.planted.error.empty()) return check;
  return fail(ErrorCode::kMeasurement, check.equal.error);
}

}  // namespace neural::bench::selftest
