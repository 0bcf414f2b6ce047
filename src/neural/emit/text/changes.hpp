// What level -O2 may change: it makes programs faster on some machines and slower on others, and moves results by
// rounding only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace neural::emit {

/// By the names that `--changes` takes.
struct Changes {
  bool fused_optimizer = false;  ///< PyTorch: the step over all weights as one kernel
  bool channels_last = false;    ///< PyTorch: kernels of convolutions lie in memory as images do in the file
  bool xla = false;              ///< TensorFlow: the training step is compiled by XLA
  int threads = 0;               ///< of one operation; 0: what the framework takes by itself

  bool empty() const { return !fused_optimizer && !channels_last && !xla && threads == 0; }
};

inline constexpr int kMostThreads = 1024;

/// Adds the change that `text` names: "fused_optimizer", "threads=2". False if it names none.
bool add_change(Changes& changes, std::string_view text);

/// "fused_optimizer", "threads=2": what add_change takes.
std::vector<std::string> names_of(const Changes& changes);

}  // namespace neural::emit
