#include "neural/cli/work_folder.hpp"

#include <stdlib.h>  // mkdtemp is not in cstdlib

#include <cerrno>
#include <utility>

#include "neural/base/files.hpp"

namespace neural::cli {

namespace fs = std::filesystem;

Expected<WorkFolder> WorkFolder::make(std::string_view name, const std::string& keep) {
  if (!keep.empty()) {
    NEURAL_TRY(make_folder(keep));
    return WorkFolder(fs::absolute(keep), true);
  }
  std::string path = (fs::temp_directory_path() / (std::string(name) + "-XXXXXX")).string();
  if (::mkdtemp(path.data()) == nullptr) return tl::unexpected(system_error("cannot make a folder", errno));
  return WorkFolder(path, false);
}

WorkFolder::WorkFolder(WorkFolder&& other) noexcept
    : interrupts_(std::move(other.interrupts_)), path_(std::move(other.path_)), keeps_(other.keeps_) {
  other.path_.clear();
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  if (!keeps_ && !path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace neural::cli
