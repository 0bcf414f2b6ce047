// What a worker tells and measures of itself: docs/worker.md.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "neural/base/clock.hpp"
#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"

namespace neural::bench::process {

/// Events, a JSON object a line, to a descriptor.
class EventWriter {
 public:
  explicit EventWriter(int descriptor) : descriptor_(descriptor) {}
  Status emit(std::string_view name, const Json& keys) const;

 private:
  int descriptor_;
};

/// Peak memory of each phase: the kernel's high-water mark of this process, reset where the phase begins. A phase that
/// is gone through several times keeps its first beginning and its highest peak.
class PhaseMemory {
 public:
  /// `body` gives a Status.
  template <class Body>
  Status during(const char* phase, const Body& body) {
    phase_ = phase;
    NEURAL_TRY(begin());
    NEURAL_TRY(body());
    return end();
  }
  const std::string& phase() const { return phase_; }  ///< this one, or the last
  const std::vector<Json>& records() const { return records_; }

 private:
  Status begin();
  Status end();

  std::string phase_;
  std::vector<Json> records_;  ///< in the order of their beginnings
};

double seconds_since(std::int64_t begin_ns);

}  // namespace neural::bench::process
