// No two measured processes of a machine run at once.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "neural/base/expected.hpp"
#include "neural/bench/process/descriptor.hpp"

namespace neural::bench::process {

/// Where the lock lies unless a test says otherwise: the same for every user and every TMPDIR.
inline constexpr const char* kHostLockFolder = "/tmp";

/// Held by whoever measures on this machine; the system takes it back from a process that dies.
class HostLock {
 public:
  /// Waits until the lock is free. `waiting` is called once, with a sentence for the user, if it is not free at once.
  /// The errors are kInterrupted (see Interrupts) and those of a folder in which no lock can be made.
  static Expected<HostLock> acquire(const std::filesystem::path& folder,
                                    const std::function<void(const std::string&)>& waiting);

 private:
  explicit HostLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace neural::bench::process
