// Which parameters of a layer limit which of its weights.
#pragma once

#include <optional>
#include <string_view>

#include "neural/model/model.hpp"

namespace neural::model {

struct Limits {
  Parameter regularizer;
  Parameter constraint;
};

/// Those of a tensor ("kernel", "forward/recurrent_kernel") of a layer of this kind; none for statistics.
std::optional<Limits> limits_of(LayerKind kind, std::string_view tensor);

}  // namespace neural::model
