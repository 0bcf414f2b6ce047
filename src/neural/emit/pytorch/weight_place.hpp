// Where a tensor of the weight file lives in a PyTorch program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace neural::emit::pytorch {

/// `tensor[row].reshape(view).permute(axes)[order].reshape(parameter.shape)`
/// is what the parameter holds. Two parameters may hold a row each of one tensor.
struct WeightPlace {
  std::string name;                      ///< in the file: "conv2d/kernel"
  std::vector<std::int64_t> shape;       ///< there, as in Keras
  std::string parameter;                 ///< "conv2d.weight"
  std::vector<std::int64_t> axes;        ///< empty where their order is the same
  std::vector<std::int64_t> view;        ///< empty: the shape
  std::vector<std::int64_t> order = {};  ///< of the parts along the parameter's first axis; empty: as they are
  std::optional<std::int64_t> row = {};  ///< of the first axis; none: the whole tensor
};

}  // namespace neural::emit::pytorch
