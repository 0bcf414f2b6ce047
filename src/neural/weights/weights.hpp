// The weights of a network as numbers, under the names and in the layouts of the Model: what every backend reads and
// writes, so that a network is trained anywhere and run anywhere.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "neural/model/model.hpp"

namespace neural::weights {

/// A tensor of numbers, the last axis running fastest.
struct Array {
  std::vector<std::int64_t> shape;
  std::vector<float> values;  ///< as many as the shape says

  friend bool operator==(const Array&, const Array&) = default;
};

/// By name: "dense/kernel", "attention/query/kernel".
using Weights = std::map<std::string, Array, std::less<>>;

/// A tensor of the network. What is pointed to lives in the Model.
struct NamedTensor {
  std::string name;  ///< of its layer and its own: "dense/kernel"
  const model::Layer* layer = nullptr;
  const model::Tensor* tensor = nullptr;
};

/// All tensors in the order of the layers; those of a wrapped layer and a body come behind the layer's own.
std::vector<NamedTensor> tensors_of(const model::Model& model);

}  // namespace neural::weights
