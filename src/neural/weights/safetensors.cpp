#include "neural/weights/safetensors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <tuple>

#include "neural/base/files.hpp"
#include "neural/base/json.hpp"
#include "neural/base/text.hpp"

namespace neural::weights {
namespace {

static_assert(std::endian::native == std::endian::little, "weight files are little-endian");

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMostHeader = std::size_t{100} << 20;  // of the format
constexpr const char* kHelp = "write it anew, with `save_weights` of a generated program";

auto corrupt(const std::filesystem::path& path, const std::string& what) {
  return fail(ErrorCode::kCorrupt, fmt::format("{} is no weight file: {}", as_code(path.string()), what), kHelp);
}

float from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1F;
  const int fraction = bits & 0x3FF;
  const float sign = (bits & 0x8000) != 0 ? -1.0F : 1.0F;
  if (exponent == 0x1F) {
    return fraction != 0 ? std::numeric_limits<float>::quiet_NaN() : sign * std::numeric_limits<float>::infinity();
  }
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
  return sign * std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
}

float from_brain_half(std::uint16_t bits) {
  return std::bit_cast<float>(std::uint32_t{bits} << 16);
}

template <class Stored>
Stored stored_at(const char* bytes) {
  Stored value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

struct NumberType {
  std::string_view name;
  std::size_t bytes;
  float (*read)(const char*);
};

constexpr std::array kNumberTypes = {
    NumberType{"F32", 4, [](const char* at) { return stored_at<float>(at); }},
    NumberType{"F64", 8, [](const char* at) { return static_cast<float>(stored_at<double>(at)); }},
    NumberType{"F16", 2, [](const char* at) { return from_half(stored_at<std::uint16_t>(at)); }},
    NumberType{"BF16", 2, [](const char* at) { return from_brain_half(stored_at<std::uint16_t>(at)); }},
};

const NumberType* type_named(std::string_view name) {
  for (const NumberType& type : kNumberTypes) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

/// Empty where a size is negative or the product is more than a file can hold.
std::optional<std::size_t> size_of(const std::vector<std::int64_t>& shape) {
  constexpr std::int64_t kMost = std::int64_t{1} << 48;
  std::int64_t size = 1;
  for (const std::int64_t length : shape) {
    if (length < 0 || (length > 0 && size > kMost / length)) return std::nullopt;
    size *= length;
  }
  return static_cast<std::size_t>(size);
}

/// The place of a tensor among so many bytes of numbers.
Expected<StoredTensor> place_of(const Json& entry, const std::string& name, std::uint64_t bytes,
                                const std::filesystem::path& path) {
  const auto dtype = json_field<std::string>(entry, "dtype", name);
  const auto shape = json_field<std::vector<std::int64_t>>(entry, "shape", name);
  const auto offsets = json_field<std::vector<std::uint64_t>>(entry, "data_offsets", name);
  if (!dtype) return corrupt(path, dtype.error().message);
  if (!shape) return corrupt(path, shape.error().message);
  if (!offsets) return corrupt(path, offsets.error().message);
  const std::vector<std::uint64_t>& span = *offsets;
  if (span.size() != 2 || span[0] > span[1] || !size_of(*shape)) {
    return corrupt(path, fmt::format("{} has no place in it", as_code(name)));
  }
  if (span[1] > bytes) return corrupt(path, fmt::format("it ends before the numbers of {}", as_code(name)));
  const NumberType* type = type_named(*dtype);
  if (type != nullptr && span[1] - span[0] != *size_of(*shape) * type->bytes) {
    return corrupt(path, fmt::format("the place of {} is not that of {} numbers", as_code(name), *dtype));
  }
  return StoredTensor{name, *dtype, *shape, span[0], span[1]};
}

Expected<Array> read_array(const StoredTensor& stored, std::string_view numbers, const std::filesystem::path& path) {
  const NumberType* type = type_named(stored.dtype);
  if (type == nullptr) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{} in {} is of type {}, which weights are not", as_code(stored.name),
                            as_code(path.string()), as_code(stored.dtype)),
                "give it as F32");
  }
  const std::size_t size = *size_of(stored.shape);
  Array array = {stored.shape, std::vector<float>(size)};
  const char* at = numbers.data() + stored.begin;
  for (float& value : array.values) {
    value = type->read(at);
    at += type->bytes;
  }
  return array;
}

/// The bytes in front of the numbers, as the first eight tell; `size` is that of the whole file.
Expected<std::size_t> beginning_of(std::string_view content, std::uint64_t size, const std::filesystem::path& path) {
  if (content.size() < kLengthBytes) return corrupt(path, "it is shorter than 8 bytes");
  const auto length = stored_at<std::uint64_t>(content.data());
  if (length > std::min<std::uint64_t>(kMostHeader, size - kLengthBytes)) {
    return corrupt(path, "its header would be longer than the file");
  }
  return kLengthBytes + static_cast<std::size_t>(length);
}

