#include "neural/bench/parity/npy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <optional>

#include "neural/base/files.hpp"

namespace neural::bench::parity {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are read as they lie in the file");

constexpr std::string_view kMagic = "\x93NUMPY";

std::size_t bytes_of(Precision precision) {
  return precision == Precision::kFloat32 ? 4 : 8;
}

/// What the dictionary at the head of the file says.
struct Header {
  std::string kind;
  bool fortran_order = false;
  Shape shape;
};

/// Reads the dictionary `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`: its keys come in any order.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : text_(text) {}

  /// Nothing if it is not such a dictionary.
  std::optional<Header> parse() {
    bool good = take("{");
    while (good && !take("}")) good = entry() && (take(",") || text_.starts_with('}'));
    skip_space();
    if (!good || !text_.empty() || !has_kind_ || !has_order_ || !has_shape_) return std::nullopt;
    return header_;
  }

 private:
  bool entry() {
    if (!has_kind_ && take("'descr'")) return has_kind_ = take(":") && take("'") && quoted();
    if (!has_order_ && take("'fortran_order'")) return has_order_ = take(":") && boolean();
    if (!has_shape_ && take("'shape'")) return has_shape_ = take(":") && tuple();
    return false;
  }

  bool quoted() {
    const std::size_t end = text_.find('\'');
    if (end == std::string_view::npos) return false;
    header_.kind = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return true;
  }

  bool boolean() {
    header_.fortran_order = take("True");
    return header_.fortran_order || take("False");
  }

  bool tuple() {
    bool good = take("(");
    while (good && !take(")")) good = dimension() && (take(",") || text_.starts_with(')'));
    return good;
  }

  bool dimension() {
    skip_space();
    std::int64_t size = -1;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
    if (error != std::errc() || size < 0) return false;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    header_.shape.push_back(size);
    return true;
  }

  bool take(std::string_view word) {
    skip_space();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  void skip_space() {
    while (text_.starts_with(' ') || text_.starts_with('\n')) text_.remove_prefix(1);
  }

  std::string_view text_;
  Header header_;
  bool has_kind_ = false;
  bool has_order_ = false;
  bool has_shape_ = false;
};

/// Whether numbers of `width` bytes in this shape take exactly `bytes`.
bool fills(const Shape& shape, std::size_t width, std::size_t bytes) {
  std::size_t total = width;
  for (const std::int64_t size : shape) {
    if (__builtin_mul_overflow(total, static_cast<std::size_t>(size), &total)) return false;
  }
  return total == bytes;
}

/// The dictionary's text, and where the numbers begin.
struct Layout {
  std::string_view dictionary;
  std::size_t data = 0;
};

Expected<Layout> find_layout(std::string_view file, const std::string& name) {
  if (!file.starts_with(kMagic)) return fail(ErrorCode::kCorrupt, name + ": not an NPY file");
  const auto byte = [&](std::size_t at) { return at < file.size() ? static_cast<unsigned char>(file[at]) : 0U; };
  const std::size_t version = kMagic.size();
  const unsigned major = byte(version);
  if ((major != 1 && major != 2) || byte(version + 1) != 0) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{}: NPY version {}.{}, expected 1.0 or 2.0", name, major, byte(version + 1)));
  }
  const std::size_t length_bytes = major == 1 ? 2 : 4;
  const std::size_t begin = version + 2 + length_bytes;
  std::size_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length |= std::size_t{byte(version + 2 + i)} << (8 * i);
  if (begin + length > file.size()) return fail(ErrorCode::kCorrupt, name + ": ends within its header");
  return Layout{file.substr(begin, length), begin + length};
}

}  // namespace

std::string_view name_of(Precision precision) {
  return precision == Precision::kFloat32 ? "float32" : "float64";
}

std::string to_string(const Shape& shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

std::size_t Array::size() const {
  return bytes().size() / bytes_of(precision_);
}

double Array::operator[](std::size_t index) const {
  const char* place = file_.data() + offset_ + index * bytes_of(precision_);
  if (precision_ == Precision::kFloat32) {
    float value = 0;
    std::memcpy(&value, place, sizeof value);
    return value;
  }
  double value = 0;
  std::memcpy(&value, place, sizeof value);
  return value;
}

Expected<Array> read_npy(const std::filesystem::path& path) {
  std::string file = NEURAL_TRY(read_file(path));
  const std::string name = fmt::format("`{}`", path.string());
  const Layout layout = NEURAL_TRY(find_layout(file, name));
  const std::optional<Header> header = HeaderParser(layout.dictionary).parse();
  if (!header) return fail(ErrorCode::kCorrupt, name + ": its header is no description of an array");
  if (header->kind != "<f4" && header->kind != "<f8") {
    return fail(
        ErrorCode::kCorrupt,
        fmt::format("{}: holds `{}`, expected little-endian float32 (`<f4`) or float64 (`<f8`)", name, header->kind));
  }
  if (header->fortran_order) return fail(ErrorCode::kCorrupt, name + ": is in Fortran order, expected C order");

  const Precision precision = header->kind == "<f4" ? Precision::kFloat32 : Precision::kFloat64;
  const std::size_t bytes = file.size() - layout.data;
  if (!fills(header->shape, bytes_of(precision), bytes)) {
    return fail(ErrorCode::kCorrupt, fmt::format("{}: {} bytes of data do not fit the shape {} of {}", name, bytes,
                                                 to_string(header->shape), name_of(precision)));
  }
  const std::size_t data = layout.data;
  return Array(precision, header->shape, std::move(file), data);
}

}  // namespace neural::bench::parity
