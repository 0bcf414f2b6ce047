// The tensors of a network as the program of a backend holds them: in which order, in which shapes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/model/model.hpp"
#include "neural/weights/weights.hpp"

namespace neural::emit {

/// A tensor of the program. Two of them may hold a part each of one tensor of the network.
struct ProgramTensor {
  std::string name;    ///< the program's: "conv2d.weight"; where it has none, the network's
  std::string weight;  ///< the network's: "conv2d/kernel"
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> places;  ///< element i is element places[i] of the network's tensor
  bool is_trainable = true;
};

/// In the order in which the program of "pytorch" or "tensorflow" creates them. An error (kUsage) where that backend
/// cannot express the network, or where it is not known how it has its weights.
Expected<std::vector<ProgramTensor>> program_tensors(const model::Model& model, std::string_view backend);

/// The numbers as the program has them, of those the network has.
std::vector<float> to_program(const ProgramTensor& tensor, const std::vector<float>& values);
/// The other way: into the elements of the network's tensor that this one holds.
void to_network(const ProgramTensor& tensor, const std::vector<float>& values, std::vector<float>& result);

}  // namespace neural::emit
