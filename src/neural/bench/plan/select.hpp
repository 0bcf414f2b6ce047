// Which cells a session has: one a model, backend and contender.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/plan/discover.hpp"
#include "neural/bench/plan/variant.hpp"

namespace neural::bench::plan {

/// A part of the cells, so that several machines can share a session: of `count` parts the one with number `index`,
/// from 1.
struct Shard {
  int index = 1;
  int count = 1;

  bool operator==(const Shard&) const = default;
};

/// What is wanted, in the words of the command line. An empty list is the default.
struct Wanted {
  /// Names, or "all"; by default simple_mlp, cnn and deep_mlp, or all where there is none of these.
  std::vector<std::string> models;
  /// Names; by default every backend that programs are generated for.
  std::vector<std::string> backends;
  /// Levels ("idiomatic"), names ("pytorch_tuned"), or "all"; by default "idiomatic".
  std::vector<std::string> contenders;
  /// "O0", "O1"; by default "O1".
  std::vector<std::string> levels;
  /// Instead of what the models declare.
  std::vector<std::int64_t> batch_sizes;
  /// Every count-th cell of them, so that each part has some of every model.
  Shard shard;

  bool is_default() const { return models.empty() && backends.empty() && contenders.empty(); }
};

/// The benchmarks of these names, in their order; what an empty list and "all" are is said at Wanted. A name that is
/// not there is an error (kUsage).
Expected<std::vector<Benchmark>> select_models(const std::filesystem::path& folder,
                                               const std::vector<std::string>& names);

/// The backends of these names; where there are none, all that programs are generated for. A name that is not there is
/// an error (kUsage).
Expected<std::vector<std::string>> select_backends(const std::vector<std::string>& names);

/// One comparison: the generated program of a model against one contender.
struct Cell {
  /// `<label>_<contender>`; `<label>_engine_<contender>` of the engine.
  std::string name;
  /// label_of the model and its variant: what the session calls the model.
  std::string label;
  Benchmark benchmark;
  Contender contender;
  /// The backend of the generated program: the contender's own, or else its reference; or the engine.
  std::string generated_backend;
  /// The backend whose programs the contender holds its weights like: both sides hand them over that way.
  std::string layout;
  Variant variant;
};

/// The cells wanted, in the order of the models given, of their variants, and of the contenders' names. What is not
/// there is an error (kUsage) that says what is.
Expected<std::vector<Cell>> select_cells(const std::filesystem::path& folder, const Wanted& wanted);

/// Leaves out the cells of contenders whose frameworks are not in `versions` (missing_framework), unless they are asked
/// for by their names. A sentence for each contender that is left out.
std::vector<std::string> leave_out_missing(std::vector<Cell>& cells, const Wanted& wanted, const Json& versions);

}  // namespace neural::bench::plan
