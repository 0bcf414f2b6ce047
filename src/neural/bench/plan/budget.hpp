// A session that may take only so long.
#pragma once

#include <limits>
#include <optional>
#include <string_view>

#include "neural/base/expected.hpp"

namespace neural::bench::plan {

/// Shares the time out among the cells as they come: each may use as much of what is left as any cell behind it, and
/// what it does not use is theirs. What counts is the time of the measured processes, which is known again when a
/// session is gone on with, so that it decides as it did before. Without a limit everything is within it.
class Budget {
 public:
  Budget() = default;
  Budget(std::optional<double> seconds, int cells) : cells_(cells) {
    if (seconds) total_ = *seconds;
  }

  bool is_limited() const { return total_ < std::numeric_limits<double>::infinity(); }
  double total() const { return total_; }
  double left() const { return total_ - spent_; }

  void begin_cell() {
    if (is_limited()) share_end_ = spent_ + left() / cells_;
    --cells_;
  }
  /// The cell that has begun will begin again, behind the others.
  void put_off() { ++cells_; }
  void spend(double seconds) { spent_ += seconds; }

  /// True if so many seconds more are within this cell's share.
  bool allows(double seconds) const { return spent_ + seconds <= share_end_; }

 private:
  double total_ = std::numeric_limits<double>::infinity();
  double share_end_ = std::numeric_limits<double>::infinity();
  double spent_ = 0;
  int cells_ = 1;
};

/// The error (kMeasurement) of a cell for which too little is left to measure `what`, as "8 pairs".
tl::unexpected<Error> too_little(const Budget& budget, std::string_view what, double needed_seconds);

}  // namespace neural::bench::plan
