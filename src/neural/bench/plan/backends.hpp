// The backends for which there are generated programs.
#pragma once

#include <array>
#include <string_view>

namespace neural::bench::plan {

struct Backend {
  std::string_view name;
  /// As its makers write it.
  std::string_view title;
  /// The Python module without which none of its programs runs, and what pip calls a distribution of it.
  std::string_view module;
  std::string_view distribution;
};

inline constexpr std::array kBackends = {
    Backend{"pytorch", "PyTorch", "torch", "torch"},
    Backend{"tensorflow", "TensorFlow", "tensorflow", "tensorflow-cpu"},
};

/// Null if there is none of that name.
constexpr const Backend* find_backend(std::string_view name) {
  for (const Backend& backend : kBackends) {
    if (backend.name == name) return &backend;
  }
  return nullptr;
}

}  // namespace neural::bench::plan
