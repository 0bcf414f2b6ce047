#include "neural/data/idx.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "neural/base/files.hpp"

namespace neural::data {
namespace {

struct CloseFile {
  void operator()(gzFile_s* file) const { gzclose(file); }
};
/// Reads plain files, too.
using File = std::unique_ptr<gzFile_s, CloseFile>;

std::optional<ElementType> type_of(std::byte code) {
  switch (std::to_integer<int>(code)) {
    case 0x08:
      return ElementType::kUint8;
    case 0x09:
      return ElementType::kInt8;
    case 0x0b:
      return ElementType::kInt16;
    case 0x0c:
      return ElementType::kInt32;
    case 0x0d:
      return ElementType::kFloat32;
    case 0x0e:
      return ElementType::kFloat64;
    default:
      return std::nullopt;
  }
}

/// How many bytes came; fewer than asked for where the file ends.
Expected<std::size_t> read_into(gzFile_s* file, std::span<std::byte> bytes, const std::string& name) {
  constexpr std::size_t kMost = std::size_t{1} << 30;  // zlib counts in unsigned int
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto wanted = static_cast<unsigned>(std::min(kMost, bytes.size() - done));
    const int count = gzread(file, bytes.data() + done, wanted);
    int code = Z_OK;
    const std::string reason = count > 0 ? "" : gzerror(file, &code);
    if (code == Z_ERRNO) return tl::unexpected(system_error("cannot read " + name, errno));
    // Z_BUF_ERROR: a compressed file that ends before it should.
    if (code != Z_OK && code != Z_STREAM_END) {
      return fail(ErrorCode::kCorrupt, fmt::format("{} is damaged: it does not unpack ({})", name, reason),
                  "put the file there again from where it came");
    }
    if (count < 0) return fail(ErrorCode::kIo, fmt::format("cannot read {}", name));
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

tl::unexpected<Error> no_idx(const std::string& name, std::string_view seen) {
  return fail(ErrorCode::kCorrupt, fmt::format("{} is no IDX file: {}", name, seen),
              "IDX begins with two zero bytes, the type of its elements and the number of its axes");
}

}  // namespace

Expected<Array> read_idx(const std::filesystem::path& path) {
  const std::string name = fmt::format("`{}`", path.string());
  const File file(gzopen(path.c_str(), "rb"));
  if (!file) return tl::unexpected(system_error("cannot read " + name, errno));
  gzbuffer(file.get(), 1U << 18);

  std::array<std::byte, 4> begin{};
  if (NEURAL_TRY(read_into(file.get(), begin, name)) < begin.size()) return no_idx(name, "it has fewer than 4 bytes");
  const std::optional<ElementType> type = type_of(begin[2]);
  const auto axes = std::to_integer<std::size_t>(begin[3]);
  if (begin[0] != std::byte{0} || begin[1] != std::byte{0} || !type || axes == 0) {
    return no_idx(name, fmt::format("its first bytes are {:02x} {:02x} {:02x} {:02x}", std::to_integer<int>(begin[0]),
                                    std::to_integer<int>(begin[1]), std::to_integer<int>(begin[2]), axes));
  }
  std::vector<std::byte> sizes(4 * axes);
  if (NEURAL_TRY(read_into(file.get(), sizes, name)) < sizes.size()) return no_idx(name, "its sizes are cut off");
  Shape shape;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::int64_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size = size << 8 | std::to_integer<std::int64_t>(sizes[4 * axis + i]);
    shape.push_back(size);
  }
  const std::optional<std::int64_t> count = element_count(shape);
  constexpr std::int64_t kMost = std::int64_t{1} << 36;
  if (!count || *count > kMost) return no_idx(name, fmt::format("it claims the shape {}", to_string(shape)));

  // Grown as the elements come, so that a small file that claims to be large does not take the memory.
  const std::size_t wanted = static_cast<std::size_t>(*count) * size_of(*type);
  constexpr std::size_t kPart = std::size_t{1} << 26;
  std::vector<std::byte> bytes;
  while (bytes.size() < wanted) {
    const std::size_t done = bytes.size();
    bytes.resize(std::min(wanted, done + kPart));
    const std::size_t read = NEURAL_TRY(read_into(file.get(), std::span(bytes).subspan(done), name));
    if (done + read < bytes.size()) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("{} is cut off: {} bytes of elements, its shape {} of {} needs {}", name, done + read,
                              to_string(shape), name_of(*type), wanted),
                  "put the file there again from where it came");
    }
  }
  const std::size_t size = size_of(*type);
  if (size > 1) {
    for (auto at = bytes.begin(); at != bytes.end(); at += static_cast<std::ptrdiff_t>(size)) {
      std::reverse(at, at + static_cast<std::ptrdiff_t>(size));
    }
  }
  const auto kept = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  return Array(*type, std::move(shape), *kept, kept);
}

}  // namespace neural::data
