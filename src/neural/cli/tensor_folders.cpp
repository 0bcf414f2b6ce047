#include "neural/cli/tensor_folders.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/files.hpp"
#include "neural/data/npy.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;

Status write(const fs::path& path, const emit::ProgramTensor& tensor, const std::vector<float>& values) {
  return data::write_npy(path,
                         data::Array::of(data::ElementType::kFloat32, tensor.shape, emit::to_program(tensor, values)));
}

}  // namespace

Json TensorFolders::describe(bool trainable) const {
  Json described = Json::array();
  for (const emit::ProgramTensor& tensor : tensors_) {
    if (tensor.is_trainable == trainable) described.push_back({{"name", tensor.name}, {"shape", tensor.shape}});
  }
  return described;
}

Expected<Json> TensorFolders::write_all(const fs::path& folder, const std::string& prefix,
                                        const weights::Weights& weights, bool trainable) const {
  Json files = Json::array();
  for (const emit::ProgramTensor& tensor : tensors_) {
    if (tensor.is_trainable != trainable) continue;
    files.push_back(fmt::format("{}_{:03}.npy", prefix, files.size()));
    NEURAL_TRY(write(folder / files.back().get<std::string>(), tensor, weights.at(tensor.weight).values));
  }
  return files;
}

Status TensorFolders::save(const fs::path& folder, const weights::Weights& weights) const {
  NEURAL_TRY(make_folder(folder));
  Json index = {{"schema", 1}, {"parameters", describe(true)}, {"state", describe(false)}};
  index["files"] = NEURAL_TRY(write_all(folder, "parameter", weights, true));
  index["state_files"] = NEURAL_TRY(write_all(folder, "state", weights, false));
  return write_file(folder / "index.json", pretty_json(index));
}

Status TensorFolders::load(const fs::path& folder, weights::Weights& weights) const {
  const Json index = NEURAL_TRY(read_json(folder / "index.json"));
  for (const bool trainable : {true, false}) {
    const char* key = trainable ? "files" : "state_files";
    const auto files = NEURAL_TRY(json_field<std::vector<std::string>>(index, key, folder.string()));
    std::size_t next = 0;
    for (const emit::ProgramTensor& tensor : tensors_) {
      if (tensor.is_trainable != trainable) continue;
      if (next == files.size()) break;
      const data::Array array = NEURAL_TRY(data::read_npy(folder / fs::path(files[next++]).filename()));
      if (array.shape() != tensor.shape) {
        return fail(ErrorCode::kCorrupt,
                    fmt::format("`{}`: `{}` is {}, the network's `{}` is {}", folder.string(), files[next - 1],
                                data::to_string(array.shape()), tensor.name, data::to_string(tensor.shape)));
      }
      emit::to_network(tensor, data::to_floats(array), weights.at(tensor.weight).values);
    }
    const auto expected = std::count_if(tensors_.begin(), tensors_.end(), [&](const emit::ProgramTensor& tensor) {
      return tensor.is_trainable == trainable;
    });
    if (next == files.size() && static_cast<std::ptrdiff_t>(next) == expected) continue;
    return fail(ErrorCode::kCorrupt,
                fmt::format("`{}` has {} tensors, the network {}", folder.string(), files.size(), expected));
  }
  return done();
}

}  // namespace neural::cli
