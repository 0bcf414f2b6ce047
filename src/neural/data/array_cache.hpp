// Decoded arrays, kept as .npy files that are mapped the next time.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/data/array.hpp"

namespace neural::data {

/// What `read` gives, or what it gave before for the same files (their names, sizes and times) and the same `use`.
/// `folder` is where it is kept, empty for nowhere; that nothing can be kept there is no error. Entries that have
/// not been used for longest go where there are more than a few.
Expected<std::map<std::string, Array>> cached(const std::filesystem::path& folder,
                                              const std::vector<std::filesystem::path>& files, const std::string& use,
                                              const std::function<Expected<std::map<std::string, Array>>()>& read);

}  // namespace neural::data
