#include "neural/cli/source_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) {
  return path.filename().native().starts_with('.');
}

bool is_source(const fs::directory_entry& entry) {
  std::error_code ignored;
  const std::string extension = entry.path().extension();
  const bool named_so = extension == ".neural" || extension == ".nr" || extension == ".rnr";
  return named_so && !entry.is_symlink(ignored) && entry.is_regular_file(ignored);
}

}  // namespace

Expected<std::vector<std::string>> source_files(const std::string& path) {
  std::error_code error;
  if (path == "-" || !fs::is_directory(path, error)) return std::vector{path};
  std::vector<std::string> found;
  fs::recursive_directory_iterator entry(path, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (is_hidden(entry->path())) {
      entry.disable_recursion_pending();
    } else if (is_source(*entry)) {
      found.push_back(entry->path().lexically_normal());
    }
  }
  if (error) {
    return tl::unexpected(system_error(fmt::format("cannot read the folder `{}`", printable(path)), error.value()));
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace neural::cli
