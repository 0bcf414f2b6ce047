// Losses and metrics.
#include <array>

#include "neural/model/catalogue/catalogue.hpp"

namespace neural::model {
namespace {

using P = Parameter;
using T = ValueType;
using LossRow = Row<LossKind>;
using MetricRow = Row<MetricChoice>;

/// Without a default, from_logits follows from the last activation.
constexpr std::array kEveryLoss = {
    choice(P::reduction, "mean sum none sum_over_batch_size auto", "mean"),
    optional(P::from_logits, T::kBoolean, std::monostate{}),
};

constexpr auto kSmoothedLoss =
    concatenate(std::array{optional(P::label_smoothing, T::kProbability, 0.0).positional()}, kEveryLoss);

constexpr auto kHuber = concatenate(std::array{optional(P::delta, T::kPositiveNumber, 1.0).positional()}, kEveryLoss);

/// alpha weighs the classes of the binary form only with apply_class_balancing.
constexpr auto kFocalLoss = concatenate(
    std::array{
        optional(P::alpha, T::kProbability, 0.25).positional(),
        optional(P::gamma, T::kNonNegativeNumber, 2.0).positional(),
        optional(P::apply_class_balancing, T::kBoolean, false),
    },
    kEveryLoss);

constexpr std::array kLosses = {
    LossRow{"mean_squared_error", "mse", LossKind::mean_squared_error, kEveryLoss},
    LossRow{"mean_absolute_error", "mae", LossKind::mean_absolute_error, kEveryLoss},
    LossRow{"mean_absolute_percentage_error", "mape", LossKind::mean_absolute_percentage_error, kEveryLoss},
    LossRow{"mean_squared_logarithmic_error", "msle", LossKind::mean_squared_logarithmic_error, kEveryLoss},
    LossRow{"root_mean_squared_error", "rmse", LossKind::root_mean_squared_error, kEveryLoss},
    LossRow{"huber", "huber_loss smooth_l1", LossKind::huber, kHuber},
    LossRow{"log_cosh", "", LossKind::log_cosh, kEveryLoss},
    LossRow{"categorical_crossentropy", "cross_entropy ce", LossKind::categorical_crossentropy, kSmoothedLoss},
    LossRow{"sparse_categorical_crossentropy", "scce", LossKind::sparse_categorical_crossentropy, kEveryLoss},
    LossRow{"binary_crossentropy", "bce", LossKind::binary_crossentropy, kSmoothedLoss},
    LossRow{"binary_focal_crossentropy", "", LossKind::binary_focal_crossentropy, kFocalLoss},
    LossRow{"categorical_focal_crossentropy", "", LossKind::categorical_focal_crossentropy, kFocalLoss},
    LossRow{"hinge", "", LossKind::hinge, kEveryLoss},
    LossRow{"squared_hinge", "", LossKind::squared_hinge, kEveryLoss},
    LossRow{"categorical_hinge", "", LossKind::categorical_hinge, kEveryLoss},
    LossRow{"kl_divergence", "kullback_leibler_divergence kld", LossKind::kl_divergence, kEveryLoss},
    LossRow{"poisson", "", LossKind::poisson, kEveryLoss},
    LossRow{"cosine_similarity", "", LossKind::cosine_similarity, kEveryLoss},
};

constexpr std::array kTopK = {optional(P::k, T::kPositiveInteger, std::int64_t{5}).positional()};

constexpr std::array kMetrics = {
    MetricRow{"accuracy", "acc", MetricChoice{}},
    MetricRow{"binary_accuracy", "", MetricChoice{MetricKind::binary_accuracy}},
    MetricRow{"categorical_accuracy", "", MetricChoice{MetricKind::categorical_accuracy}},
    MetricRow{"sparse_categorical_accuracy", "", MetricChoice{MetricKind::sparse_categorical_accuracy}},
    MetricRow{"top_k_categorical_accuracy", "", MetricChoice{MetricKind::top_k_categorical_accuracy}, kTopK},
    MetricRow{"sparse_top_k_categorical_accuracy", "", MetricChoice{MetricKind::sparse_top_k_categorical_accuracy},
              kTopK},
    MetricRow{"precision", "", MetricChoice{MetricKind::precision}},
    MetricRow{"recall", "", MetricChoice{MetricKind::recall}},
    MetricRow{"f1", "f1_score", MetricChoice{MetricKind::f1}},
    MetricRow{"auc", "", MetricChoice{MetricKind::auc}},
};

}  // namespace

std::span<const LossRow> loss_rows() {
  return kLosses;
}
std::span<const MetricRow> metric_rows() {
  return kMetrics;
}

const NameIndex<LossRow>& loss_names() {
  static const NameIndex<LossRow> index(loss_rows());
  return index;
}

const NameIndex<MetricRow>& metric_names() {
  static const NameIndex<MetricRow> index(metric_rows());
  return index;
}

}  // namespace neural::model
