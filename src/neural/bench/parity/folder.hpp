// A parity folder: what a worker computed, step by step (docs/worker.md, "Parity folder").
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/bench/parity/npy.hpp"

namespace neural::bench::parity {

struct Parameter {
  std::string name;
  Shape shape;
};

/// The index of a folder. The lists of files have one file a parameter, in their order.
struct Folder {
  std::filesystem::path path;
  /// In order of creation.
  std::vector<Parameter> parameters;
  double initial_loss = 0;
  std::vector<std::string> gradients;
  /// By the number of steps.
  std::map<int, std::vector<std::string>> weights;
  /// After one `fit` of several batches; empty if the worker did not write them.
  std::vector<std::string> loop_weights;
  /// Of steps 1, 2, …; losses[0] is that of step 1.
  std::vector<double> losses;
  /// What the network predicts before the first step; empty if the worker did not write it.
  std::string predictions;
};

/// Reads `path`/index.json. An error names what is missing or does not fit. The tensors stay on disk: together they
/// would be several times the model.
Expected<Folder> read_folder(const std::filesystem::path& path);

/// The tensor of parameter `index` in one of the lists of files; its shape must be that of the parameter.
Expected<Array> read_tensor(const Folder& folder, const std::vector<std::string>& files, std::size_t index);

}  // namespace neural::bench::parity
