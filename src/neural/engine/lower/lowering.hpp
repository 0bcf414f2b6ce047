// Layers of the Model -> operations of a Graph, in training and in prediction.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "neural/engine/graph/builder.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::engine {

/// A tensor in flight. Its axes lie as the network has them.
struct Flow {
  ValueId value;
  ValueId mask = {};  ///< reals 1 or 0 [n, steps]: which steps count; none: all

  bool is_masked() const { return static_cast<bool>(mask); }
};

/// What lowering the layers of a network needs to know and gathers on the way.
class Lowering {
 public:
  Lowering(const model::Model& model, Builder& builder, bool trains, syntax::DiagnosticList& diagnostics);

  Builder& builder() { return builder_; }
  bool trains() const { return trains_; }  ///< else it predicts: no dropout, statistics as they are
  const model::Model& model() const { return model_; }

  /// The weight of a layer by its own name ("kernel", "attention/query/kernel").
  ValueId weight(const model::Layer& layer, std::string_view tensor) const;
  bool has_weight(const model::Layer& layer, std::string_view tensor) const;

  /// Numbers of its own for each use; the same in the same order of uses. `seed` is the layer's own.
  ValueId random(const Shape& shape, Random::Kind kind, std::optional<std::int64_t> seed = std::nullopt);

  /// What is added to the loss, of one element.
  void add_penalty(ValueId penalty) { penalties_.push_back(penalty); }
  const std::vector<ValueId>& penalties() const { return penalties_; }

  /// E701, which names what to do.
  void refuse(const model::Layer& layer, const std::string& what, std::string help);

 private:
  const model::Model& model_;
  Builder& builder_;
  bool trains_;
  syntax::DiagnosticList& diagnostics_;
  std::map<std::string, ValueId, std::less<>> weights_;
  std::uint32_t next_stream_ = 0;
  std::vector<ValueId> penalties_;
};

/// The layers of a network or a body in their order; what the last one gives. `leaves_out` its activation, which the
/// loss has taken over.
Flow lower_layers(Lowering& lowering, const std::vector<model::Layer>& layers, std::vector<Flow> inputs,
                  bool leaves_out = false);

// Each gives the layer's result. What cannot be expressed is refused, and the result is of no use.
Flow lower_layer(Lowering& lowering, const model::Layer& layer, Flow input, bool leaves_out = false);
Flow lower_dense(Lowering& lowering, const model::Layer& layer, Flow input, bool leaves_out);
Flow lower_shape(Lowering& lowering, const model::Layer& layer, Flow input);
Flow lower_activation(Lowering& lowering, const model::Layer& layer, Flow input);
Flow lower_lambda(Lowering& lowering, const model::Layer& layer, Flow input);
Flow lower_dropout(Lowering& lowering, const model::Layer& layer, Flow input);
Flow lower_convolution(Lowering& lowering, const model::Layer& layer, Flow input, bool leaves_out);
Flow lower_pooling(Lowering& lowering, const model::Layer& layer, Flow input);
Flow lower_sizes(Lowering& lowering, const model::Layer& layer, Flow input);
Flow lower_normalization(Lowering& lowering, const model::Layer& layer, Flow input);
Flow lower_recurrent(Lowering& lowering, const model::Layer& layer, Flow input);
Flow lower_recurrent_convolution(Lowering& lowering, const model::Layer& layer, Flow input);
Flow lower_attention(Lowering& lowering, const model::Layer& layer, const std::vector<Flow>& inputs, bool leaves_out);
Flow lower_squeeze_excitation(Lowering& lowering, const model::Layer& layer, Flow input);
Flow lower_merge(Lowering& lowering, const model::Layer& layer, std::vector<Flow> inputs);
Flow lower_residual(Lowering& lowering, const model::Layer& layer, Flow input);
Flow lower_time_distributed(Lowering& lowering, const model::Layer& layer, Flow input, bool leaves_out);

/// The activation of each element, or along `axis` if it is a softmax. `alpha` is the slope of leaky_relu (0.2), the
/// factor of elu and celu (1).
ValueId activate(Builder& builder, model::Activation activation, ValueId x, int axis = -1,
                 std::optional<double> alpha = std::nullopt);

/// x · kernel + bias along the last axis.
ValueId linear(Builder& builder, ValueId x, ValueId kernel, std::optional<ValueId> bias);

/// Steps that count in both, or in any; without a mask all do.
ValueId mask_of_any(Builder& builder, const std::vector<Flow>& flows);
/// [n, steps] with axes of 1 behind, so that it goes together with `like`.
ValueId spread_mask(Builder& builder, ValueId mask, ValueId like);
/// `otherwise` where the mask is 0.
ValueId where_counts(Builder& builder, ValueId mask, ValueId x, ValueId otherwise);

/// With the channels last, where the layer takes them first; and back.
ValueId channels_last(Lowering& lowering, const model::Layer& layer, ValueId x);
ValueId as_declared(Lowering& lowering, const model::Layer& layer, ValueId x);

}  // namespace neural::engine