/// The format has each byte in one tensor: nothing overlaps, between them and behind them there is nothing.
Status check_places(std::vector<StoredTensor> tensors, std::uint64_t bytes, const std::filesystem::path& path) {
  std::sort(tensors.begin(), tensors.end(),
            [](const auto& a, const auto& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
  std::uint64_t end = 0;
  for (const StoredTensor& tensor : tensors) {
    if (tensor.begin != end) {
      return corrupt(path, fmt::format("{} does not begin where the one before ends", as_code(tensor.name)));
    }
    end = tensor.end;
  }
  if (end != bytes) return corrupt(path, fmt::format("{} bytes at its end are of no tensor", bytes - end));
  return done();
}

/// The tensors of a header, of a file with so many bytes of numbers.
Expected<std::vector<StoredTensor>> read_header(std::string_view text, std::uint64_t bytes,
                                                const std::filesystem::path& path) {
  const auto header = parse_json(text, "its header");
  if (!header) return corrupt(path, header.error().message);
  if (!header->is_object()) return corrupt(path, "its header is no object");
  std::vector<StoredTensor> tensors;
  for (const auto& [name, entry] : header->items()) {
    if (name == "__metadata__") continue;
    StoredTensor tensor = NEURAL_TRY(place_of(entry, name, bytes, path));
    tensors.push_back(std::move(tensor));
  }
  NEURAL_TRY(check_places(tensors, bytes, path));
  return tensors;
}

std::string header_of(const Weights& weights) {
  Json header = Json::object();
  std::size_t start = 0;
  for (const auto& [name, array] : weights) {
    const std::size_t end = start + array.values.size() * sizeof(float);
    header[name] = {{"dtype", "F32"}, {"shape", array.shape}, {"data_offsets", {start, end}}};
    start = end;
  }
  std::string text = compact_json(header);
  text.append((kLengthBytes - text.size() % kLengthBytes) % kLengthBytes, ' ');
  return text;
}

/// "dense/kernel, dense/bias and 3 more"
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 4;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) shown.push_back(as_code(names[i]));
  const std::string rest = names.size() > kShown ? fmt::format(" and {} more", names.size() - kShown) : "";
  return join(shown, ", ") + rest;
}

}  // namespace

Status write_safetensors(const std::filesystem::path& path, const Weights& weights) {
  return write_file(path, [&](const Sink& sink) -> Status {
    const std::string header = header_of(weights);
    const std::uint64_t length = header.size();
    std::string beginning(kLengthBytes, '\0');
    std::memcpy(beginning.data(), &length, kLengthBytes);
    NEURAL_TRY(sink(beginning + header));
    for (const auto& [name, array] : weights) {
      NEURAL_TRY(sink({reinterpret_cast<const char*>(array.values.data()), array.values.size() * sizeof(float)}));
    }
    return done();
  });
}

Expected<Weights> read_safetensors(const std::filesystem::path& path) {
  const std::string content = NEURAL_TRY(read_file(path, std::size_t{1} << 40));
  const std::size_t begin = NEURAL_TRY(beginning_of(content, content.size(), path));
  const std::string_view whole = content;
  const std::string_view numbers = whole.substr(begin);
  const auto header = whole.substr(kLengthBytes, begin - kLengthBytes);
  const std::vector<StoredTensor> tensors = NEURAL_TRY(read_header(header, numbers.size(), path));
  Weights weights;
  for (const StoredTensor& tensor : tensors) {
    Array array = NEURAL_TRY(read_array(tensor, numbers, path));
    weights.emplace(tensor.name, std::move(array));
  }
  return weights;
}

Expected<std::vector<StoredTensor>> list_safetensors(const std::filesystem::path& path) {
  const std::string length = NEURAL_TRY(read_beginning(path, kLengthBytes));
  std::error_code unknown;
  const std::uint64_t size = std::filesystem::file_size(path, unknown);
  if (unknown) return corrupt(path, "it is no plain file");
  const std::size_t begin = NEURAL_TRY(beginning_of(length, size, path));
  const std::string content = NEURAL_TRY(read_beginning(path, begin));
  if (content.size() < begin) return corrupt(path, "its header would be longer than the file");
  return read_header(std::string_view(content).substr(kLengthBytes), size - begin, path);
}

Expected<Weights> read_weights(const std::filesystem::path& path, const model::Model& model) {
  Weights found = NEURAL_TRY(read_safetensors(path));
  Weights weights;
  std::vector<std::string> missing;
  for (const NamedTensor& named : tensors_of(model)) {
    const auto array = found.find(named.name);
    if (array == found.end()) {
      missing.push_back(named.name);
      continue;
    }
    if (array->second.shape != named.tensor->shape) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("{} in {} has the shape [{}]; the network wants [{}]", as_code(named.name),
                              as_code(path.string()), fmt::join(array->second.shape, ", "),
                              fmt::join(named.tensor->shape, ", ")),
                  "these are the weights of another network, or of another version of it");
    }
    weights.insert(found.extract(array));
  }
  if (!missing.empty()) {
    return fail(ErrorCode::kCorrupt, fmt::format("{} has no weights {}", as_code(path.string()), some_of(missing)),
                "its names are those of layers: compare `neural inspect FILE`, and give layers the names they had");
  }
  return weights;
}

}  // namespace neural::weights
