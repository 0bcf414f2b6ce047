#include "neural/engine/run/sharing.hpp"

#include <algorithm>

#include "neural/base/check.hpp"

namespace neural::engine {
namespace {

class Shares {
 public:
  Shares(const Graph& graph, const Operation& operation, std::int64_t batch)
      : graph_(graph), operation_(operation), batch_(batch) {}

  Sharing run() {
    return std::visit([&](const auto& action) { return of(action); }, operation_.action);
  }

 private:
  const Shape& in(std::size_t i) const { return graph_.shape(operation_.inputs[i]); }
  const Shape& out(std::size_t i = 0) const { return graph_.shape(operation_.outputs[i]); }

  /// Parts of the first axis: as many as the batch has, else each element is one.
  std::int64_t parts(const Shape& shape) const {
    if (shape.empty() || shape.front() == 0) return 1;
    return batch_ > 1 && shape.front() % batch_ == 0 ? batch_ : shape.front();
  }
  bool divides(const Shape& shape, std::int64_t units) const {
    return !shape.empty() && shape.front() > 0 && shape.front() % units == 0;
  }

  /// Results by their first axis; these inputs likewise, all others whole.
  Sharing by_rows(const std::vector<std::size_t>& aligned) const {
    Sharing sharing;
    sharing.units = parts(out());
    sharing.is_aligned.assign(operation_.inputs.size(), false);
    for (const std::size_t i : aligned) sharing.is_aligned[i] = divides(in(i), sharing.units);
    return sharing;
  }
  /// All at once, by one thread.
  Sharing whole() const {
    Sharing sharing;
    sharing.is_aligned.assign(operation_.inputs.size(), false);
    return sharing;
  }

  /// Inputs from `first` on that have the rows of the result.
  std::vector<std::size_t> with_rows(std::size_t first) const {
    std::vector<std::size_t> aligned;
    for (std::size_t i = first; i < operation_.inputs.size(); ++i) {
      if (in(i).size() == out().size() && !in(i).empty() && in(i).front() == out().front()) aligned.push_back(i);
    }
    return aligned;
  }
  Sharing of(const Elementwise&) const { return by_rows(with_rows(0)); }
  Sharing of(const MatmulThen& action) const {
    std::vector<std::size_t> aligned = with_rows(2);
    if (!action.product.transpose_a) aligned.push_back(0);
    return by_rows(aligned);
  }
  Sharing of(const Random&) const { return by_rows({}); }
  Sharing of(const Constant&) const { return whole(); }
  Sharing of(const Matmul& action) const {
    if (in(0).size() > 2) {
      if (in(1).size() > 2) return by_rows({0, 1});
      return by_rows({0});
    }
    return action.transpose_a ? by_rows({}) : by_rows({0});
  }
  Sharing of(const Convolution&) const { return by_rows({0}); }
  Sharing of(const ConvolutionInput&) const { return by_rows({0}); }
  Sharing of(const ConvolutionKernel& action) const { return action.by_sample ? by_rows({0, 1}) : by_filters(); }
  /// Which are the last axis.
  Sharing by_filters() const {
    Sharing sharing = whole();
    sharing.units = std::max<std::int64_t>(out().back(), 1);
    sharing.writes_aligned = false;
    return sharing;
  }
  Sharing of(const ConvolutionMaxPool&) const { return by_rows({0}); }
  Sharing of(const MaximaConvolutionInput&) const { return by_rows({0, 1}); }
  Sharing of(const MaximaConvolutionKernel&) const { return by_filters(); }
  Sharing of(const MaxPool&) const { return by_rows({0}); }
  Sharing of(const MaxPoolInput&) const { return by_rows({0, 1}); }
  Sharing of(const AveragePool&) const { return by_rows({0}); }
  Sharing of(const AveragePoolInput&) const { return by_rows({0}); }
  Sharing of(const Reduce& action) const {
    if (action.axes.front() != 0) return by_rows({0});
    // Sums over the batch: each column by itself.
    Sharing sharing = whole();
    sharing.units = std::max<std::int64_t>(element_count(out()), 1);
    sharing.writes_aligned = false;
    return sharing;
  }
  Sharing of(const Softmax&) const { return rows_of_many(); }
  Sharing of(const LogSoftmax&) const { return rows_of_many(); }
  Sharing of(const CrossEntropy&) const { return by_rows({0, 1}); }
  Sharing of(const CrossEntropyInput&) const { return by_rows({0, 1, 2}); }
  Sharing rows_of_many() const { return out().size() > 1 ? by_rows({0}) : whole(); }
  /// The same memory: nothing to do, and as aligned as its sizes are.
  Sharing of(const Reshape&) const { return by_rows({0}); }
  Sharing of(const Transpose& action) const { return action.axes.front() == 0 ? by_rows({0}) : by_rows({}); }
  Sharing of(const Slice& action) const {
    const bool is_whole = action.begin.front() == 0 && action.step.front() == 1 && in(0).front() == out().front();
    return is_whole ? by_rows({0}) : by_rows({});
  }
  Sharing of(const Pad& action) const {
    const bool keeps_first = action.begin.front() == 0 && action.step.front() == 1 && in(0).front() == out().front();
    return keeps_first ? by_rows({0}) : whole();
  }
  Sharing of(const Concatenate& action) const {
    if (action.axis == 0) return whole();
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < operation_.inputs.size(); ++i) all.push_back(i);
    return by_rows(all);
  }
  Sharing of(const Reverse& action) const { return action.axis == 0 ? by_rows({}) : by_rows({0}); }
  Sharing of(const Gather&) const { return by_rows({1}); }
  /// By rows of the table.
  Sharing of(const ScatterAdd&) const { return by_rows({}); }
  Sharing of(const ArgMax&) const { return out().empty() ? whole() : by_rows({0}); }
  Sharing of(const ToReal&) const { return by_rows({0}); }
  /// All threads run it together.
  Sharing of(const Scan&) const {
    Sharing sharing = whole();
    sharing.writes_aligned = false;
    return sharing;
  }

  const Graph& graph_;
  const Operation& operation_;
  std::int64_t batch_;
};

}  // namespace

Sharing sharing_of(const Graph& graph, const Operation& operation, std::int64_t batch) {
  Sharing sharing = Shares(graph, operation, batch).run();
  NEURAL_CHECK(sharing.is_aligned.size() == operation.inputs.size());
  return sharing;
}

}  // namespace neural::engine
