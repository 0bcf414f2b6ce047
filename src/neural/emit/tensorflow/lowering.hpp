// One layer on its way to Keras: what layers.cpp and spatial_layers.cpp share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "neural/emit/tensorflow/layers.hpp"

namespace neural::emit::tensorflow {

/// Lowers one layer: collects its steps, and the reasons why it has none.
class Lowering {
 public:
  Lowering(const model::Layer& layer, KerasNames& names, std::vector<Step>& steps, syntax::DiagnosticList& diagnostics)
      : layer_(layer), attributes_(layer.attributes), names_(names), steps_(steps), diagnostics_(diagnostics) {}

  void dense();
  void convolution();
  void max_pooling();
  void average_pooling();
  void global_average_pooling();
  void flatten();
  void reshape();
  void dropout();
  void batch_normalization();
  void activation();
  void relu();
  void softmax();

 private:
  void refuse(std::string what, std::string help);
  model::Activation activation_of(model::Parameter parameter) const;

  /// Adds a step; what every layer has (`trainable`, `dtype`, `name`) comes last. A suffix marks a helper of the layer.
  void add_layer(std::string callee, std::vector<Argument> arguments, std::string_view suffix = {});

  /// Adds a step whose function takes the tensor first.
  void add_function(std::string callee, std::vector<Argument> arguments);
  void add_activation(model::Activation activation, std::string_view suffix);
  void add_pooling(std::string callee, const char* padding);

  void append_tensors(std::vector<Argument>& arguments) const;
  void append_data_format(std::vector<Argument>& arguments) const;

  const model::Layer& layer_;
  const model::Attributes& attributes_;
  KerasNames& names_;
  std::vector<Step>& steps_;
  syntax::DiagnosticList& diagnostics_;
};

/// `"relu"`
Expression activation_text(model::Activation activation);

}  // namespace neural::emit::tensorflow
