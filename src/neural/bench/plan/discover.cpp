#include "neural/bench/plan/discover.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/files.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSource = "model.neural";
constexpr std::size_t kLongestContender = std::size_t{4} << 20;

/// What lies in a folder, by name.
Expected<std::vector<fs::path>> list_folder(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    paths.push_back(fs::absolute(entry->path()));
  }
  if (error) return tl::unexpected(system_error(fmt::format("cannot read `{}`", folder.string()), error.value()));
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

Expected<std::vector<Benchmark>> find_benchmarks(const fs::path& folder) {
  std::vector<Benchmark> benchmarks;
  for (const fs::path& path : NEURAL_TRY(list_folder(folder))) {
    if (fs::is_regular_file(path / kSource)) benchmarks.push_back({path.filename().string(), path / kSource});
  }
  if (!benchmarks.empty()) return benchmarks;
  return fail(ErrorCode::kUsage, fmt::format("`{}` holds no benchmark", folder.string()),
              fmt::format("a benchmark is a folder with a `{}` and contenders beside it", kSource));
}

Expected<std::vector<Contender>> find_contenders(const Benchmark& benchmark) {
  std::vector<Contender> contenders;
  for (const fs::path& path : NEURAL_TRY(list_folder(benchmark.source.parent_path()))) {
    const std::string name = path.stem().string();
    if (path.extension() != ".py" || !fs::is_regular_file(path) || name.starts_with('_') || name.starts_with('.')) {
      continue;
    }
    const std::string program = NEURAL_TRY(read_file(path, kLongestContender));
    const std::string shown = fmt::format("`{}/{}`", benchmark.model, path.filename().string());
    const ContenderConstants constants = NEURAL_TRY(read_constants(program, shown));
    contenders.push_back({name, path, constants});
  }
  return contenders;
}

}  // namespace neural::bench::plan
