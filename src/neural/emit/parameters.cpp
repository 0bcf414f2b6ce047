#include "neural/emit/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/pytorch.hpp"

namespace neural::emit {
namespace {

using Sizes = std::vector<std::int64_t>;

std::int64_t product(const Sizes& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

/// Numbers in some shape.
struct Seen {
  Sizes shape;
  std::vector<std::int64_t> values;

  /// Axis i of the result is axis axes[i].
  void permute(const Sizes& axes) {
    if (axes.empty()) return;
    Sizes strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
    Sizes sizes;
    Sizes steps;
    for (const std::int64_t axis : axes) {
      sizes.push_back(shape[static_cast<std::size_t>(axis)]);
      steps.push_back(strides[static_cast<std::size_t>(axis)]);
    }
    std::vector<std::int64_t> moved(values.size());
    for (std::size_t at = 0; at < moved.size(); ++at) {
      std::int64_t rest = static_cast<std::int64_t>(at);
      std::int64_t from = 0;
      for (std::size_t i = sizes.size(); i-- > 0;) {
        from += rest % sizes[i] * steps[i];
        rest /= sizes[i];
      }
      moved[at] = values[static_cast<std::size_t>(from)];
    }
    shape = std::move(sizes);
    values = std::move(moved);
  }

  /// Parts along the first axis; then the first two axes are one, as gates of a recurrent layer lie.
  void reorder(const Sizes& order) {
    if (order.empty()) return;
    const auto part = static_cast<std::ptrdiff_t>(values.size() / order.size());
    std::vector<std::int64_t> moved;
    for (const std::int64_t each : order) {
      const auto begin = values.begin() + static_cast<std::ptrdiff_t>(each) * part;
      moved.insert(moved.end(), begin, begin + part);
    }
    values = std::move(moved);
    if (shape.size() > 1) {
      shape[1] *= shape[0];
      shape.erase(shape.begin());
    }
  }
};

ProgramTensor tensor_of(const pytorch::WeightPlace& place, bool is_trainable) {
  Seen seen;
  seen.shape = place.shape;
  std::int64_t first = 0;
  if (place.row) {
    seen.shape.erase(seen.shape.begin());
    first = *place.row * product(seen.shape);
  }
  seen.values.resize(static_cast<std::size_t>(product(seen.shape)));
  std::iota(seen.values.begin(), seen.values.end(), first);
  if (!place.view.empty()) seen.shape = place.view;
  NEURAL_CHECK(product(seen.shape) == static_cast<std::int64_t>(seen.values.size()));
  seen.permute(place.axes);
  seen.reorder(place.order);
  // Features that were seen as (channels, height, width) are one axis of the parameter.
  const std::size_t rank = place.shape.size() - (place.row ? 1 : 0);
  while (seen.shape.size() > rank) {
    const std::int64_t last = seen.shape.back();
    seen.shape.pop_back();
    seen.shape.back() *= last;
  }
  return {place.parameter, place.name, std::move(seen.shape), std::move(seen.values), is_trainable};
}

}  // namespace

Expected<std::vector<ProgramTensor>> program_tensors(const model::Model& model, std::string_view backend) {
  std::vector<ProgramTensor> tensors;
  std::map<std::string, bool, std::less<>> trainable;
  for (const weights::NamedTensor& each : weights::tensors_of(model)) {
    const bool is_trained = each.tensor->trainable;
    trainable[each.name] = is_trained;
    if (backend != "tensorflow") continue;
    std::vector<std::int64_t> places(static_cast<std::size_t>(each.tensor->size()));
    std::iota(places.begin(), places.end(), 0);
    tensors.push_back({each.name, each.name, each.tensor->shape, std::move(places), is_trained});
  }
  if (backend == "tensorflow") return tensors;
  if (backend != "pytorch") {
    return fail(ErrorCode::kUsage, fmt::format("it is not known how programs of `{}` hold their weights", backend));
  }
  syntax::DiagnosticList diagnostics;
  const auto places = weight_places_of_pytorch(model, diagnostics);
  if (!places) return fail(ErrorCode::kUsage, "PyTorch cannot express this network");
  for (const pytorch::WeightPlace& place : *places) {
    const auto found = trainable.find(place.name);
    tensors.push_back(tensor_of(place, found != trainable.end() && found->second));
  }
  return tensors;
}

std::vector<float> to_program(const ProgramTensor& tensor, const std::vector<float>& values) {
  std::vector<float> result;
  result.reserve(tensor.places.size());
  for (const std::int64_t place : tensor.places) result.push_back(values[static_cast<std::size_t>(place)]);
  return result;
}

void to_network(const ProgramTensor& tensor, const std::vector<float>& values, std::vector<float>& result) {
  NEURAL_CHECK(values.size() == tensor.places.size());
  for (std::size_t i = 0; i < values.size(); ++i) result[static_cast<std::size_t>(tensor.places[i])] = values[i];
}

}  // namespace neural::emit
