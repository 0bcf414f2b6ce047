// Weight files: safetensors, whose layout is the length of a header, the header in JSON, and the numbers.
#pragma once

#include <filesystem>

#include "neural/base/expected.hpp"
#include "neural/weights/weights.hpp"

namespace neural::weights {

/// Little-endian float32, in the order of the names; the numbers begin at a multiple of 8 bytes.
Status write_safetensors(const std::filesystem::path& path, const Weights& weights);

/// All tensors of a file: float32, or float64, float16 and bfloat16, which become float32. The file may be hostile.
Expected<Weights> read_safetensors(const std::filesystem::path& path);

/// The weights of the Model out of a file, which may hold others besides. Says which are missing or of another shape.
Expected<Weights> read_weights(const std::filesystem::path& path, const model::Model& model);

}  // namespace neural::weights
