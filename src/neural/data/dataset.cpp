#include "neural/data/dataset.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include "neural/base/hashes.hpp"
#include "neural/data/array_cache.hpp"
#include "neural/data/csv.hpp"
#include "neural/data/idx.hpp"
#include "neural/data/npy.hpp"

namespace neural::data {
namespace {

namespace fs = std::filesystem;
using Arrays = std::map<std::string, Array>;

struct IdxFile {
  std::string_view array;
  std::string_view name;
  std::string_view sha256;
};
/// The digests are those of the uncompressed files of MNIST as published.
constexpr std::array<IdxFile, 4> kIdxFiles = {
    {{"x_train", "train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
     {"y_train", "train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
     {"x_test", "t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
     {"y_test", "t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}}};

std::string quoted(const fs::path& path) {
  return fmt::format("`{}`", path.string());
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// Plain, or with .gz; empty where there is neither.
fs::path idx_path(const fs::path& folder, std::string_view name) {
  for (const char* ending : {"", ".gz"}) {
    fs::path path = folder / (std::string(name) + ending);
    if (is_file(path)) return path;
  }
  return {};
}

std::vector<std::string> missing_idx(const fs::path& folder) {
  std::vector<std::string> missing;
  for (const IdxFile& file : kIdxFiles) {
    if (idx_path(folder, file.name).empty()) missing.emplace_back(file.name);
  }
  return missing;
}

/// The published file, of bytes: the header that was taken off, and the elements.
std::string idx_digest(const Array& array) {
  std::string bytes = {'\0', '\0', '\x08', static_cast<char>(array.shape().size())};
  for (const std::int64_t size : array.shape()) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(size >> shift & 0xff);
  }
  bytes.append(reinterpret_cast<const char*>(array.bytes().data()), array.bytes().size());
  return sha256(bytes);
}

/// One step of reading: which files, and how.
struct Reader {
  std::vector<fs::path> files;
  std::function<Expected<Arrays>()> read;
  bool decodes = false;  ///< so that keeping what came of it is worth the while
};

Reader idx_reader(const fs::path& folder, bool is_mnist) {
  Reader reader;
  for (const IdxFile& file : kIdxFiles) reader.files.push_back(idx_path(folder, file.name));
  reader.decodes = true;
  reader.read = [files = reader.files, is_mnist]() -> Expected<Arrays> {
    Arrays arrays;
    for (std::size_t i = 0; i < files.size(); ++i) {
      Array array = NEURAL_TRY(read_idx(files[i]));
      if (is_mnist && (array.type() != ElementType::kUint8 || idx_digest(array) != kIdxFiles[i].sha256)) {
        return fail(ErrorCode::kCorrupt,
                    fmt::format("{} is not `{}` of MNIST: its bytes are others", quoted(files[i]), kIdxFiles[i].name),
                    "put the published file in its place, or name the folder with --data to train on what it holds");
      }
      arrays.emplace(kIdxFiles[i].array, std::move(array));
    }
    return arrays;
  };
  return reader;
}

/// "x_train", or of several inputs "left_train".
std::string array_name(const std::vector<std::string>& inputs, std::size_t input, std::string_view split) {
  return fmt::format("{}_{}", inputs.size() == 1 ? "x" : inputs[input], split);
}

std::vector<std::string> array_names(const std::vector<std::string>& inputs, std::string_view split) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < inputs.size(); ++i) names.push_back(array_name(inputs, i, split));
  names.push_back(fmt::format("y_{}", split));
  return names;
}

Reader npy_reader(const fs::path& folder, const std::vector<std::string>& inputs) {
  Reader reader;
  for (const std::string_view split : {"train", "test"}) {
    for (const std::string& name : array_names(inputs, split)) {
      if (is_file(folder / (name + ".npy"))) reader.files.push_back(folder / (name + ".npy"));
    }
  }
  reader.read = [files = reader.files]() -> Expected<Arrays> {
    Arrays arrays;
    for (const fs::path& file : files) arrays.emplace(file.stem().string(), NEURAL_TRY(read_npy(file)));
    return arrays;
  };
  return reader;
}

Reader csv_reader(std::vector<std::pair<std::string, fs::path>> files, const std::optional<std::string>& label) {
  Reader reader;
  for (const auto& [split, path] : files) reader.files.push_back(path);
  reader.decodes = true;
  reader.read = [files = std::move(files), label]() -> Expected<Arrays> {
    Arrays arrays;
    for (const auto& [split, path] : files) {
      const Table table = NEURAL_TRY(read_table(path));
      Columns columns = NEURAL_TRY(split_columns(table, label, quoted(path)));
      arrays.emplace("x_" + split, std::move(columns.inputs));
      arrays.emplace("y_" + split, std::move(columns.targets));
    }
    return arrays;
  };
  return reader;
}

Expected<Reader> folder_reader(const DatasetRequest& request) {
  const fs::path& folder = request.path;
  const bool has_one_input = request.inputs.size() == 1;
  const std::vector<std::string> missing = missing_idx(folder);
  if (has_one_input && missing.empty()) return idx_reader(folder, request.is_mnist);
  if (has_one_input && missing.size() < kIdxFiles.size()) {
    return fail(ErrorCode::kNotFound, fmt::format("{} lacks `{}`", quoted(folder), missing.front()),
                "put it there, plain or as .gz");
  }
  const std::string first = array_name(request.inputs, 0, "train") + ".npy";
  if (is_file(folder / first)) return npy_reader(folder, request.inputs);
  if (has_one_input && is_file(folder / "train.csv")) {
    std::vector<std::pair<std::string, fs::path>> files = {{"train", folder / "train.csv"}};
    if (is_file(folder / "test.csv")) files.emplace_back("test", folder / "test.csv");
    return csv_reader(std::move(files), request.label);
  }
  return fail(ErrorCode::kNotFound, fmt::format("{} holds no data for this network", quoted(folder)),
              has_one_input
                  ? fmt::format("put {}, or {} and y_train.npy, or train.csv there", kIdxFiles[0].name, first)
                  : fmt::format("put {}.npy there", fmt::join(array_names(request.inputs, "train"), ".npy, ")));
}

Expected<Reader> reader_for(const DatasetRequest& request) {
  const fs::path& path = request.path;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return folder_reader(request);
  if (!fs::exists(path, ignored)) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no {}", quoted(path)),
                "--data takes `mnist`, a folder, an .npz or a .csv file");
  }
  if (path.extension() == ".npz") {
    Reader reader;
    reader.files = {path};
    reader.decodes = true;
    reader.read = [path] { return read_npz(path); };
    return reader;
  }
  if (path.extension() == ".csv" && request.inputs.size() == 1) return csv_reader({{"train", path}}, request.label);
  return fail(ErrorCode::kUsage, fmt::format("{} is no data set for this network", quoted(path)),
              request.inputs.size() == 1 ? "--data takes `mnist`, a folder, an .npz or a .csv file"
                                         : "a network of several inputs takes a folder or an .npz file");
}

/// None where the split has no targets.
Expected<std::optional<Split>> take_split(Arrays& arrays, const DatasetRequest& request, std::string_view split) {
  const std::vector<std::string> names = array_names(request.inputs, split);
  if (split == "test" && !arrays.contains(names.back())) return std::optional<Split>();
  Split result;
  for (const std::string& name : names) {
    const auto found = arrays.find(name);
    if (found == arrays.end()) {
      return fail(ErrorCode::kUsage, fmt::format("{} has no `{}`", quoted(request.path), name),
                  fmt::format("it has to hold {}", fmt::join(names, ", ")));
    }
    if (found->second.rows() == 0)
      return fail(ErrorCode::kUsage, fmt::format("`{}` in {} has no rows", name, quoted(request.path)));
    (name == names.back() ? result.targets : result.inputs.emplace_back()) = found->second;
  }
  for (std::size_t i = 0; i < result.inputs.size(); ++i) {
    if (result.inputs[i].rows() == result.targets.rows()) continue;
    return fail(ErrorCode::kUsage,
                fmt::format("{}: `{}` has {} rows, `{}` has {}", quoted(request.path), names[i],
                            result.inputs[i].rows(), names.back(), result.targets.rows()),
                "every sample needs its target");
  }
  return std::optional(std::move(result));
}

}  // namespace

Expected<Dataset> load_dataset(const DatasetRequest& request) {
  const Reader reader = NEURAL_TRY(reader_for(request));
  const std::string use = fmt::format("{}{}", request.is_mnist ? "mnist " : "", request.label.value_or(""));
  Arrays arrays = NEURAL_TRY(reader.decodes ? cached(request.cache, reader.files, use, reader.read) : reader.read());
  Dataset dataset;
  dataset.origin = quoted(request.path);
  dataset.train = NEURAL_TRY(take_split(arrays, request, "train")).value();
  dataset.test = NEURAL_TRY(take_split(arrays, request, "test"));
  return dataset;
}

Expected<fs::path> find_mnist(const std::vector<fs::path>& folders) {
  for (const fs::path& folder : folders) {
    const std::vector<std::string> missing = missing_idx(folder);
    if (missing.empty()) return folder;
    if (missing.size() == kIdxFiles.size()) continue;
    return fail(ErrorCode::kNotFound, fmt::format("{} lacks `{}` of MNIST", quoted(folder), missing.front()),
                "put it there, plain or as .gz");
  }
  std::vector<std::string> places;
  for (const fs::path& folder : folders) places.push_back(quoted(folder));
  std::vector<std::string_view> names;
  for (const IdxFile& file : kIdxFiles) names.push_back(file.name);
  return fail(
      ErrorCode::kNotFound, fmt::format("MNIST is not in {}", fmt::join(places, ", ")),
      fmt::format("put {}, plain or as .gz, into one of these, or name a place with --data", fmt::join(names, ", ")));
}

}  // namespace neural::data
