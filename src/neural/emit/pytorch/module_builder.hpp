// Grows the modules and the forward pass of a LegalProgram, and knows how the tensors in flight lie in memory.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "neural/emit/pytorch/legal_program.hpp"
#include "neural/emit/text/custom_layers.hpp"
#include "neural/emit/text/identifiers.hpp"
#include "neural/emit/text/options.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::pytorch {

/// The steps of a tensor that count, as Keras marks them: bool [n, axes].
struct Mask {
  std::string variable;  ///< of `forward`
  std::size_t rank = 1;  ///< axes of one sample that it covers

  friend bool operator==(const Mask&, const Mask&) = default;
};

/// A tensor in flight.
struct Flow {
  std::string variable;                           ///< that holds it in `forward`
  std::size_t rank = 0;                           ///< axes of one sample
  bool lies_channels_first = false;               ///< although the network has its channels last
  bool is_integer = false;                        ///< ids
  std::optional<WeightLayout> flattened_as = {};  ///< features in this order; the next Dense stores its weights so
  std::optional<Mask> mask = {};                  ///< none: all steps count
};

/// The tensor with its axes as the network has them.
std::string declared(const Flow& flow);

/// Of a kernel: Keras has (…, a, b), PyTorch (b, a, …).
std::vector<std::int64_t> kernel_axes(std::size_t rank);

/// The layers of a network are lowered one by one. Each acts on a current tensor, which `begin` sets, and leaves its
/// result as the current one.
class ModuleBuilder {
 public:
  /// The options and imports outlive it.
  ModuleBuilder(LegalProgram& program, const Options& options, const CustomImports& imports,
                syntax::DiagnosticList& diagnostics);

  LegalProgram& program() { return program_; }
  const Options& options() const { return options_; }
  const CustomImports& imports() const { return imports_; }
  syntax::DiagnosticList& diagnostics() { return diagnostics_; }

  /// A name for a function of the program.
  std::string function_name(std::string_view name) { return functions_.variable(name, "apply"); }

  // ---- variables of forward ----

  /// An argument of `forward`.
  std::string input(const std::string& name);

  /// A variable is free to be assigned once nobody is going to read what it holds.
  void add_reads(const std::string& variable, int count) { reads_[variable] += count; }
  void take_read(const std::string& variable) { --reads_[variable]; }

  /// The variable for a result: that of the source if it is free, else a new one named after the layer.
  std::string target_for(const model::Layer& layer, const Flow& source);

  /// The variable for what becomes of several: `x` if it is free, else the first of theirs that is, else a new one.
  std::string target_for(const model::Layer& layer, const std::vector<Flow>& sources);

  /// A variable of its own, and a statement that sets it.
  std::string fresh_variable(std::string_view name) { return variables_.variable(name, "x"); }
  void assign(const std::string& variable, Expression value) {
    program_.forward.push_back({variable, std::move(value), {}});
  }

  void begin(Flow flow, std::string target);
  const Flow& flow() const { return flow_; }
  const std::string& x() const { return flow_.variable; }
  const std::string& target() const { return target_; }  ///< the variable that the current tensor goes on in

  /// `target = value`; the target becomes the current tensor. The rank is that of before.
  void apply(Expression value, std::string comment = {});
  void set_rank(std::size_t rank) { flow_.rank = rank; }
  void set_integer(bool is_integer) { flow_.is_integer = is_integer; }

  // ---- masks of steps ----

  /// The program marks steps somewhere: its helpers have to know of masks.
  void expect_masks(bool expects) { expects_masks_ = expects; }
  bool expects_masks() const { return expects_masks_; }

  void set_mask(std::optional<Mask> mask) { flow_.mask = std::move(mask); }

  /// A statement for a mask over so many axes of a sample.
  Mask assign_mask(Expression value, std::size_t rank);
  const std::vector<std::string>& masks() const { return masks_; }

  // ---- modules ----

  /// A module named after the layer and an ending, so `add(layer, constructor, "_projection")`; the name.
  std::string add(const model::Layer& layer, Expression constructor, std::string_view ending = {});

  /// `x = self.module(x)`
  void call(const std::string& module);

  /// The initialisation of a module's tensors, which have their places; equal ones are merged.
  void initialise(const std::string& module, std::vector<TensorInitialisation> tensors);

  /// Where the tensor of the layer lives: "weight" of the module, its axes in this order, seen first in the shape
  /// `view`.
  void place(const model::Layer& layer, const model::Tensor& tensor, const std::string& module,
             std::string_view parameter, std::vector<std::int64_t> axes = {}, std::vector<std::int64_t> view = {});

  // ---- order of axes ----

  /// The tensor in flight may lie with its channels first although the network has them last; these bring one of two
  /// axes or more into one order or the other. The way forth is a view and costs nothing.
  void to_channels_first();
  void to_declared_order();
  bool lies_channels_first() const { return flow_.lies_channels_first; }

  /// The order that a layer with channels needs, whose data_format says how the network has them.
  void to_channels_first_as_declared(const model::Layer& layer);

  /// The tensor in flight has only its channels left.
  void forget_order() { flow_.lies_channels_first = false; }

  /// The dimension, as the tensor lies, of an axis of one sample's batch (0 is the batch) of an array of `rank` + 1
  /// axes.
  int dimension(std::int64_t axis, std::size_t rank) const;

