// Metrics of an epoch, from counts that batches add to: no means of means.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "neural/engine/graph/graph.hpp"
#include "neural/model/model.hpp"

namespace neural::engine {

/// One metric over the rows it has been given.
class Metric {
 public:
  virtual ~Metric() = default;
  virtual void reset() = 0;
  /// Rows of outputs [rows, …, c], before the activation that the loss has taken over and behind it, and of targets:
  /// class numbers [rows, …] (int32) or reals like the outputs.
  virtual void add(std::int64_t rows, const float* outputs, const float* predictions, const void* targets) = 0;
  virtual double value() const = 0;
  /// Else `predictions` may be null.
  virtual bool reads_predictions() const { return true; }
};

struct NamedMetric {
  std::string name;  ///< "accuracy", "precision"
  std::unique_ptr<Metric> metric;
};

/// What the network asks for besides the loss, but for losses as metrics. The accuracy that fits the targets comes
/// first, as "accuracy", whether or not it asks for it. `output` is the shape of one sample's.
std::vector<NamedMetric> metrics_of(const model::Model& model, const Shape& output);

}  // namespace neural::engine
