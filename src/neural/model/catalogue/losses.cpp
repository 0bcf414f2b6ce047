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
    optional(P::from_logits, T::kBoolean, std::monostate{}).or_none(),
};

constexpr auto kSmoothedLoss =
    concatenate(std::array{optional(P::label_smoothing, T::kProbability, 0.0).positional()}, kEveryLoss);

constexpr auto kHuber = concatenate(std::array{optional(P::delta, T::kPositiveNumber, 1.0).positional()}, kEveryLoss);

/// alpha weighs the classes of the binary form only with apply_class_balancing.
constexpr auto kFocalLoss = concatenate(
    std::array{
        optional(P::alpha, T::kProbability, 0.25)
            .positional()
            .meaning("weight of class 1, whose rest is that of class 0; in the categorical form of all"),
        optional(P::gamma, T::kNonNegativeNumber, 2.0).positional(),
        optional(P::apply_class_balancing, T::kBoolean, false),
    },
    kEveryLoss);

constexpr std::array kLosses = {
    LossRow{"mean_squared_error", "mse", LossKind::mean_squared_error, "mean of (p − y)²", kEveryLoss},
    LossRow{"mean_absolute_error", "mae", LossKind::mean_absolute_error, "mean of abs(p − y)", kEveryLoss},
    LossRow{"mean_absolute_percentage_error", "mape", LossKind::mean_absolute_percentage_error,
            "100 · mean of abs(p − y) / max(abs(y), 1e-7)", kEveryLoss},
    LossRow{"mean_squared_logarithmic_error", "msle", LossKind::mean_squared_logarithmic_error,
            "mean of (log(1 + p) − log(1 + y))², with p and y at least 1e-7", kEveryLoss},
    LossRow{"root_mean_squared_error", "rmse", LossKind::root_mean_squared_error,
            "√(mean of (p − y)² over the whole batch)", kEveryLoss},
    LossRow{"huber", "huber_loss smooth_l1", LossKind::huber,
            "mean of e² / 2 where e = abs(p − y) ≤ delta, else of delta · e − delta² / 2", kHuber},
    LossRow{"log_cosh", "", LossKind::log_cosh, "mean of log(cosh(p − y))", kEveryLoss},
    LossRow{"categorical_crossentropy", "cross_entropy ce", LossKind::categorical_crossentropy,
            "−Σ y · log(p), targets one-hot", kSmoothedLoss},
    LossRow{"sparse_categorical_crossentropy", "scce", LossKind::sparse_categorical_crossentropy,
            "−log(p) of the class, targets class numbers", kEveryLoss},
    LossRow{"binary_crossentropy", "bce", LossKind::binary_crossentropy, "mean of −y · log(p) − (1 − y) · log(1 − p)",
            kSmoothedLoss},
    LossRow{"binary_focal_crossentropy", "", LossKind::binary_focal_crossentropy,
            "the binary cross-entropy of each output times (1 − q)^gamma, q the probability of its target", kFocalLoss},
    LossRow{"categorical_focal_crossentropy", "", LossKind::categorical_focal_crossentropy,
            "−Σ alpha · (1 − p)^gamma · y · log(p), targets one-hot", kFocalLoss},
    LossRow{"hinge", "", LossKind::hinge, "mean of max(1 − y · p, 0), targets −1 and 1 or 0 and 1", kEveryLoss},
    LossRow{"squared_hinge", "", LossKind::squared_hinge, "mean of max(1 − y · p, 0)², targets as of `hinge`",
            kEveryLoss},
    LossRow{"categorical_hinge", "", LossKind::categorical_hinge,
            "max(1 + max((1 − y) · p) − Σ y · p, 0), targets one-hot", kEveryLoss},
    LossRow{"kl_divergence", "kullback_leibler_divergence kld", LossKind::kl_divergence,
            "Σ y · log(y / p), with y and p from 1e-7 to 1", kEveryLoss},
    LossRow{"poisson", "", LossKind::poisson, "mean of p − y · log(p + 1e-7)", kEveryLoss},
    LossRow{"cosine_similarity", "", LossKind::cosine_similarity, "−Σ y · p / (norm(y) · norm(p))", kEveryLoss},
};

constexpr std::array kTopK = {optional(P::k, T::kPositiveInteger, std::int64_t{5}).positional()};

constexpr std::array kMetrics = {
    MetricRow{"accuracy", "acc", MetricChoice{}, "the binary, categorical or sparse accuracy, as the loss wants"},
    MetricRow{"binary_accuracy", "", MetricChoice{MetricKind::binary_accuracy},
              "share of outputs on the right side of 0.5"},
    MetricRow{"categorical_accuracy", "", MetricChoice{MetricKind::categorical_accuracy},
              "share of samples whose highest score is that of the target, one-hot"},
    MetricRow{"sparse_categorical_accuracy", "", MetricChoice{MetricKind::sparse_categorical_accuracy},
              "share of samples whose highest score is that of the target, a class number"},
    MetricRow{"top_k_categorical_accuracy", "", MetricChoice{MetricKind::top_k_categorical_accuracy},
              "share of samples whose target, one-hot, is among the k highest scores", kTopK},
    MetricRow{"sparse_top_k_categorical_accuracy", "", MetricChoice{MetricKind::sparse_top_k_categorical_accuracy},
              "share of samples whose target, a class number, is among the k highest scores", kTopK},
    MetricRow{"precision", "", MetricChoice{MetricKind::precision}, "true positives / all predicted positives, at 0.5"},
    MetricRow{"recall", "", MetricChoice{MetricKind::recall}, "true positives / all actual positives, at 0.5"},
    MetricRow{"f1", "f1_score", MetricChoice{MetricKind::f1}, "2 · precision · recall / (precision + recall)"},
    MetricRow{"auc", "", MetricChoice{MetricKind::auc}, "area under the ROC curve, from 200 thresholds"},
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
