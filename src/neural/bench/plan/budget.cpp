#include "neural/bench/plan/budget.hpp"

#include <fmt/format.h>

namespace neural::bench::plan {

tl::unexpected<Error> too_little(const Budget& budget, std::string_view what, double needed_seconds) {
  if (budget.left() <= 0) {
    return fail(ErrorCode::kMeasurement,
                fmt::format("the budget of {:.0f} s was used up before {} could be measured", budget.total(), what));
  }
  return fail(ErrorCode::kMeasurement, fmt::format("the budget of {:.0f} s has {:.0f} s left, {} take about {:.0f} s",
                                                   budget.total(), budget.left(), what, needed_seconds));
}

}  // namespace neural::bench::plan
