#include "neural/cli/engine_data.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <vector>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> mnist_folders(const std::string& source) {
  std::vector<fs::path> folders;
  if (const char* given = std::getenv("NEURAL_DATA"); given != nullptr && *given != '\0') {
    folders = {given, fs::path(given) / "mnist"};
  }
  folders.emplace_back("data/mnist");
  std::error_code error;
  for (fs::path folder = fs::absolute(source, error).parent_path(); !error && folder != folder.root_path();
       folder = folder.parent_path()) {
    if (fs::is_directory(folder / "data" / "mnist", error)) folders.push_back(folder / "data" / "mnist");
    error.clear();
  }
  folders.push_back(user_cache_folder() / "mnist");
  return folders;
}

}  // namespace

Expected<data::Dataset> load_data(const model::Model& model, const DataChoice& choice) {
  data::DatasetRequest request;
  for (const model::Input& input : model.inputs) request.inputs.push_back(input.name);
  request.label = choice.label;
  request.cache = user_cache_folder() / "data";
  const std::optional<std::string> named = choice.data ? choice.data : model.training.dataset;
  if (!named) {
    return fail(ErrorCode::kUsage, "there is nothing to train on: the file names no data set", "name one with --data");
  }
  if (fold(*named) == "mnist") {
    request.path = NEURAL_TRY(data::find_mnist(mnist_folders(choice.file)));
    request.is_mnist = true;
  } else if (choice.data) {
    request.path = *named;
  } else {
    return fail(ErrorCode::kUsage,
                fmt::format("the data set `{}` of the file is not one that is known here", printable(*named)),
                "name its files with --data; known by name is `mnist`");
  }
  return data::load_dataset(request);
}

Expected<engine::Isa> chosen_isa() {
  const char* name = std::getenv("NEURAL_ISA");
  if (name == nullptr || *name == '\0') return engine::best_isa();
  const auto isa = engine::isa_of_name(name);
  if (!isa) {
    return fail(ErrorCode::kUsage, fmt::format("NEURAL_ISA is `{}`", printable(name)),
                "it is portable, avx2 or avx512");
  }
  if (!engine::is_available(*isa)) {
    return fail(ErrorCode::kUsage, fmt::format("this processor has no {}", name),
                fmt::format("unset NEURAL_ISA: `{}` is the best it has", isa_name(engine::best_isa())));
  }
  return *isa;
}

std::string scores_text(const engine::Scores& scores, const std::string& prefix) {
  std::string text;
  for (const auto& [name, value] : scores) text += fmt::format("  {}{} {:.4f}", prefix, name, value);
  return text;
}

Json scores_json(const engine::Scores& scores) {
  Json json = Json::object();
  for (const auto& [name, value] : scores) json[name] = value;
  return json;
}

std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;  // Linux counts in kilobytes
}

std::string with_commas(std::int64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

}  // namespace neural::cli
