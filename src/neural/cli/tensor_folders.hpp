// Weights as the worker of a benchmark hands them over: docs/worker.md, "Parity folder".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/emit/parameters.hpp"
#include "neural/weights/weights.hpp"

namespace neural::cli {

/// Folders of tensors in the order and the shapes of a program.
class TensorFolders {
 public:
  explicit TensorFolders(std::vector<emit::ProgramTensor> tensors) : tensors_(std::move(tensors)) {}

  /// Names and shapes of those that are trained, or of the others.
  Json describe(bool trainable) const;
  /// `<prefix>_<nnn>.npy` each; their names.
  Expected<Json> write_all(const std::filesystem::path& folder, const std::string& prefix,
                           const weights::Weights& weights, bool trainable) const;
  /// A folder that others begin from.
  Status save(const std::filesystem::path& folder, const weights::Weights& weights) const;
  /// Of a folder with as many tensors, in the same shapes.
  Status load(const std::filesystem::path& folder, weights::Weights& weights) const;

 private:
  std::vector<emit::ProgramTensor> tensors_;
};

}  // namespace neural::cli
