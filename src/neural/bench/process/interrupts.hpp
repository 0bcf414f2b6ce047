// Ctrl-C and its like, as something that can be waited for.
#pragma once

#include "neural/base/expected.hpp"

namespace neural::bench::process {

/// While one lives, SIGINT, SIGTERM and SIGHUP do not end the program: they are remembered. They may be nested; the
/// last to go puts the former handlers back and forgets. A signal the program ignored before stays ignored (nohup).
/// For one thread of the program.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// Done, or the error kInterrupted if one of the signals has come.
  static Status check();

  /// Becomes readable with the first signal, and stays so.
  static int descriptor();
};

}  // namespace neural::bench::process
