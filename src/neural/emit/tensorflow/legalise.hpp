// Model -> what Keras is asked for, every argument chosen. What comes after only prints it.
//
// Which arguments are written: all that decide what a layer computes, whether or not they equal a default of Keras.
// Left out are those that do nothing: None, False, a dilation or a number of groups of 1, a linear activation,
// `use_bias`, `center` and `scale` beside the initialiser of the very tensor, `trainable=True`, float32 and
// channels_last.
//
// Where weights are: the layer N of the Model is the layer keras_name(N) of Keras, and its variables come in the order
// of Layer::tensors(). Layers that take several have the parts of the tensors' paths for suffixes: `layer_0/kernel` of
// a stack is in N_layer_0, `attention/query/kernel` of a transformer in N_attention (in a stack N_layer_0_attention),
// `squeeze/kernel` in N_squeeze, `shortcut/kernel` in N_shortcut; of a separable convolution with groups the depthwise
// kernel is in N_depthwise; both directions of a stack are in N_forward_layer_0 and N_backward_layer_0. A layer that
// Keras wraps for every step has its weights in the wrapper. What is where is recorded as layers are lowered
// (Step::weights), and legalise checks that no tensor is left over.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "neural/emit/tensorflow/helpers.hpp"
#include "neural/emit/text/expression.hpp"
#include "neural/emit/text/options.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::tensorflow {

/// The variables of a model's only input, of what flows from step to step, and of the result.
inline constexpr std::string_view kFirstTensor = "inputs";
inline constexpr std::string_view kTensor = "x";
inline constexpr std::string_view kLastTensor = "outputs";

/// The weights of a layer of Keras, as `layer.weights` has them.
struct LayerWeights {
  std::string layer;               ///< its name in Keras
  std::vector<std::string> names;  ///< of each in a weight file: "dense/kernel"
};

/// One line of create_model.
struct Step {
  enum class Kind {
    kLayer,     ///< a layer is made and then applied: `x = layers.Flatten(…)(x)`
    kFunction,  ///< an expression that already has its tensor: `x = ops.pad(x, …)`
  };
  Kind kind = Kind::kLayer;
  Expression expression;
  std::vector<Argument> from;  ///< what a layer is applied to: `x`, `[a, x]`, `x, memory`
  std::string to;              ///< the variable of the result
  std::vector<LayerWeights> weights = {};
};

/// An input: `image = keras.Input(…)`.
struct InputTensor {
  std::string variable;
  std::string name;  ///< as Keras has it
  std::string key;   ///< as written, by which data is found where there are several
  bool is_integer = false;
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
  std::vector<std::string> metric_names;              ///< one for each of them
  std::optional<model::Activation> fused_activation;  ///< of the last layer, which the loss undoes
};

struct KerasModel {
  std::string name;
  std::vector<InputTensor> inputs;
  Device device;
  std::vector<Step> steps;
  std::vector<std::string> imports;    ///< lines for the classes of custom layers, last of all imports
  std::vector<std::string> functions;  ///< of the texts of Lambda layers, in their final layout
  std::vector<std::pair<std::string, std::string>> custom_layers;  ///< names in Keras, and in a weight file
  std::vector<LayerWeights> weights;                               ///< of all steps: every tensor of the Model once
  std::vector<std::string> frozen;  ///< layers with layers inside, which learn that they are not trained when built
  std::set<Module> modules = {Module::kLayers, Module::kOptimizers};  ///< of keras
  std::set<Helper> helpers;
  std::string_view onednn_for;  ///< what TensorFlow's own kernels lack or get wrong
  bool has_penalties = false;   ///< regularizers add to the loss
  bool is_mixed = false;        ///< layers but the last compute in float16, and the loss is scaled
  Compilation compilation;
  std::string_view save_statement;  ///< for SAVE_PATH; empty if the model has none
};

/// Empty, with E701 for each thing TensorFlow cannot express, or a model ready to be printed. Linear in the layers.
/// The options have a class for each custom layer.
std::optional<KerasModel> legalise(const model::Model& model, const Options& options,
                                   syntax::DiagnosticList& diagnostics);

}  // namespace neural::emit::tensorflow
