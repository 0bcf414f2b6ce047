// What ends a worker when the harness itself is killed.
#pragma once

#include <sys/types.h>

#include "neural/base/expected.hpp"
#include "neural/bench/process/descriptor.hpp"

namespace neural::bench::process {

/// A sleeping shell that kills a process group as soon as the harness is gone without having said goodbye: by SIGKILL,
/// by an abort, by anything. Start it, then the process, then call `watch`.
class Guard {
 public:
  static Expected<Guard> start();
  Guard(Guard&&) = default;
  Guard& operator=(Guard&&) = delete;
  /// Says goodbye: the guard ends and kills nothing.
  ~Guard();

  void watch(pid_t group);

 private:
  Guard(Descriptor line, pid_t pid) : line_(std::move(line)), pid_(pid) {}
  Descriptor line_;
  pid_t pid_;
};

}  // namespace neural::bench::process
