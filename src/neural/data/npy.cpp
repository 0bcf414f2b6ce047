#include "neural/data/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "neural/base/files.hpp"
#include "neural/base/mapped_file.hpp"

namespace neural::data {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

/// What the header says: a Python dictionary with these three keys.
struct Header {
  std::string type;  ///< "<f4"
  bool is_fortran = false;
  Shape shape;
};

/// Reads the literal that numpy.lib.format writes. Anything else than the three keys with such values is no header.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : left_(text) {}

  std::optional<Header> read() {
    Header header;
    bool has_type = false;
    bool has_order = false;
    bool has_shape = false;
    if (!take('{')) return std::nullopt;
    while (!take('}')) {
      const std::optional<std::string_view> key = quoted();
      if (!key || !take(':')) return std::nullopt;
      if (*key == "descr" && !has_type) {
        const std::optional<std::string_view> type = quoted();
        if (!type) return std::nullopt;
        header.type = *type;
        has_type = true;
      } else if (*key == "fortran_order" && !has_order) {
        header.is_fortran = take_word("True");
        if (!header.is_fortran && !take_word("False")) return std::nullopt;
        has_order = true;
      } else if (*key == "shape" && !has_shape) {
        if (!read_shape(header.shape)) return std::nullopt;
        has_shape = true;
      } else {
        return std::nullopt;
      }
      take(',');
    }
    skip_spaces();
    return has_type && has_order && has_shape && left_.empty() ? std::optional(std::move(header)) : std::nullopt;
  }

 private:
  void skip_spaces() { left_.remove_prefix(std::min(left_.find_first_not_of(" \t\n"), left_.size())); }

  bool take_word(std::string_view word) {
    skip_spaces();
    if (!left_.starts_with(word)) return false;
    left_.remove_prefix(word.size());
    return true;
  }
  bool take(char character) { return take_word({&character, 1}); }

  std::optional<std::string_view> quoted() {
    skip_spaces();
    if (left_.empty() || (left_.front() != '\'' && left_.front() != '"')) return std::nullopt;
    const std::size_t end = left_.find(left_.front(), 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = left_.substr(1, end - 1);
    left_.remove_prefix(end + 1);
    return text;
  }

  bool read_shape(Shape& shape) {
    if (!take('(')) return false;
    while (!take(')')) {
      skip_spaces();
      std::int64_t size = 0;
      const auto [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), size);
      if (error != std::errc() || size < 0) return false;
      left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
      take_word("L");  // Python 2 wrote long integers so
      shape.push_back(size);
      if (!take(',') && !left_.starts_with(')')) return false;
    }
    return true;
  }

  std::string_view left_;
};

std::optional<ElementType> type_of(std::string_view code) {
  static constexpr std::array<std::pair<std::string_view, ElementType>, 12> kCodes = {{{"b1", ElementType::kBool},
                                                                                       {"u1", ElementType::kUint8},
                                                                                       {"i1", ElementType::kInt8},
                                                                                       {"u2", ElementType::kUint16},
                                                                                       {"i2", ElementType::kInt16},
                                                                                       {"u4", ElementType::kUint32},
                                                                                       {"i4", ElementType::kInt32},
                                                                                       {"u8", ElementType::kUint64},
                                                                                       {"i8", ElementType::kInt64},
                                                                                       {"f2", ElementType::kFloat16},
                                                                                       {"f4", ElementType::kFloat32},
                                                                                       {"f8", ElementType::kFloat64}}};
  const auto* row = std::find_if(kCodes.begin(), kCodes.end(), [&](const auto& entry) { return entry.first == code; });
  return row == kCodes.end() ? std::nullopt : std::optional(row->second);
}

std::string_view code_of(ElementType type) {
  static constexpr std::array<std::string_view, 12> kCodes = {"|b1", "|u1", "|i1", "<u2", "<i2", "<u4",
                                                              "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"};
  return kCodes[static_cast<std::size_t>(type)];
}

void reverse_bytes(std::vector<std::byte>& bytes, std::size_t size) {
  for (std::size_t at = 0; at + size <= bytes.size(); at += size) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
  }
}

