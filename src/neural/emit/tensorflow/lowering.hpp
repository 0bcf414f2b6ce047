// One layer on its way to Keras: what the files of layers share.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neural/emit/tensorflow/keras_names.hpp"
#include "neural/emit/tensorflow/legalise.hpp"
#include "neural/emit/text/custom_layers.hpp"
#include "neural/emit/text/identifiers.hpp"
#include "neural/emit/text/options.hpp"

namespace neural::emit::tensorflow {

/// A weight of a layer: `ARGUMENT_initializer=`, and by which parameters of the language it is filled and limited.
struct Role {
  std::string argument;
  std::string filled_by;   ///< the parameter FILLED_BY_initializer
  std::string limited_by;  ///< LIMITED_BY_regularizer and LIMITED_BY_constraint

  Role(const char* name) : Role(std::string(name)) {}  // NOLINT(google-explicit-constructor)
  Role(std::string name)                               // NOLINT(google-explicit-constructor)
      : argument(name), filled_by(name), limited_by(std::move(name)) {}
  Role(std::string argument_, std::string filled_by_, std::string limited_by_)
      : argument(std::move(argument_)), filled_by(std::move(filled_by_)), limited_by(std::move(limited_by_)) {}
};

/// What all layers of a model share while it is lowered.
struct Session {
  /// The options and imports outlive it.
  Session(KerasModel& keras_, const Options& options_, const CustomImports& imports_, KerasNames names_,
          syntax::DiagnosticList& diagnostics_);

  /// A new variable of create_model, in lower case.
  std::string variable(std::string name, std::string_view fallback);

  KerasModel& keras;
  const Options& options;
  const CustomImports& imports;
  syntax::DiagnosticList& diagnostics;
  KerasNames names;
  Identifiers variables;
  Identifiers functions;                        ///< of the program, for single layers
  const model::Layer* spread_points = nullptr;  ///< a layer whose gradient is wrong with oneDNN
  const model::Layer* last = nullptr;           ///< of the model: it computes in float32 in any case
  bool marks_steps = false;                     ///< somewhere in the model: masks are there to be lost
  std::set<std::string, std::less<>> masked;    ///< variables of tensors of which some steps do not count
  std::set<std::string, std::less<>> padded;    ///< variables of what ZeroPadding3D gave, and nothing has changed since
  std::vector<Step>* steps;                     ///< where they go: into the model, or to whom wraps them
  std::vector<std::string> shortcuts;           ///< the variables past residual connections, by depth
  std::size_t depth = 0;                        ///< residual connections around the layer
};

/// Lowers the layers of a graph: tensors that only the next layer takes are `x`, the last one is `result`, others have
/// variables of their own. `inputs` are the variables of the graph's inputs, `shapes` what they have; null where that
/// is not known here.
void lower_graph(Session& session, std::span<const model::Layer> layers, std::vector<std::string> inputs,
                 std::vector<const model::Shape*> shapes, std::string_view result);

/// Lowers one layer: collects its steps, and the reasons why it has none.
class Lowering {
 public:
  /// `inputs` are the variables of the layer's inputs; its tensors are at `path` of a weight file, which is the layer's
  /// name where none is given.
  Lowering(Session& session, const model::Layer& layer, std::vector<std::string> inputs, std::string path = {})
      : session_(session),
        layer_(layer),
        attributes_(layer.attributes),
        inputs_(std::move(inputs)),
        tensor_(inputs_.front()),
        path_(path.empty() ? layer.name + "/" : std::move(path)) {}

  /// The shape of the second input, which outlives it; where it is not known here, none.
  void set_memory(const model::Shape* shape) { memory_ = shape; }

  /// The shapes of all inputs, which outlive it; null where one is not known here.
  void set_shapes(std::vector<const model::Shape*> shapes) { shapes_ = std::move(shapes); }

  /// The last step gives the variable `result`.
  void lower(std::string_view result);

 private:
  using Arguments = std::vector<Argument>;

  void dispatch();
  bool lower_basic();
  bool lower_spatial();
  bool lower_sequence();

  // basic_layers.cpp
  void dense();
  void embedding();
  void flatten();
  void reshape();
  void permute();
  void dropout();
  void spatial_dropout();
  void noise(std::string_view callee, model::Parameter parameter);
  void penalty();
  void activation();
  void relu();
  void prelu();

  // custom_layers.cpp
  void lambda();
  void custom();
  void expect_shape();

  // normalization_layers.cpp
  void batch_normalization();
  void layer_normalization();
  void group_normalization();
  void rms_normalization();
  void unit_normalization();

  // convolution_layers.cpp
  void convolution();
  void transposed_convolution();
  void depthwise_convolution();
  void separable_convolution();

