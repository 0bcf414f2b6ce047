#include "neural/cli/executable.hpp"

#include <fmt/format.h>

namespace neural::cli {

namespace fs = std::filesystem;

fs::path executable_path() {
  std::error_code error;
  const fs::path path = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path("neural") : path;
}

Expected<fs::path> find_benchmarks_folder(const fs::path& given) {
  std::error_code error;
  if (!given.empty()) {
    if (fs::is_directory(given, error)) return fs::absolute(given);
    return fail(ErrorCode::kUsage, fmt::format("`{}` is no folder", given.string()),
                "name a folder that holds one folder a benchmark");
  }
  const fs::path installed = executable_path().parent_path().parent_path() / "share" / "neural" / "benchmarks";
  for (const fs::path& place : {fs::current_path(error) / "benchmarks", installed}) {
    if (fs::is_directory(place, error)) return place;
  }
  return fail(ErrorCode::kNotFound, "there is no folder `benchmarks` here, and none is installed",
              "name one with --benchmarks DIR");
}

}  // namespace neural::cli
