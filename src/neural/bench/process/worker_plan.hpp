// The plan a worker is given: docs/worker.md, "The plan".
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/bench/process/variables.hpp"

namespace neural::bench::process {

enum class Task { kParity, kFull, kPair, kMemory };
enum class Side { kNeural, kNative };

inline constexpr std::array kSides = {Side::kNeural, Side::kNative};

/// "parity", "full", "pair", "memory"; "neural", "native": as in plans, events and folder names.
std::string_view name_of(Task task);
std::string_view name_of(Side side);

struct ParityTask {
  std::filesystem::path folder;
  int steps = 200;
  std::vector<int> weights_after = {1, 10};
};

struct PairTask {
  std::int64_t warmup_steps = 0;
  std::int64_t short_steps = 0;
  std::int64_t long_steps = 0;
};

/// Every number is resolved: no "all rows".
struct WorkerPlan {
  /// The run's folder is `raw/<cell>/<run>` of the results folder.
  std::string cell;
  std::string run;
  Task task = Task::kFull;
  Side side = Side::kNeural;
  std::string backend;
  /// Of a side with a worker of its own: the backend in whose order and shapes it reads and writes weights.
  std::string layout;
  std::filesystem::path program;
  Profile profile = Profile::kControlled;
  /// Nobody sets them where the profile is kAsShipped.
  int threads = 1;
  std::uint64_t seed = 0;
  std::filesystem::path data;
  std::int64_t train_rows = 0;
  std::int64_t test_rows = 0;
  std::vector<std::int64_t> input_shape;
  std::int64_t batch_size = 1;
  std::int64_t epochs = 1;
  bool shuffle = true;
  Json loss;
  Json optimizer;
  /// Empty paths are null.
  std::filesystem::path load_weights;
  std::filesystem::path save_weights;
  std::optional<ParityTask> parity;
  std::optional<PairTask> pair;

  /// Batches of an epoch, a last one that is not full included.
  std::int64_t steps_per_epoch() const { return (train_rows + batch_size - 1) / batch_size; }

  /// `raw/<cell>/<run>`, as messages name it.
  std::string place() const { return "raw/" + cell + "/" + run; }
};

Json to_json(const WorkerPlan& plan);

}  // namespace neural::bench::process
