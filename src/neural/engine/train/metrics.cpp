#include "neural/engine/train/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "neural/base/check.hpp"

namespace neural::engine {
namespace {

using model::MetricKind;
using model::Parameter;

/// How positions and classes lie in a row.
struct Layout {
  std::int64_t positions = 1;  ///< of a row: steps of a sequence
  std::int64_t width = 1;      ///< classes, or values
  bool has_classes = false;    ///< targets are class numbers

  std::int64_t target_class(const void* targets, std::int64_t position) const {
    if (has_classes) return static_cast<const std::int32_t*>(targets)[position];
    const float* row = static_cast<const float*>(targets) + position * width;
    return std::max_element(row, row + width) - row;
  }
};

/// The share of what is right.
class Share : public Metric {
 public:
  explicit Share(Layout layout) : layout_(layout) {}
  void reset() override { right_ = all_ = 0; }
  double value() const override { return all_ > 0 ? static_cast<double>(right_) / static_cast<double>(all_) : 0; }

 protected:
  void count(bool is_right) {
    right_ += is_right ? 1 : 0;
    ++all_;
  }
  const Layout& layout() const { return layout_; }

 private:
  Layout layout_;
  std::int64_t right_ = 0;
  std::int64_t all_ = 0;
};

class CategoricalAccuracy : public Share {
 public:
  using Share::Share;
  bool reads_predictions() const override { return false; }
  void add(std::int64_t rows, const float* outputs, const float*, const void* targets) override {
    const std::int64_t width = layout().width;
    for (std::int64_t position = 0; position < rows * layout().positions; ++position) {
      const float* row = outputs + position * width;
      count(std::max_element(row, row + width) - row == layout().target_class(targets, position));
    }
  }
};

/// Above one half is yes.
class BinaryAccuracy : public Share {
 public:
  using Share::Share;
  void add(std::int64_t rows, const float*, const float* predictions, const void* targets) override {
    const auto* wanted = static_cast<const float*>(targets);
    for (std::int64_t i = 0; i < rows * layout().positions * layout().width; ++i) {
      count((predictions[i] > 0.5F ? 1.0F : 0.0F) == wanted[i]);
    }
  }
};

/// Fewer than k classes score higher than the right one.
class TopAccuracy : public Share {
 public:
  TopAccuracy(Layout layout, std::int64_t k) : Share(layout), k_(k) {}
  bool reads_predictions() const override { return false; }
  void add(std::int64_t rows, const float* outputs, const float*, const void* targets) override {
    const std::int64_t width = layout().width;
    for (std::int64_t position = 0; position < rows * layout().positions; ++position) {
      const float* row = outputs + position * width;
      const float right = row[layout().target_class(targets, position)];
      count(std::count_if(row, row + width, [&](float score) { return score > right; }) < k_);
    }
  }

 private:
  std::int64_t k_;
};

/// Counts of predictions above one half and of labels that are not 0.
class Counts : public Metric {
 public:
  Counts(Layout layout, MetricKind kind) : layout_(layout), kind_(kind) {}
  void reset() override { right_ = predicted_ = positive_ = 0; }
  void add(std::int64_t rows, const float*, const float* predictions, const void* targets) override {
    for (std::int64_t position = 0; position < rows * layout_.positions; ++position) {
      for (std::int64_t i = 0; i < layout_.width; ++i) {
        const std::int64_t at = position * layout_.width + i;
        const double label = layout_.has_classes ? (layout_.target_class(targets, position) == i ? 1 : 0)
                                                 : static_cast<double>(static_cast<const float*>(targets)[at]);
        const bool is_predicted = predictions[at] > 0.5F;
        // F1 weighs labels that are no 0 or 1, as Keras does.
        const double weight = kind_ == MetricKind::f1 ? label : label != 0 ? 1 : 0;
        right_ += is_predicted ? weight : 0;
        predicted_ += is_predicted ? 1 : 0;
        positive_ += weight;
      }
    }
  }
  double value() const override {
    constexpr double kSmall = 1e-7;
    if (kind_ == MetricKind::precision) return right_ / std::max(predicted_, 1.0);
    if (kind_ == MetricKind::recall) return right_ / std::max(positive_, 1.0);
    const double precision = right_ / (predicted_ + kSmall);
    const double recall = right_ / (positive_ + kSmall);
    return 2 * precision * recall / (precision + recall + kSmall);
  }

