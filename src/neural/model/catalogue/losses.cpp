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

constexpr std::array kLosses = {
    LossRow{"mean_squared_error", "mse", LossKind::mean_squared_error, kEveryLoss},
    LossRow{"mean_absolute_error", "mae"},
    LossRow{"mean_absolute_percentage_error", "mape"},
    LossRow{"mean_squared_logarithmic_error", "msle"},
    LossRow{"root_mean_squared_error", "rmse"},
    LossRow{"huber", "huber_loss smooth_l1"},
    LossRow{"log_cosh"},
    LossRow{"categorical_crossentropy", "cross_entropy ce", LossKind::categorical_crossentropy, kSmoothedLoss},
    LossRow{"sparse_categorical_crossentropy", "scce", LossKind::sparse_categorical_crossentropy, kEveryLoss},
    LossRow{"binary_crossentropy", "bce", LossKind::binary_crossentropy, kSmoothedLoss},
    LossRow{"binary_focal_crossentropy"},
    LossRow{"categorical_focal_crossentropy"},
    LossRow{"hinge"},
    LossRow{"squared_hinge"},
    LossRow{"categorical_hinge"},
    LossRow{"kl_divergence", "kullback_leibler_divergence kld"},
    LossRow{"poisson"},
    LossRow{"cosine_similarity"},
};

constexpr std::array kMetrics = {
    MetricRow{"accuracy", "acc", MetricChoice{}},
    MetricRow{"binary_accuracy", "", MetricChoice{MetricKind::binary_accuracy}},
    MetricRow{"categorical_accuracy", "", MetricChoice{MetricKind::categorical_accuracy}},
    MetricRow{"sparse_categorical_accuracy", "", MetricChoice{MetricKind::sparse_categorical_accuracy}},
    MetricRow{"top_k_categorical_accuracy"},
    MetricRow{"sparse_top_k_categorical_accuracy"},
    MetricRow{"precision"},
    MetricRow{"recall"},
    MetricRow{"f1", "f1_score"},
    MetricRow{"auc"},
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
