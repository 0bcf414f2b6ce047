// A network in PyTorch's own terms: everything decided, so that printing it needs no decisions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "neural/emit/pytorch/weight_place.hpp"
#include "neural/emit/text/expression.hpp"

namespace neural::emit::pytorch {

/// `self.name = constructor`, then further lines as they stand.
struct Module {
  std::string name;
  Expression constructor;
  std::vector<std::string> then;
};

/// `function(layer.tensor, arguments)`. By its type the tensor `may_be_none`; it never is.
struct TensorInitialisation {
  std::string tensor;                                          ///< "weight"
  std::string function;                                        ///< "nn.init.uniform_"
  std::vector<std::pair<std::string, std::string>> arguments;  ///< {"a", "-0.05"}, {"b", "0.05"}
  bool may_be_none = false;
  std::string comment;  ///< where the numbers come from, or empty

  friend bool operator==(const TensorInitialisation&, const TensorInitialisation&) = default;
};

/// The same initialisation of several modules.
struct Initialisation {
  std::vector<std::string> modules;
  std::vector<TensorInitialisation> tensors;
};

/// `target = value`, or the `return value` at the end of `forward`.
struct Statement {
  std::string target;
  Expression value;
  std::string comment;
};

/// A weight whose input features are in another order than in Keras, where they come from a flattened (height, width,
/// channels): here channels come first.
struct WeightLayout {
  std::string module;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t channels = 0;
};

struct LegalProgram {
  std::string class_name;
  std::vector<std::string> imports;    ///< lines for the classes of custom layers, last of all imports
  std::vector<std::string> helpers;    ///< whole classes the program brings along, in their final layout
  std::vector<std::string> functions;  ///< of the texts of Lambda layers, likewise
  std::vector<Module> modules;
  std::vector<Initialisation> initialisations;
  std::vector<std::string> frozen;                         ///< modules whose parameters are not trained
  std::vector<std::pair<std::string, std::string>> typed;  ///< modules of another type than float32, and that type
  std::vector<std::string> always_evaluating;              ///< modules that stay in evaluation mode
  std::vector<std::string> inputs;                         ///< what `forward` takes
  std::vector<Statement> forward;                          ///< never empty; the last one gives the result
  bool gives_mask = false;                                 ///< behind the result, of the steps that count in the loss
  std::vector<std::string> penalties;                      ///< terms that regularizers of weights add to the loss
  bool has_activity = false;             ///< `forward` adds up penalties of activations in `self.activity`
  std::vector<std::string> constraints;  ///< lines that bring weights back to where they may be
  std::vector<WeightLayout> layouts;
  std::vector<WeightPlace> weights;
  std::vector<std::pair<std::string, std::string>> custom_layers;  ///< names in the weight file, and their modules

  std::string outputs = "outputs";            ///< what `forward` gives: "logits" or "outputs"; a variable's name too
  std::string predictions;                    ///< expression of `outputs`: what leaves the program
  std::string loss_description;               ///< "Mean cross-entropy"
  std::vector<std::string> loss_preparation;  ///< lines before the return of compute_loss
  Expression loss;
  std::vector<std::pair<std::string, std::string>> metrics;  ///< key and expression of outputs and targets
  std::vector<std::string> metric_functions;                 ///< that the expressions call

  std::string optimizer_name;  ///< "Adam"
  Expression optimizer;
  std::string schedule;                  ///< the function learning_rate(step), or empty
  std::vector<std::string> before_step;  ///< lines between `backward` and `step`; they may use `self.steps`
  std::string decay;                     ///< share of every weight that a step takes off first, or empty
  std::string ema_momentum;              ///< of a moving average of the weights, which they become at the end, or empty
  bool is_mixed = false;                 ///< computes in half precision where PyTorch finds that good
  std::string device;                    ///< value of DEVICE, or empty for the processor
  std::int64_t gpus = 0;                 ///< how many PyTorch has to find, where the network wants one of them
  std::string_view save;                 ///< the statement that writes SAVE_PATH, which its ending decides
  std::vector<std::string> notes;        ///< for the docstring
  std::vector<std::string> deviations;   ///< from Keras's numbers, for the docstring: "`Adam`: epsilon is …"
};

}  // namespace neural::emit::pytorch
