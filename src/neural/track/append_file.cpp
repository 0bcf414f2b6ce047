#include "neural/track/append_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"

namespace neural::track {
namespace {

Error write_error(const std::filesystem::path& path, int reason) {
  return system_error(fmt::format("cannot write `{}`", printable(path.string())), reason);
}

}  // namespace

Expected<AppendFile> AppendFile::open(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor < 0) return tl::unexpected(write_error(path, errno));
  return AppendFile(path, descriptor);
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      waiting_(std::exchange(other.waiting_, {})) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(waiting_, other.waiting_);
  return *this;
}

AppendFile::~AppendFile() {
  if (descriptor_ < 0) return;
  [[maybe_unused]] const Status lost = flush();
  ::close(descriptor_);
}

Status AppendFile::flush() {
  std::size_t done_bytes = 0;
  Status status = done();
  while (done_bytes < waiting_.size()) {
    const ssize_t count = ::write(descriptor_, waiting_.data() + done_bytes, waiting_.size() - done_bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      status = tl::unexpected(write_error(path_, errno));
      break;
    }
    done_bytes += static_cast<std::size_t>(count);
  }
  waiting_.erase(0, done_bytes);
  return status;
}

Status AppendFile::sync() {
  NEURAL_TRY(flush());
  // A pipe or a file system that cannot is no error: there is nothing more to be done.
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) return tl::unexpected(write_error(path_, errno));
  return done();
}

}  // namespace neural::track
