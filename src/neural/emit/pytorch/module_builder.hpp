// Grows the modules and the forward pass of a LegalProgram, and knows how the tensor in flight lies in memory.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "neural/emit/pytorch/legal_program.hpp"
#include "neural/emit/text/identifiers.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::pytorch {

class ModuleBuilder {
 public:
  ModuleBuilder(LegalProgram& program, syntax::DiagnosticList& diagnostics);

  LegalProgram& program() { return program_; }

  /// A module named after the layer; the name.
  std::string add(const model::Layer& layer, Expression constructor);

  /// `x = value`.
  void apply(Expression value, std::string comment = {});

  /// The initialisation of a module's tensors; equal ones are merged.
  void initialise(const std::string& module, std::vector<TensorInitialisation> tensors);

  /// The tensor in flight may lie with its channels first although the network has them last; these bring an image
  /// (height, width, channels) into one order or the other. The way forth is a view and costs nothing.
  void to_channels_first();
  void to_declared_order();
  bool lies_channels_first() const { return lies_channels_first_; }

  /// The tensor in flight has only its channels left.
  void forget_order() { lies_channels_first_ = false; }

  /// The dimension, as the tensor lies, of an axis of one sample's batch (0 is the batch) of an array of `rank` + 1
  /// axes.
  int dimension(std::int64_t axis, std::size_t rank) const;

  /// The next Dense takes a flattened image whose channels came first.
  void expect_channels_first(const model::Shape& image);
  void take_layout(const std::string& module);

  void refuse(const model::Layer& layer, const std::string& what, std::string help);

 private:
  LegalProgram& program_;
  syntax::DiagnosticList& diagnostics_;
  Identifiers names_;
  std::unordered_map<std::string, std::size_t> initialisations_;  ///< by their text, to the index in the program
  std::optional<WeightLayout> expected_layout_;
  bool lies_channels_first_ = false;
};

/// Appends what PyTorch needs for the layer. `activation` is the one to apply behind a Dense, Output, Conv2D,
/// Activation or Softmax: the layer's own, or linear where the loss has taken it over.
void lower_dense(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation);
void lower_convolution(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation);
void lower_pooling(ModuleBuilder& builder, const model::Layer& layer);
void lower_global_pooling(ModuleBuilder& builder, const model::Layer& layer);
void lower_batch_normalization(ModuleBuilder& builder, const model::Layer& layer, std::int64_t batch_size);
void lower_dropout(ModuleBuilder& builder, const model::Layer& layer);
void lower_reshape(ModuleBuilder& builder, const model::Layer& layer);

/// `free_order`: only the weights of the next Dense see the order of the features (free_flatten_order).
void lower_flatten(ModuleBuilder& builder, const model::Layer& layer, bool free_order);

/// True if between the Flatten at `index` and the next Dense or Output stand elementwise layers only, and the initial
/// weights of that one are equally likely in any order: then their order is a matter of storage.
bool free_flatten_order(const model::Model& model, std::size_t index);

}  // namespace neural::emit::pytorch
