// Weight files: safetensors, whose layout is the length of a header, the header in JSON, and the numbers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/weights/weights.hpp"

namespace neural::weights {

/// Little-endian float32, in the order of the names; the numbers begin at a multiple of 8 bytes.
Status write_safetensors(const std::filesystem::path& path, const Weights& weights);

/// All tensors of a file: float32, or float64, float16 and bfloat16, which become float32. The file may be hostile.
Expected<Weights> read_safetensors(const std::filesystem::path& path);

/// A tensor as it lies in a file, of whatever type.
struct StoredTensor {
  std::string name;
  std::string dtype;  ///< "F32", "BF16", "I64", …
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;  ///< of its bytes, behind the header
  std::uint64_t end = 0;
};

/// What a file holds, by its header alone and in its order: the numbers are not read. The file may be hostile.
Expected<std::vector<StoredTensor>> list_safetensors(const std::filesystem::path& path);

/// The weights of the Model out of a file, which may hold others besides. Says which are missing or of another shape.
Expected<Weights> read_weights(const std::filesystem::path& path, const model::Model& model);

}  // namespace neural::weights