  /// The next Dense takes a flattened image whose channels came first.
  void expect_channels_first(const model::Shape& image);
  std::optional<WeightLayout> take_layout(const std::string& module);

  void refuse(const model::Layer& layer, const std::string& what, std::string help);
  void deviate(const model::Layer& layer, const std::string& what, const std::string& how, std::string help);

 private:
  void make_orthogonal_as_keras(const std::string& parameter, TensorInitialisation& tensor);

  LegalProgram& program_;
  const Options& options_;
  const CustomImports& imports_;
  syntax::DiagnosticList& diagnostics_;
  Identifiers functions_;  ///< of the program, for single layers
  Identifiers names_;      ///< of modules
  Identifiers variables_;  ///< of forward
  std::unordered_map<std::string, int> reads_;
  std::unordered_map<std::string, std::size_t> initialisations_;  ///< by their text, to the index in the program
  Flow flow_;
  std::string target_;
  bool expects_masks_ = false;
  std::vector<std::string> masks_;  ///< variables
};

/// Where a model stands, for the layers that need to know more than themselves.
struct Surroundings {
  std::int64_t batch_size = 0;       ///< of training; 0 where nothing may deviate, however many values there are
  bool activation_is_taken = false;  ///< the loss has taken over the activation of this layer, the last one
  bool free_order = false;           ///< only the weights of the next Dense see the order of the features
  bool is_typed = false;             ///< the input has the layer's own type
  model::Dimension steps = 1;        ///< of a sample, each of which is one to the layers of a TimeDistributed

  /// Of the layers inside of one.
  Surroundings inside() const { return {.batch_size = batch_size, .steps = steps}; }
};

/// Appends what PyTorch needs for the layer. `activation` is the one to apply behind it: the layer's own, or linear
/// where the loss has taken it over.
void lower_dense(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation);
void lower_convolution(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation);
void lower_transposed_convolution(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation);
void lower_depthwise_convolution(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation);
void lower_separable_convolution(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation);
void lower_pooling(ModuleBuilder& builder, const model::Layer& layer);
void lower_global_pooling(ModuleBuilder& builder, const model::Layer& layer);
void lower_adaptive_pooling(ModuleBuilder& builder, const model::Layer& layer);
void lower_batch_normalization(ModuleBuilder& builder, const model::Layer& layer, std::int64_t batch_size);
void lower_normalization(ModuleBuilder& builder, const model::Layer& layer);
void lower_dropout(ModuleBuilder& builder, const model::Layer& layer);
void lower_reshape(ModuleBuilder& builder, const model::Layer& layer);
void lower_permute(ModuleBuilder& builder, const model::Layer& layer);
void lower_repeat(ModuleBuilder& builder, const model::Layer& layer);
void lower_embedding(ModuleBuilder& builder, const model::Layer& layer);
void lower_activation_layer(ModuleBuilder& builder, const model::Layer& layer);
void lower_lambda(ModuleBuilder& builder, const model::Layer& layer);
void lower_custom(ModuleBuilder& builder, const model::Layer& layer);
void lower_sizes(ModuleBuilder& builder, const model::Layer& layer);  ///< ZeroPadding, Cropping, UpSampling

void lower_residual(ModuleBuilder& builder, const model::Layer& layer, const Surroundings& surroundings);
void lower_time_distributed(ModuleBuilder& builder, const model::Layer& layer, const Surroundings& surroundings);
void lower_squeeze_excitation(ModuleBuilder& builder, const model::Layer& layer);

/// The block of a transformer, applied to its result.
void lower_block_behind(ModuleBuilder& builder, const model::Layer& layer, const Surroundings& surroundings);

/// Attention and TransformerDecoder take one tensor or two; TransformerEncoder one.
void lower_attention(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Flow>& sources);

/// LSTM, GRU and SimpleRNN, alone or in a Bidirectional.
void lower_recurrent(ModuleBuilder& builder, const model::Layer& layer);

/// ConvLSTM2D and ConvGRU2D, alone or in a Bidirectional.
void lower_recurrent_convolution(ModuleBuilder& builder, const model::Layer& layer);

/// Joins what the first way gave, and the current tensor, by the merge_mode of a Bidirectional.
void merge_ways(ModuleBuilder& builder, const std::string& forward, const std::string& mode);

/// Several tensors become one.
void lower_merge(ModuleBuilder& builder, const model::Layer& layer, std::vector<Flow> sources);

/// Their sum, as the result of the layer.
void add_flows(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Flow>& sources);

/// `free_order`: only the weights of the next Dense see the order of the features.
void lower_flatten(ModuleBuilder& builder, const model::Layer& layer, bool free_order);

/// True if between the Flatten at `index` and the next Dense or Output stand elementwise layers only, each the only one
/// to take what the one before gives, and the initial weights of that Dense are equally likely in any order: then their
/// order is a matter of storage.
bool free_flatten_order(const std::vector<model::Layer>& layers, std::size_t input_count, std::size_t index);

/// The layers of a graph, which takes these tensors; what its last layer gives.
Flow lower_graph(ModuleBuilder& builder, const std::vector<model::Layer>& layers, const std::vector<Flow>& inputs,
                 const Surroundings& surroundings);

}  // namespace neural::emit::pytorch