/// Elements whose first axis runs fastest, into the order of this program.
std::vector<std::byte> from_fortran_order(std::span<const std::byte> from, const Shape& shape, std::size_t size) {
  std::vector<std::byte> to(from.size());
  std::vector<std::int64_t> index(shape.size(), 0);
  std::vector<std::size_t> stride(shape.size(), 1);
  for (std::size_t axis = 1; axis < shape.size(); ++axis) {
    stride[axis] = stride[axis - 1] * static_cast<std::size_t>(shape[axis - 1]);
  }
  for (std::size_t at = 0; at < to.size(); at += size) {
    std::size_t source = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
      source += stride[axis] * static_cast<std::size_t>(index[axis]);
    std::memcpy(to.data() + at, from.data() + source * size, size);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return to;
}

tl::unexpected<Error> no_array(const std::string& name, std::string_view seen) {
  return fail(ErrorCode::kCorrupt, fmt::format("{} is no array of NumPy: {}", name, seen),
              "write it anew with numpy.save or numpy.savez");
}

/// The bytes of the header and of what stands before it.
struct Extent {
  std::size_t text_begin = 0;
  std::size_t data_begin = 0;
};

std::optional<Extent> extent_of(std::span<const std::byte> bytes) {
  const auto number = [&](std::size_t at, std::size_t size) {
    std::size_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | std::to_integer<std::size_t>(bytes[at + i]);
    return value;
  };
  constexpr std::size_t kShortest = 10;
  if (bytes.size() < kShortest) return std::nullopt;
  const int version = std::to_integer<int>(bytes[6]);
  if (version < 1 || version > 3) return std::nullopt;
  const std::size_t begin = version == 1 ? kShortest : kShortest + 2;
  if (bytes.size() < begin) return std::nullopt;
  const std::size_t length = version == 1 ? number(8, 2) : number(8, 4);
  if (length > bytes.size() - begin) return std::nullopt;
  return Extent{begin, begin + length};
}

}  // namespace

Expected<Array> parse_npy(std::span<const std::byte> bytes, const std::shared_ptr<const void>& owner,
                          const std::string& name) {
  const auto text = [&](std::size_t begin, std::size_t size) {
    return std::string_view(reinterpret_cast<const char*>(bytes.data()) + begin, size);
  };
  if (bytes.size() < kMagic.size() || text(0, kMagic.size()) != kMagic) {
    return no_array(name, "it does not begin with the letters of one");
  }
  const std::optional<Extent> extent = extent_of(bytes);
  if (!extent) return no_array(name, "its header is cut off, or of a version that is not known");
  const std::optional<Header> header =
      HeaderReader(text(extent->text_begin, extent->data_begin - extent->text_begin)).read();
  if (!header) return no_array(name, "its header is broken");
  const std::string& code = header->type;
  const bool is_known = code.size() == 3 && std::string_view("<>|=").find(code[0]) != std::string_view::npos;
  const std::optional<ElementType> type = is_known ? type_of(std::string_view(code).substr(1)) : std::nullopt;
  if (!type) {
    return fail(ErrorCode::kUsage, fmt::format("{} holds elements of type `{}`, not numbers", name, code.substr(0, 40)),
                "convert it with array.astype(\"float32\") before it is saved");
  }
  const std::optional<std::int64_t> count = element_count(header->shape);
  const std::size_t size = size_of(*type);
  const std::span<const std::byte> content = bytes.subspan(extent->data_begin);
  if (!count || static_cast<std::uint64_t>(*count) > content.size() / size) {
    return fail(ErrorCode::kCorrupt, fmt::format("{} is cut off: {} bytes of elements, {} of shape {} were to come",
                                                 name, content.size(), name_of(*type), to_string(header->shape)));
  }
  const std::span<const std::byte> elements = content.first(static_cast<std::size_t>(*count) * size);
  const bool is_swapped = code[0] == '>' && size > 1;
  const bool is_aligned = reinterpret_cast<std::uintptr_t>(elements.data()) % size == 0;
  const bool is_fortran = header->is_fortran && header->shape.size() > 1;
  if (!is_swapped && is_aligned && !is_fortran) return Array(*type, header->shape, elements, owner);

  std::vector<std::byte> copy = is_fortran ? from_fortran_order(elements, header->shape, size)
                                           : std::vector<std::byte>(elements.begin(), elements.end());
  if (is_swapped) reverse_bytes(copy, size);
  const auto kept = std::make_shared<const std::vector<std::byte>>(std::move(copy));
  return Array(*type, header->shape, *kept, kept);
}

Expected<Array> read_npy(const std::filesystem::path& path) {
  const MappedFile file = NEURAL_TRY(MappedFile::open(path));
  return parse_npy(file.bytes(), file.owner(), fmt::format("`{}`", path.string()));
}

Status write_npy(const std::filesystem::path& path, const Array& array) {
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", code_of(array.type()),
                                   to_string(array.shape()));
  constexpr std::size_t kBefore = 10;
  constexpr std::size_t kAlignment = 64;
  header.append(kAlignment - 1 - (kBefore + header.size()) % kAlignment, ' ');
  header += '\n';
  NEURAL_CHECK(header.size() <= 0xffff);
  std::string begin(kMagic);
  begin += {'\x01', '\x00', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  begin += header;
  return write_file(path, [&](const Sink& sink) -> Status {
    NEURAL_TRY(sink(begin));
    return sink({reinterpret_cast<const char*>(array.bytes().data()), array.bytes().size()});
  });
}

}  // namespace neural::data
