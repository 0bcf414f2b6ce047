// The keys of train { }.
#include <array>

#include "neural/model/catalogue/catalogue.hpp"

namespace neural::model {
namespace {

using P = Parameter;
using T = ValueType;

constexpr std::array kTraining = {
    optional(P::epochs, T::kPositiveInteger, std::int64_t{10}),
    optional(P::batch_size, T::kPositiveInteger, std::int64_t{32}),
    optional(P::validation_split, T::kFraction, 0.0),
    choice(P::search_method, "random grid bayesian tpe", "random"),
    optional(P::trials, T::kPositiveInteger, std::int64_t{10}),
    optional(P::shuffle, T::kBoolean, true),
    optional(P::seed, T::kNonNegativeInteger, std::monostate{})
        .or_none()
        .meaning("makes first weights, order and dropout repeatable"),
    optional(P::mixed_precision, T::kBoolean, false),
    optional(P::save_path, T::kText, std::monostate{}).or_none(),
    optional(P::dataset, T::kText, std::monostate{}).or_none(),
};

}  // namespace

std::span<const ParameterSpec> training_settings() {
  return kTraining;
}

}  // namespace neural::model
