// IDX, the format of MNIST: two zero bytes, the type, the number of axes, their sizes (big-endian), the elements.
#pragma once

#include <filesystem>
#include <string>

#include "neural/base/expected.hpp"
#include "neural/data/array.hpp"

namespace neural::data {

/// The array of an IDX file, plain or compressed by gzip. The file may be hostile: of a compressed one no more is
/// unpacked than its header says.
Expected<Array> read_idx(const std::filesystem::path& path);

}  // namespace neural::data
