// Model -> what Keras is asked for, every argument chosen. What comes after only prints it.
//
// Which arguments are written: all that decide what a layer computes, whether or not they equal a default of Keras.
// Left out are those that do nothing: None, False, a dilation or a number of groups of 1, a linear activation,
// `use_bias`, `center` and `scale` beside the initialiser of the very tensor, `trainable=True`, float32 and
// channels_last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/emit/text/expression.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::tensorflow {

/// The names of a model's first tensor and of what its steps make of it, except that the last result is `outputs`.
inline constexpr std::string_view kFirstTensor = "inputs";
inline constexpr std::string_view kTensor = "x";

/// One line of create_model.
struct Step {
  enum class Kind {
    kLayer,     ///< a layer is made and then applied: `x = layers.Flatten(…)(x)`
    kFunction,  ///< a function of keras.ops, which already has its tensor: `x = ops.pad(x, …)`
  };
  Kind kind = Kind::kLayer;
  Expression expression;
  bool initializes = false;  ///< some argument is an initialiser
};

/// The devices TensorFlow may use.
struct Device {
  enum class Kind { kAny, kProcessor, kGpu };
  Kind kind = Kind::kAny;
  std::int64_t index = 0;  ///< of the GPU
};

/// What compile() gets.
struct Compilation {
  Expression optimizer;
  Expression loss;
  std::vector<Argument> metrics;                      ///< elements of a list
  std::optional<model::Activation> fused_activation;  ///< of the last layer, which the loss undoes
};

struct KerasModel {
  std::string name;
  std::string input_name;
  Device device;
  std::vector<Step> steps;
  Compilation compilation;
  std::string_view save_statement;  ///< for SAVE_PATH; empty if the model has none
};

/// Empty, with E701 for each thing TensorFlow cannot express, or a model ready to be printed. Linear in the layers.
std::optional<KerasModel> legalise(const model::Model& model, syntax::DiagnosticList& diagnostics);

}  // namespace neural::emit::tensorflow
