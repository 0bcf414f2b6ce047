// Arrays in NumPy's files: .npy (versions 1 to 3) and .npz, a zip of them. Objects, which are Python code, are refused.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "neural/base/expected.hpp"
#include "neural/data/array.hpp"

namespace neural::data {

/// The array of an .npy file. It stays in the file, which is mapped, where its order is that of this machine and its
/// rows run fastest last; else it is copied. The file may be hostile.
Expected<Array> read_npy(const std::filesystem::path& path);

/// The same of bytes in memory, which stay as long as `owner`. `name` is for errors: "`x_train` in `digits.npz`".
Expected<Array> parse_npy(std::span<const std::byte> bytes, const std::shared_ptr<const void>& owner,
                          const std::string& name);

/// All arrays of an .npz file by their names ("x_train"). The file may be hostile: of one that claims to unpack to more
/// than `limit` bytes nothing is read.
Expected<std::map<std::string, Array>> read_npz(const std::filesystem::path& path,
                                                std::size_t limit = std::size_t{1} << 36);

/// An .npy file (version 1).
Status write_npy(const std::filesystem::path& path, const Array& array);

}  // namespace neural::data
