// Which failures concern one cell, and which the whole session.
#pragma once

#include <utility>

#include "neural/base/expected.hpp"

namespace neural::bench::plan {

/// The failure as one of its cell alone, kMeasurement; but a full disk, missing permissions and an interrupt would stop
/// the other cells too, and stay what they are.
inline tl::unexpected<Error> cell_failure(Error error) {
  const bool whole_session = error.code == ErrorCode::kNoSpace || error.code == ErrorCode::kPermission ||
                             error.code == ErrorCode::kInterrupted;
  if (!whole_session) error.code = ErrorCode::kMeasurement;
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace neural::bench::plan
