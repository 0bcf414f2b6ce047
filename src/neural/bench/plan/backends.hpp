// The backends for which there are generated programs, and the other frameworks contenders may be written with.
#pragma once

#include <array>
#include <string_view>

#include "neural/base/json.hpp"

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

/// Our own training. Its "program" is the .neural file itself, which a worker of this executable trains.
inline constexpr std::string_view kEngine = "engine";

/// What a backend of contenders needs, beyond what stands in kBackends: one line for each module that is needed.
inline constexpr std::array kOtherFrameworks = {
    Backend{"lightning", "Lightning", "lightning", "lightning"},
    Backend{"lightning", "PyTorch", "torch", "torch"},
    Backend{"keras_torch", "Keras", "keras", "keras"},
    Backend{"keras_torch", "PyTorch", "torch", "torch"},
    Backend{"keras_jax", "Keras", "keras", "keras"},
    Backend{"keras_jax", "JAX", "jax", "jax"},
    Backend{"jax", "JAX", "jax", "jax"},
    Backend{"jax", "Optax", "optax", "optax"},
};

/// Null if there is none of that name.
constexpr const Backend* find_backend(std::string_view name) {
  for (const Backend& backend : kBackends) {
    if (backend.name == name) return &backend;
  }
  return nullptr;
}

/// What a program of that backend needs and `versions` (modules, null for what is not installed) does not have; null if
/// it has everything.
inline const Backend* missing_framework(std::string_view name, const Json& versions) {
  const auto lacks = [&](const Backend& needed) {
    const auto version = versions.find(needed.module);
    return needed.name == name && (version == versions.end() || version->is_null());
  };
  for (const Backend& needed : kBackends) {
    if (lacks(needed)) return &needed;
  }
  for (const Backend& needed : kOtherFrameworks) {
    if (lacks(needed)) return &needed;
  }
  return nullptr;
}

}  // namespace neural::bench::plan
