// What a shape rule sees and says: attributes and input shape in, output shape and parameter tensors out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::model {

/// No parameter tensor may hold more elements (E406).
inline constexpr std::int64_t kMostWeights = std::int64_t{1} << 40;

/// E406: "`Dense` would hold 2,199,023,255,552 weights in its kernel, more than …", and what to do about it.
std::string too_many_weights(std::string_view owner, std::int64_t elements, std::string_view tensor);
std::string fewer_weights(const Attributes& attributes);

/// Why a rule refuses its input, or what it warns of.
struct ShapeFailure {
  syntax::Code code{};
  std::string message;
  std::string help;
};

class ShapeContext {
 public:
  /// `inputs` is not empty; `owner` is what messages call the layer.
  ShapeContext(std::string_view owner, LayerKind kind, const Attributes& attributes, std::span<const Shape> inputs)
      : owner_(owner), kind_(kind), attributes_(attributes), inputs_(inputs) {}

  std::string_view owner() const { return owner_; }
  LayerKind kind() const { return kind_; }
  const Attributes& attributes() const { return attributes_; }
  const Shape& input() const { return inputs_.front(); }
  std::span<const Shape> inputs() const { return inputs_; }

  /// A parameter tensor, in Keras's order of creation; `initializer` is the attribute that fills it.
  void add_tensor(std::string name, std::vector<std::int64_t> shape, Parameter initializer, bool trainable = true);
  void add_tensor(std::string name, std::vector<std::int64_t> shape, InitializerKind initializer);

  /// The kernel added last is a projection: it reads so many leading axes and gives the rest.
  void projects_from(int axes);

  /// Kernel and, with use_bias, a bias as long as the kernel's last axis.
  void add_kernel_and_bias(std::vector<std::int64_t> kernel);

  /// Writes out a parameter that follows from the input.
  void resolve(Parameter parameter, Attribute value) { attributes_.set(parameter, std::move(value)); }
  const Attributes& resolved() const { return attributes_; }

  /// Takes note of the failure and gives what a rule then returns.
  std::nullopt_t fail(syntax::Code code, std::string message, std::string help = {});

  void warn(syntax::Code code, std::string message, std::string help = {}) {
    warnings_.push_back({code, std::move(message), std::move(help)});
  }

  /// The position in the input shape of an axis as Keras numbers it: 0 is the batch, negative from the end. E510.
  std::optional<std::size_t> position_of(std::int64_t axis);
  std::optional<std::size_t> position_of(std::int64_t axis, const Shape& shape);

  /// The positions of several axes, each once. E510.
  std::optional<std::vector<std::size_t>> positions_of(const std::vector<std::int64_t>& axes);

  /// A size the weights need; E505 where it is not known.
  std::optional<std::int64_t> known_size(std::size_t position);
  std::optional<std::int64_t> known_width() { return known_size(input().size() - 1); }

  std::vector<Tensor>& tensors() { return tensors_; }
  const std::vector<ShapeFailure>& warnings() const { return warnings_; }
  const std::optional<ShapeFailure>& failure() const { return failure_; }

 private:
  void add(std::string name, std::vector<std::int64_t> shape, Initializer initializer, bool trainable);

  std::string_view owner_;
  LayerKind kind_;
  Attributes attributes_;
  std::span<const Shape> inputs_;
  std::vector<Tensor> tensors_;
  std::vector<ShapeFailure> warnings_;
  std::optional<ShapeFailure> failure_;
};

/// The number of elements of one sample; empty where a size is not known. Stays at the largest number instead of
/// overflowing.
std::optional<std::int64_t> element_count(const Shape& shape);
std::int64_t element_count(const std::vector<std::int64_t>& shape);

}  // namespace neural::model
