#include "neural/bench/process/scratch_folder.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "neural/base/files.hpp"

namespace neural::bench::process {
namespace {

struct CacheVariable {
  const char* name;
  const char* folder;
};

constexpr std::array kCaches = {
    CacheVariable{"TMPDIR", ""},
    CacheVariable{"TORCHINDUCTOR_CACHE_DIR", "inductor"},
    CacheVariable{"TORCH_EXTENSIONS_DIR", "extensions"},
    CacheVariable{"TRITON_CACHE_DIR", "triton"},
};

}  // namespace

Expected<ScratchFolder> ScratchFolder::make() {
  std::error_code error;
  const std::filesystem::path temporary = std::filesystem::temp_directory_path(error);
  if (error) {
    const char* name = std::getenv("TMPDIR");
    const std::string place = name != nullptr ? fmt::format("TMPDIR, `{}`,", name) : "the system's temporary folder";
    return fail(ErrorCode::kNotFound, fmt::format("{} cannot be used: {}", place, error.message()),
                "set TMPDIR to a folder you may write to");
  }
  std::string name = (temporary / "neural-run-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    return tl::unexpected(system_error("cannot make a folder in `" + temporary.string() + "`", errno));
  }
  return ScratchFolder(name);
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> ScratchFolder::variables() const {
  std::vector<std::string> variables;
  for (const CacheVariable& cache : kCaches) {
    const std::filesystem::path folder = *cache.folder == '\0' ? path_ : path_ / cache.folder;
    variables.push_back(std::string(cache.name) + "=" + folder.string());
  }
  return variables;
}

}  // namespace neural::bench::process