  // pooling_layers.cpp
  void max_pooling();
  void average_pooling();
  void global_pooling();
  void adaptive_pooling();
  void even_pooling(const std::vector<std::int64_t>& sizes);
  void up_sampling();
  void zero_padding();
  void cropping();

  // recurrent_layers.cpp
  void recurrent();
  void recurrent_convolution();
  void bidirectional();
  Expression recurrent_cell(bool sequences, bool backwards, const std::string& name);
  Expression recurrent_convolution_cell(bool backwards, const std::string& name);

  // attention_layers.cpp
  void attention();
  void multi_head_attention();
  Arguments copied_inputs();
  void transformer();
  bool refuses_heads_of_one_number();

  // block_layers.cpp
  void merge();
  void put_narrow_inputs_first();
  void squeeze_excitation();
  void residual();
  void time_distributed();

  // ---- shared ----

  std::string dtype_text() const;
  void refuse(const std::string& what, std::string help);
  bool refuses_mask();
  bool gives_mask(const std::vector<bool>& inputs) const;
  bool predicts_its_input() const;
  std::string_view kind_name() const { return layer_kind_name(layer_.kind); }
  std::size_t spatial_rank() const { return layer_.input.size() - 1; }
  model::Activation activation_of(model::Parameter parameter) const { return attributes_.activation(parameter); }
  bool is_trainable() const { return attributes_.boolean(model::Parameter::trainable); }
  std::string keras_name_of(std::string_view suffix = {});

  /// Adds the step `x = callee(arguments)(from)`; what every layer has (`trainable`, `dtype`, `name`) comes last. A
  /// suffix marks a helper of the layer. Without `from` it is the tensor that flows.
  void add_layer(std::string callee, Arguments arguments, std::string_view suffix = {}, Arguments from = {});
  void add_step(Step::Kind kind, Expression expression, Arguments from, std::string to = std::string(kTensor));

  /// The last step's Keras layer, called so, has the tensors at `part`, in their order: "depthwise" is where
  /// `depthwise/kernel` and `depthwise_kernel` are; without a part it has all that no other layer has.
  void place_weights(std::string keras_layer, std::string_view part = {});

  /// Adds a step whose function takes the tensor first.
  void add_function(std::string callee, Arguments arguments);
  void add_activation(model::Activation activation, std::string_view suffix);
  void add_activity_penalty();

  /// `layers.Dense(…, dtype="float64", name="dense")`
  Expression layer_call(std::string callee, Arguments arguments, bool has_weights, std::string name) const;

  /// `kernel_initializer=…`, and after those of all roles their regularizers and constraints, as far as there are any,
  /// and that of the result.
  void append_weights(Arguments& arguments, const std::vector<Role>& roles, bool has_activity = true);
  void append_activation(Arguments& arguments);
  void append_numbers(Arguments& arguments, std::initializer_list<model::Parameter> parameters) const;
  void append_flags(Arguments& arguments, std::initializer_list<model::Parameter> parameters, bool when) const;
  void append_seed(Arguments& arguments) const;
  void append_data_format(Arguments& arguments) const;
  std::vector<Role> kernel_roles(std::string_view kernel = "kernel") const;

  Expression initializer(const model::Initializer& initializer);
  Expression penalty_of(const model::Attribute& attribute);

  // convolution_layers.cpp
  bool has_separate_activation() const;
  void turn_to_channels_last();
  void turn_to_channels_first();
  void pad_input();
  std::string padding_word() const;
  std::string pad_causally();
  std::string pad_volume();
  std::vector<std::int64_t> pick_points(std::int64_t channels);
  void append_kernel_window(Arguments& arguments, const std::string& padding, const std::vector<std::int64_t>& strides);
  void finish_convolution();

  Session& session_;
  const model::Layer& layer_;
  const model::Attributes& attributes_;
  std::vector<std::string> inputs_;
  const model::Shape* memory_ = nullptr;
  std::vector<const model::Shape*> shapes_;
  std::string tensor_;      ///< the variable of what flows now
  std::string path_;        ///< of its tensors: "dense/"
  std::string last_layer_;  ///< of Keras, that was added last
  std::set<std::string_view> placed_;
};

/// `"relu"`
Expression activation_text(model::Activation activation);

/// True if all are `value`.
bool is_all(std::span<const std::int64_t> values, std::int64_t value);

/// The integers of `padding` where it is given by numbers; empty for a word.
std::vector<std::int64_t> padding_numbers(const model::Attributes& attributes);

/// `((1, 2), (0, 0))` of 1, 2, 0, 0; `(1, 2)` of a single axis.
std::string pairs_text(std::span<const std::int64_t> values);

/// Counted from the batch, which is 0, and in order: -1 of an image is 3.
std::vector<std::int64_t> positive_axes(std::vector<std::int64_t> axes, std::size_t rank);

}  // namespace neural::emit::tensorflow
