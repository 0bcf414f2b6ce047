#include "neural/base/mapped_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "neural/base/files.hpp"

namespace neural {

Expected<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const std::string context = fmt::format("cannot read `{}`", path.string());
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return tl::unexpected(system_error(context, errno));
  struct stat info{};
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(descriptor);
    return fail(ErrorCode::kUsage, context + ": it is no regular file", "copy it to a file first");
  }
  MappedFile file;
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size > 0) {
    void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    const int error = errno;
    ::close(descriptor);
    if (bytes == MAP_FAILED) return tl::unexpected(system_error(context, error));
    file.owner_ =
        std::shared_ptr<const void>(bytes, [size](const void* begin) { ::munmap(const_cast<void*>(begin), size); });
    file.bytes_ = {static_cast<const std::byte*>(bytes), size};
  } else {
    ::close(descriptor);
  }
  return file;
}

}  // namespace neural