 private:
  Layout layout_;
  MetricKind kind_;
  double right_ = 0;
  double predicted_ = 0;
  double positive_ = 0;
};

/// The area under the curve of right over wrong positive predictions, by 200 thresholds, as Keras computes it.
class AreaUnderCurve : public Metric {
 public:
  explicit AreaUnderCurve(Layout layout) : layout_(layout) {}
  void reset() override {
    right_.fill(0);
    wrong_.fill(0);
  }
  void add(std::int64_t rows, const float*, const float* predictions, const void* targets) override {
    for (std::int64_t position = 0; position < rows * layout_.positions; ++position) {
      for (std::int64_t i = 0; i < layout_.width; ++i) {
        const std::int64_t at = position * layout_.width + i;
        const bool is_positive = layout_.has_classes ? layout_.target_class(targets, position) == i
                                                     : static_cast<const float*>(targets)[at] != 0;
        const double scaled = std::ceil(std::clamp(static_cast<double>(predictions[at]), 0.0, 1.0) * (kThresholds - 1));
        const auto passed = static_cast<std::size_t>(std::max(scaled - 1, 0.0));
        ++(is_positive ? right_ : wrong_)[passed];
      }
    }
  }
  double value() const override {
    double area = 0;
    double right = 0;
    double wrong = 0;
    double right_total = 0;
    double wrong_total = 0;
    for (std::size_t i = 0; i < kThresholds; ++i) {
      right_total += static_cast<double>(right_[i]);
      wrong_total += static_cast<double>(wrong_[i]);
    }
    right_total = std::max(right_total, 1.0);
    wrong_total = std::max(wrong_total, 1.0);
    for (std::size_t i = kThresholds; i-- > 0;) {
      const double next_right = right + static_cast<double>(right_[i]);
      const double next_wrong = wrong + static_cast<double>(wrong_[i]);
      if (i + 1 < kThresholds) area += (next_wrong - wrong) / wrong_total * (next_right + right) / (2 * right_total);
      right = next_right;
      wrong = next_wrong;
    }
    return area;
  }

 private:
  static constexpr std::size_t kThresholds = 200;
  Layout layout_;
  std::array<std::int64_t, kThresholds> right_{};
  std::array<std::int64_t, kThresholds> wrong_{};
};

std::unique_ptr<Metric> metric_of(MetricKind kind, const model::Attributes& parameters, Layout layout) {
  switch (kind) {
    case MetricKind::categorical_accuracy:
    case MetricKind::sparse_categorical_accuracy:
      return std::make_unique<CategoricalAccuracy>(layout);
    case MetricKind::binary_accuracy:
      return std::make_unique<BinaryAccuracy>(layout);
    case MetricKind::top_k_categorical_accuracy:
    case MetricKind::sparse_top_k_categorical_accuracy:
      return std::make_unique<TopAccuracy>(layout, parameters.integer(Parameter::k));
    case MetricKind::precision:
    case MetricKind::recall:
    case MetricKind::f1:
      return std::make_unique<Counts>(layout, kind);
    case MetricKind::auc:
      return std::make_unique<AreaUnderCurve>(layout);
  }
  NEURAL_CHECK(false, "a metric outside the table");
  return nullptr;
}

std::optional<MetricKind> accuracy_of(model::TargetKind targets) {
  switch (targets) {
    case model::TargetKind::kClasses:
      return MetricKind::sparse_categorical_accuracy;
    case model::TargetKind::kOneHot:
      return MetricKind::categorical_accuracy;
    case model::TargetKind::kBinary:
      return MetricKind::binary_accuracy;
    case model::TargetKind::kValues:
      return std::nullopt;
  }
  return std::nullopt;
}

bool is_accuracy(MetricKind kind) {
  return kind == MetricKind::binary_accuracy || kind == MetricKind::categorical_accuracy ||
         kind == MetricKind::sparse_categorical_accuracy;
}

}  // namespace

std::vector<NamedMetric> metrics_of(const model::Model& model, const Shape& output) {
  Layout layout;
  layout.width = output.back();
  layout.positions = element_count({output.begin(), output.end() - 1});
  layout.has_classes = model.targets == model::TargetKind::kClasses;
  std::vector<NamedMetric> metrics;
  const auto add = [&](const std::string& name, MetricKind kind, const model::Attributes& parameters) {
    const auto is_taken = [&](const std::string& text) {
      return std::any_of(metrics.begin(), metrics.end(), [&](const NamedMetric& each) { return each.name == text; });
    };
    std::string unique = name;
    for (int i = 1; is_taken(unique); ++i) unique = fmt::format("{}_{}", name, i);
    metrics.push_back({unique, metric_of(kind, parameters, layout)});
  };
  const auto accuracy = accuracy_of(model.targets);
  if (accuracy) add("accuracy", *accuracy, {});
  for (const model::Metric& metric : model.metrics) {
    const auto* kind = std::get_if<MetricKind>(&metric.kind);
    if (kind == nullptr || accuracy == *kind) continue;
    add(is_accuracy(*kind) && metrics.empty() ? "accuracy" : std::string(metric.name()), *kind, metric.parameters);
  }
  return metrics;
}

}  // namespace neural::engine
