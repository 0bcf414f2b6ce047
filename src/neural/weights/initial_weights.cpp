#include "neural/weights/initial_weights.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "neural/base/check.hpp"
#include "neural/model/fans.hpp"
#include "neural/weights/philox.hpp"

namespace neural::weights {
namespace {

using model::InitializerKind;
using model::Parameter;

void fill_uniform(std::vector<float>& values, RandomStream& stream, double low, double high) {
  for (float& value : values) value = static_cast<float>(low + (high - low) * stream.uniform());
}

/// Of a variance.
void fill_scaled_uniform(std::vector<float>& values, RandomStream& stream, double variance) {
  const double bound = std::sqrt(3 * variance);
  fill_uniform(values, stream, -bound, bound);
}

/// Redrawn where it is farther than two deviations from the mean.
void fill_cut_normal(std::vector<float>& values, RandomStream& stream, double mean, double deviation) {
  for (float& value : values) {
    double normal = stream.normal();
    while (std::abs(normal) > 2) normal = stream.normal();
    value = static_cast<float>(mean + deviation * normal);
  }
}

void fill_scaled_normal(std::vector<float>& values, RandomStream& stream, double variance) {
  fill_cut_normal(values, stream, 0, std::sqrt(variance) / model::kCutDeviation);
}

/// With sums side by side, which need not wait for each other.
double product(const std::vector<double>& a, const std::vector<double>& b) {
  constexpr std::size_t kSums = 8;
  std::array<double, kSums> sums = {};
  const std::size_t whole = a.size() - a.size() % kSums;
  for (std::size_t i = 0; i < whole; i += kSums) {
    for (std::size_t k = 0; k < kSums; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (std::size_t i = whole; i < a.size(); ++i) sums[0] += a[i] * b[i];
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

/// Takes from the vector what it has of a direction.
void make_orthogonal(std::vector<double>& vector, const std::vector<double>& direction) {
  const double share = product(vector, direction);
  for (std::size_t k = 0; k < vector.size(); ++k) vector[k] -= share * direction[k];
}

/// `count` random orthonormal vectors of `length` ≥ count elements: normal ones, made orthogonal one after the other,
/// twice each, which is as good as a QR decomposition (Giraud, Langou and Rozložník 2005). Some vectors at a time meet
/// each that is ready, for large ones come from memory, and slowly.
std::vector<std::vector<double>> orthonormal(std::size_t count, std::size_t length, RandomStream& stream) {
  constexpr std::size_t kTogether = 16;
  std::vector<std::vector<double>> vectors(count, std::vector<double>(length));
  for (std::size_t begin = 0; begin < count; begin += kTogether) {
    const std::size_t end = std::min(begin + kTogether, count);
    for (std::size_t i = begin; i < end; ++i) {
      for (double& value : vectors[i]) value = stream.normal();
    }
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t j = 0; j < begin; ++j) {
        for (std::size_t i = begin; i < end; ++i) make_orthogonal(vectors[i], vectors[j]);
      }
    }
    for (std::size_t i = begin; i < end; ++i) {
      for (int pass = 0; pass < 2; ++pass) {
        for (std::size_t j = begin; j < i; ++j) make_orthogonal(vectors[i], vectors[j]);
      }
      const double norm = std::sqrt(product(vectors[i], vectors[i]));
      for (double& value : vectors[i]) value /= norm;
    }
  }
  return vectors;
}

/// The tensor as a matrix whose columns are its last axis.
void fill_orthogonal(std::vector<float>& values, RandomStream& stream, std::size_t columns, double gain) {
  const std::size_t rows = values.size() / columns;
  const bool is_tall = rows >= columns;
  const auto vectors = orthonormal(std::min(rows, columns), std::max(rows, columns), stream);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const double value = is_tall ? vectors[column][row] : vectors[row][column];
      values[row * columns + column] = static_cast<float>(gain * value);
    }
  }
}

void fill(Array& array, const model::Tensor& tensor, RandomStream& stream) {
  const model::Attributes& parameters = tensor.initializer.parameters;
  std::vector<float>& values = array.values;
  const auto number = [&](Parameter parameter) { return parameters.number(parameter); };
  const model::FanCounts fans = model::fans_of(tensor);
  switch (tensor.initializer.kind) {
    case InitializerKind::zeros:
      return;
    case InitializerKind::ones:
      return std::fill(values.begin(), values.end(), 1.0F);
    case InitializerKind::constant:
      return std::fill(values.begin(), values.end(), static_cast<float>(number(Parameter::value)));
    case InitializerKind::random_uniform:
      return fill_uniform(values, stream, number(Parameter::minval), number(Parameter::maxval));
    case InitializerKind::random_normal:
      for (float& value : values) {
        value = static_cast<float>(number(Parameter::mean) + number(Parameter::stddev) * stream.normal());
      }
      return;
    case InitializerKind::truncated_normal:
      return fill_cut_normal(values, stream, number(Parameter::mean), number(Parameter::stddev));
    case InitializerKind::glorot_uniform:
      return fill_scaled_uniform(values, stream, 2 / (fans.in + fans.out));
    case InitializerKind::he_uniform:
      return fill_scaled_uniform(values, stream, 2 / fans.in);
    case InitializerKind::lecun_uniform:
      return fill_scaled_uniform(values, stream, 1 / fans.in);
    case InitializerKind::glorot_normal:
      return fill_scaled_normal(values, stream, 2 / (fans.in + fans.out));
    case InitializerKind::he_normal:
      return fill_scaled_normal(values, stream, 2 / fans.in);
    case InitializerKind::lecun_normal:
    case InitializerKind::variance_scaling:
      return fill_scaled_normal(values, stream, 1 / fans.in);
    case InitializerKind::orthogonal:
      return fill_orthogonal(values, stream, static_cast<std::size_t>(array.shape.back()), number(Parameter::gain));
    case InitializerKind::identity: {
      const auto columns = static_cast<std::size_t>(array.shape.back());
      for (std::size_t i = 0; i < columns && i * columns + i < values.size(); ++i) values[i * columns + i] = 1;
      return;
    }
  }
  NEURAL_CHECK(false, "unknown initializer");
}

/// The layer whose attributes say how the tensor is used.
const model::Layer& cell_of(const model::Layer& layer) {
  return layer.kind == model::LayerKind::Bidirectional ? *layer.wrapped : layer;
}

/// The bias of an LSTM's forget gate, the second of four, begins with 1. Keras draws those of the first gate by
/// themselves and those of the other two at once, so that their fans are one gate and two.
void open_forget_gate(const NamedTensor& named, Array& array, RandomStream& stream) {
  const model::Layer& cell = cell_of(*named.layer);
  const bool opens = cell.attributes.has(Parameter::unit_forget_bias)
                         ? cell.attributes.boolean(Parameter::unit_forget_bias)
                         : cell.kind == model::LayerKind::ConvLSTM2D;
  if (!opens) return;
  if (!named.tensor->name.ends_with("bias")) return;
  const auto gate = static_cast<std::ptrdiff_t>(array.values.size() / 4);
  for (const auto& [begin, count] : {std::pair(std::ptrdiff_t{0}, gate), std::pair(2 * gate, 2 * gate)}) {
    model::Tensor part = *named.tensor;
    part.shape = {count};
    Array drawn = {part.shape, std::vector<float>(static_cast<std::size_t>(count))};
    fill(drawn, part, stream);
    std::copy(drawn.values.begin(), drawn.values.end(), array.values.begin() + begin);
  }
  std::fill(array.values.begin() + gate, array.values.begin() + 2 * gate, 1.0F);
}

}  // namespace

Weights initial_weights(const model::Model& model, std::uint64_t seed) {
  Weights weights;
  for (const NamedTensor& named : tensors_of(model)) {
    Array array = {named.tensor->shape, std::vector<float>(static_cast<std::size_t>(named.tensor->size()))};
    RandomStream stream(seed, named.name);
    fill(array, *named.tensor, stream);
    open_forget_gate(named, array, stream);
    weights.emplace(named.name, std::move(array));
  }
  return weights;
}

}  // namespace neural::weights
