#include "neural/bench/process/host_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

#include "neural/base/files.hpp"
#include "neural/bench/process/interrupts.hpp"

namespace neural::bench::process {
namespace {

constexpr int kRetryMilliseconds = 500;

// Opened for reading, and made only where it is missing: a sticky folder refuses O_CREAT on another user's file.
Expected<Descriptor> open_lock(const std::filesystem::path& path) {
  for (;;) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.open()) return file;
    if (errno != ENOENT) break;
    Descriptor made(::open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (made.open()) {
      ::fchmod(made.value(), 0644);
      return made;
    }
    if (errno != EEXIST) break;
  }
  return tl::unexpected(system_error(fmt::format("cannot open the lock `{}`", path.string()), errno));
}

}  // namespace

Expected<HostLock> HostLock::acquire(const std::filesystem::path& folder,
                                     const std::function<void(const std::string&)>& waiting) {
  const std::filesystem::path path = folder / "neural-bench.lock";
  Descriptor file = NEURAL_TRY(open_lock(path));
  const Interrupts interrupts;
  bool told = false;
  while (::flock(file.value(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) {
      return tl::unexpected(system_error(fmt::format("cannot take the lock `{}`", path.string()), errno));
    }
    if (!told) waiting("another benchmark is measuring on this machine; waiting until it has ended");
    told = true;
    pollfd interrupt{Interrupts::descriptor(), POLLIN, 0};
    ::poll(&interrupt, 1, kRetryMilliseconds);
    if (!Interrupts::check()) {
      return fail(ErrorCode::kInterrupted, "interrupted while waiting for the other benchmark; nothing was begun");
    }
  }
  return HostLock(std::move(file));
}

}  // namespace neural::bench::process
