#include "neural/base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "neural/base/text.hpp"

namespace neural {
namespace {

/// Closes a file descriptor when it goes out of scope.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close_now(); }

  int value() const { return value_; }
  int close_now() {
    const int result = value_ >= 0 ? ::close(value_) : 0;
    value_ = -1;
    return result;
  }

 private:
  int value_;
};

std::string quoted(const std::filesystem::path& path) {
  return fmt::format("`{}`", path.string());
}

/// Of errno.
Error read_error(const std::string& name) {
  Error error = system_error("cannot read " + name, errno);
  if (error.code == ErrorCode::kPermission) error.help = "change its permissions, or name a file you may read";
  return error;
}

/// "did you mean `model.neural`?"; empty where its folder has nothing of a name much like it.
std::string help_for_missing(const std::filesystem::path& path) {
  constexpr std::size_t kMostEntries = 4096;
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator() && names.size() < kMostEntries;
       entry.increment(error))
    names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  const std::vector<std::string> close =
      nearest(path.filename().string(), std::vector<std::string_view>(names.begin(), names.end()), 1);
  if (close.empty()) return {};
  return fmt::format("did you mean `{}`?", printable((path.parent_path() / close.front()).string()));
}

/// At most `size` bytes; fewer where it ends before.
Expected<std::string> read_up_to(std::size_t size, int descriptor, const std::string& name) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (text.size() < size) {
    const ssize_t count = ::read(descriptor, buffer.data(), std::min(buffer.size(), size - text.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::unexpected(read_error(name));
    if (count == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

Status write_all(int descriptor, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::unexpected(system_error("cannot write " + name, errno));
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return done();
}

using Produce = std::function<Status(const Sink&)>;

Status produce_into(int descriptor, const Produce& produce, const std::string& name) {
  return produce([&](std::string_view text) { return write_all(descriptor, text, name); });
}

Status write_through(const std::filesystem::path& path, const Produce& produce) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.value() < 0) return tl::unexpected(system_error("cannot write " + quoted(path), errno));
  return produce_into(file.value(), produce, quoted(path));
}

/// Owner and permissions of the file that is replaced. A file system may know neither.
void take_over(int descriptor, const struct stat& replaced) {
  // Another owner first: it clears what only the new owner may set. Only root may give files away.
  [[maybe_unused]] const int ignored = ::fchown(descriptor, replaced.st_uid, replaced.st_gid);
  ::fchmod(descriptor, replaced.st_mode & 07777);
}

/// `replaced` is null where the file is new.
Status write_new(const std::filesystem::path& path, const Produce& produce, const std::filesystem::path& temporary,
                 const struct stat* replaced) {
  const mode_t mode = replaced == nullptr ? 0666 : 0600;
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (file.value() < 0) return tl::unexpected(system_error("cannot write " + quoted(path), errno));
  if (replaced != nullptr) take_over(file.value(), *replaced);
  NEURAL_TRY(produce_into(file.value(), produce, quoted(path)));
  if (::fsync(file.value()) != 0 || file.close_now() != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
    return tl::unexpected(system_error("cannot write " + quoted(path), errno));
  }
  return done();
}

}  // namespace

Error system_error(std::string_view context, int errno_value) {
  ErrorCode code = ErrorCode::kIo;
  std::string help;
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
      code = ErrorCode::kNotFound;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = ErrorCode::kPermission;
      help = "choose a place you may write to, or change its permissions";
      break;
    case ENOSPC:
    case EDQUOT:
      code = ErrorCode::kNoSpace;
      help = "free some space on that disk, or choose another place";
      break;
    default:
      break;
  }
  std::string reason = std::strerror(errno_value);
  if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z') reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
  return {code, fmt::format("{}: {}", context, reason), std::move(help)};
}

Expected<std::string> read_beginning(const std::filesystem::path& path, std::size_t size) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value() < 0) {
    Error error = read_error(quoted(path));
    if (error.code == ErrorCode::kNotFound && error.help.empty()) error.help = help_for_missing(path);
    return tl::unexpected(std::move(error));
  }
  return read_up_to(size, file.value(), quoted(path));
}

Expected<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  std::string text = NEURAL_TRY(read_beginning(path, limit + 1));
  if (text.size() <= limit) return text;
  return fail(ErrorCode::kUsage, fmt::format("{} is longer than {} bytes", quoted(path), limit));
}

Expected<std::string> read_standard_input(std::size_t size) {
  return read_up_to(size, STDIN_FILENO, "standard input");
}

Status write_file(const std::filesystem::path& path, std::string_view text) {
  return write_file(path, [text](const Sink& sink) { return sink(text); });
}

Status write_file(const std::filesystem::path& path, const Produce& produce) {
  struct stat info{};
  const bool exists = ::stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) {
    return fail(ErrorCode::kUsage, "cannot write " + quoted(path) + ": it is a folder",
                "name a file, or move that folder away");
  }
  if (exists && !S_ISREG(info.st_mode)) return write_through(path, produce);
  if (exists && ::access(path.c_str(), W_OK) != 0) {
    return tl::unexpected(system_error("cannot write " + quoted(path), errno));
  }

  std::filesystem::path target = path;
  std::error_code ignored;
  if (std::filesystem::is_symlink(path, ignored)) target = std::filesystem::weakly_canonical(path, ignored);
  const std::filesystem::path temporary = target.string() + fmt::format(".{}.tmp", ::getpid());
  Status status = write_new(target, produce, temporary, exists ? &info : nullptr);
  if (!status) ::unlink(temporary.c_str());
  return status;
}

Status make_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return done();
  Error failure = system_error("cannot make the folder " + quoted(path), error.value());
  if (failure.help.empty()) failure.help = "choose another folder";
  return tl::unexpected(std::move(failure));
}

std::filesystem::path user_cache_folder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return std::filesystem::path(cache) / "neural";
  }
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : "/tmp") / ".cache" / "neural";
}

}  // namespace neural
