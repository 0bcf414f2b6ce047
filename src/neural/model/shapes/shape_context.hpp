// What a shape rule sees and says: attributes and input shape in, output shape and parameter tensors out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::model {

/// No parameter tensor may hold more elements (E406).
inline constexpr std::int64_t kMostWeights = std::int64_t{1} << 40;

/// Why a rule refuses its input.
struct ShapeFailure {
  syntax::Code code{};
  std::string message;
  std::string help;
};

class ShapeContext {
 public:
  ShapeContext(std::string_view owner, const Attributes& attributes, const Shape& input)
      : owner_(owner), attributes_(attributes), input_(input) {}

  std::string_view owner() const { return owner_; }
  const Attributes& attributes() const { return attributes_; }
  const Shape& input() const { return input_; }
  bool is_channels_first() const;

  /// A parameter tensor, in Keras's order of creation; `initializer` is the attribute that fills it.
  void add_tensor(std::string name, std::vector<std::int64_t> shape, Parameter initializer, bool trainable = true);

  /// Kernel and, with use_bias, a bias as long as the kernel's last axis.
  void add_kernel_and_bias(std::vector<std::int64_t> kernel);

  /// Takes note of the failure and gives what a rule then returns.
  std::nullopt_t fail(syntax::Code code, std::string message, std::string help = {});

  /// The position in the input shape of an axis as Keras numbers it: 0 is the batch, negative from the end. E510.
  std::optional<std::size_t> position_of(std::int64_t axis);

  std::vector<Tensor>& tensors() { return tensors_; }
  const std::optional<ShapeFailure>& failure() const { return failure_; }

 private:
  std::string_view owner_;
  const Attributes& attributes_;
  const Shape& input_;
  std::vector<Tensor> tensors_;
  std::optional<ShapeFailure> failure_;
};

/// The number of elements of one sample; empty where a size is not known. Stays at the largest number instead of
/// overflowing.
std::optional<std::int64_t> element_count(const Shape& shape);
std::int64_t element_count(const std::vector<std::int64_t>& shape);

}  // namespace neural::model
