#include "neural/bench/parity/folder.hpp"

#include <fmt/format.h>

#include <charconv>

#include "neural/base/json.hpp"

namespace neural::bench::parity {
namespace {

constexpr int kSchema = 1;

Expected<std::vector<Parameter>> read_parameters(const Json& index, const std::string& name) {
  std::vector<Parameter> parameters;
  for (const Json& item : NEURAL_TRY(json_field<std::vector<Json>>(index, "parameters", name))) {
    Parameter parameter;
    parameter.name = NEURAL_TRY(json_field<std::string>(item, "name", name));
    parameter.shape = NEURAL_TRY(json_field<Shape>(item, "shape", name));
    parameters.push_back(std::move(parameter));
  }
  if (parameters.empty()) return fail(ErrorCode::kCorrupt, name + ": there are no parameters");
  return parameters;
}

Status check_file_name(const std::string& file, const std::string& name) {
  if (std::filesystem::path(file).filename() == file && !file.empty()) return done();
  return fail(ErrorCode::kCorrupt, fmt::format("{}: `{}` is not the name of a file in this folder", name, file));
}

/// One plain file name a parameter.
Expected<std::vector<std::string>> read_files(const Json& value, std::string_view key, const std::string& name,
                                              std::size_t count) {
  std::vector<std::string> files = NEURAL_TRY(json_field<std::vector<std::string>>(value, key, name));
  if (files.size() != count) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{}: `{}` has {} files for {} parameters", name, key, files.size(), count));
  }
  for (const std::string& file : files) NEURAL_TRY(check_file_name(file, name));
  return files;
}

Expected<std::map<int, std::vector<std::string>>> read_weights(const Json& index, const std::string& name,
                                                               std::size_t count) {
  const Json weights = NEURAL_TRY(json_field<Json>(index, "weights", name));
  std::map<int, std::vector<std::string>> result;
  for (const auto& [key, ignored] : weights.items()) {
    int step = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), step);
    if (error != std::errc() || end != key.data() + key.size() || step < 1) {
      return fail(ErrorCode::kCorrupt, fmt::format("{}: `{}` in `weights` is not a number of steps", name, key));
    }
    result[step] = NEURAL_TRY(read_files(weights, key, name, count));
  }
  return result;
}

/// A number that is written as one: `null` and texts are refused. JSON has no NaN.
Expected<double> read_number(const Json& value, const std::string& what) {
  if (!value.is_number()) return fail(ErrorCode::kCorrupt, what + " is not a number");
  return value.get<double>();
}

Expected<std::vector<double>> read_losses(const Json& index, const std::string& name) {
  std::vector<double> losses;
  for (const Json& loss : NEURAL_TRY(json_field<std::vector<Json>>(index, "losses", name))) {
    losses.push_back(NEURAL_TRY(read_number(loss, fmt::format("{}: the loss of step {}", name, losses.size() + 1))));
  }
  return losses;
}

}  // namespace

Expected<Folder> read_folder(const std::filesystem::path& path) {
  const Json index = NEURAL_TRY(read_json(path / "index.json"));
  const std::string name = fmt::format("`{}`", (path / "index.json").string());
  if (const int schema = NEURAL_TRY(json_field<int>(index, "schema", name)); schema != kSchema) {
    return fail(ErrorCode::kCorrupt, fmt::format("{}: schema {}, expected {}", name, schema, kSchema));
  }
  Folder folder;
  folder.path = path;
  folder.parameters = NEURAL_TRY(read_parameters(index, name));
  const std::size_t count = folder.parameters.size();
  const Json initial_loss = NEURAL_TRY(json_field<Json>(index, "step0_loss", name));
  folder.initial_loss = NEURAL_TRY(read_number(initial_loss, name + ": `step0_loss`"));
  folder.gradients = NEURAL_TRY(read_files(index, "gradients", name, count));
  folder.weights = NEURAL_TRY(read_weights(index, name, count));
  if (index.contains("loop_weights")) folder.loop_weights = NEURAL_TRY(read_files(index, "loop_weights", name, count));
  folder.losses = NEURAL_TRY(read_losses(index, name));
  if (index.contains("predictions")) {
    folder.predictions = NEURAL_TRY(json_field<std::string>(index, "predictions", name));
    NEURAL_TRY(check_file_name(folder.predictions, name));
  }
  return folder;
}

Expected<Array> read_tensor(const Folder& folder, const std::vector<std::string>& files, std::size_t index) {
  const std::filesystem::path path = folder.path / files[index];
  Array array = NEURAL_TRY(read_npy(path));
  const Parameter& parameter = folder.parameters[index];
  if (array.shape() != parameter.shape) {
    return fail(ErrorCode::kCorrupt, fmt::format("`{}`: has the shape {}, the parameter `{}` has {}", path.string(),
                                                 to_string(array.shape()), parameter.name, to_string(parameter.shape)));
  }
  return array;
}

}  // namespace neural::bench::parity
