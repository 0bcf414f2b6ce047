#include <fmt/format.h>
#include <zip.h>

#include <memory>
#include <utility>
#include <vector>

#include "neural/data/npy.hpp"

namespace neural::data {
namespace {

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseMember {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;
using Member = std::unique_ptr<zip_file_t, CloseMember>;

tl::unexpected<Error> damaged(const std::string& name, std::string_view reason) {
  return fail(ErrorCode::kCorrupt, fmt::format("{} is damaged: {}", name, reason), "write it anew with numpy.savez");
}

Expected<Archive> open_archive(const std::filesystem::path& path) {
  int code = 0;
  Archive archive(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (archive) return archive;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (code == ZIP_ER_NOENT) return fail(ErrorCode::kNotFound, fmt::format("there is no `{}`", path.string()));
  if (code == ZIP_ER_OPEN || code == ZIP_ER_READ) {
    return fail(ErrorCode::kIo, fmt::format("cannot read `{}`: {}", path.string(), reason));
  }
  return fail(ErrorCode::kCorrupt, fmt::format("`{}` is no .npz file of NumPy: {}", path.string(), reason),
              "write it anew with numpy.savez");
}

/// The unpacked bytes. A member that unpacks to another size than it claims, or to other bytes, is damaged.
Expected<std::shared_ptr<const std::vector<std::byte>>> unpack(zip_t* archive, zip_uint64_t index, std::size_t size,
                                                               const std::string& name) {
  const Member member(zip_fopen_index(archive, index, 0));
  if (!member) return damaged(name, zip_strerror(archive));
  std::vector<std::byte> bytes(size);
  std::size_t done = 0;
  while (done < size) {
    const zip_int64_t count = zip_fread(member.get(), bytes.data() + done, size - done);
    if (count < 0) return damaged(name, zip_file_strerror(member.get()));
    if (count == 0) return damaged(name, fmt::format("{} of {} bytes", done, size));
    done += static_cast<std::size_t>(count);
  }
  std::byte more{};
  // The checksum is compared where the member ends.
  if (zip_fread(member.get(), &more, 1) != 0) return damaged(name, zip_file_strerror(member.get()));
  return std::make_shared<const std::vector<std::byte>>(std::move(bytes));
}

}  // namespace

Expected<std::map<std::string, Array>> read_npz(const std::filesystem::path& path, std::size_t limit) {
  const Archive archive = NEURAL_TRY(open_archive(path));
  std::map<std::string, Array> arrays;
  std::size_t left = limit;
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t index = 0; index < count; ++index) {
    const auto number = static_cast<zip_uint64_t>(index);
    zip_stat_t info;
    if (zip_stat_index(archive.get(), number, 0, &info) != 0 || (info.valid & ZIP_STAT_NAME) == 0) {
      return damaged(fmt::format("`{}`", path.string()), zip_strerror(archive.get()));
    }
    std::string name = info.name;
    if (!name.ends_with(".npy")) continue;
    name.resize(name.size() - 4);
    const std::string title = fmt::format("`{}` in `{}`", name, path.string());
    if ((info.valid & ZIP_STAT_SIZE) == 0 || info.size > left) {
      return fail(ErrorCode::kUsage, fmt::format("{} unpacks to more than {} bytes", title, limit));
    }
    left -= info.size;
    const auto bytes = NEURAL_TRY(unpack(archive.get(), number, info.size, title));
    arrays.insert_or_assign(name, NEURAL_TRY(parse_npy(*bytes, bytes, title)));
  }
  return arrays;
}

}  // namespace neural::data
