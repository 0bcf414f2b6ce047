// LSTM, GRU, SimpleRNN and Bidirectional: layers in a row, each over the steps of the one before.
#include <fmt/format.h>

#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/recurrent_helpers.hpp"
#include "neural/emit/pytorch/recurrent_modules.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::LayerKind;
using model::Parameter;

/// How a layer, or each of a stack, goes over the steps.
struct Run {
  RecurrentPart part;
  bool both_ways = false;
  bool backwards = false;  ///< the first direction, or the only one, begins with the last step
  bool sequences = false;  ///< all outputs, not just the last
  std::string merge_mode = "concat";
};

class RecurrentLowering {
 public:
  RecurrentLowering(ModuleBuilder& builder, const Recurrent& recurrent) : builder_(builder), recurrent_(recurrent) {}

  /// Layers whose tensors begin with the path: all at once where a module of torch.nn does that.
  void run_stack(Run run) {
    const bool is_plain = recurrent_.is_in_torch() && !drops_inputs();
    run.part.layers = recurrent_.count();
    if (run.both_ways && is_plain && !is_masked() && !(run.backwards && run.part.layers > 1)) return run_at_once(run);
    if (!run.both_ways && (run.part.layers == 1 || (is_plain && !run.backwards))) return run_one_way(run);
    run.part.layers = 1;
    for (std::int64_t i = 0; i < recurrent_.count(); ++i) {
      Run one = run;
      if (recurrent_.count() > 1) {
        one.part.path += fmt::format("layer_{}/", i);
        one.part.ending += fmt::format("_layer_{}", i);
      }
      one.sequences |= i + 1 < recurrent_.count();
      if (one.both_ways) {
        run_both_ways(one);
      } else {
        run_one_way(one);
      }
    }
  }

  /// A Bidirectional around a stack: one stack goes over the steps, and one over the steps from last to first.
  void run_two_stacks(Run run, const std::string& merge_mode) {
    const auto [input, target] = std::pair(builder_.flow(), builder_.target());
    const std::string forward = builder_.fresh_variable("forward");
    builder_.begin(input, forward);
    run.part = {.path = "forward/", .ending = "_forward"};
    run_stack(run);
    builder_.begin(input, target);
    builder_.apply(builder_.x() + ".flip(1)", "backwards");
    run.part = {.path = "backward/", .ending = "_backward"};
    run_stack(run);
    if (run.sequences) builder_.apply(builder_.x() + ".flip(1)");
    merge_ways(builder_, forward, merge_mode);
  }

  /// What the modules' parameters begin with, behind the last module.
  void finish() { begin_parameters(builder_, beginnings_); }

 private:
  bool is_masked() const { return builder_.flow().mask.has_value(); }
  bool drops_inputs() const { return recurrent_.rate(Parameter::dropout) > 0 && !recurrent_.drops_by_gate(); }

  /// One mask for all steps.
  void drop_inputs() {
    if (dropout_.empty()) {
      require(builder_.program(), shared_dropout());
      const std::string rate = python_number(recurrent_.rate(Parameter::dropout));
      dropout_ = builder_.add(
          recurrent_.outer, Expression::call("SharedDropout", {{"p", rate}, {"shape", "(None, 1, None)"}}), "_dropout");
    }
    builder_.call(dropout_);
  }

  /// The last output of what a module of torch.nn gives, which follows that of all steps.
  std::string last_state() const { return recurrent_.cell.kind == LayerKind::LSTM ? "[1][0]" : "[1]"; }

  /// Both ways in one module of torch.nn.
  void run_at_once(const Run& run) {
    if (run.backwards) builder_.apply(builder_.x() + ".flip(1)", "backwards");
    RecurrentPart part = run.part;
    part.both_ways = true;
    std::string value =
        "self." + add_recurrent_module(builder_, recurrent_, part, beginnings_) + "(" + builder_.x() + ")";
    const bool joins = run.merge_mode == "concat";
    const std::string merge = joins                     ? ""
                              : run.merge_mode == "sum" ? ".sum"
                              : run.merge_mode == "mul" ? ".prod"
                                                        : ".mean";
    if (run.sequences) {
      value += joins ? "[0]" : "[0].unflatten(-1, (2, -1))" + merge + "(dim=-2)";
    } else {
      value += last_state() + (part.layers > 1 ? "[-2:]" : "");
      value += joins ? ".transpose(0, 1).flatten(1)" : merge + "(dim=0)";
    }
    builder_.apply(value);
  }

  void run_one_way(const Run& run) {
    const bool in_torch = recurrent_.is_in_torch();
    if (run.backwards) builder_.apply(builder_.x() + ".flip(1)", "backwards");
    if (drops_inputs()) drop_inputs();
    const std::string module = "self." + add_recurrent_module(builder_, recurrent_, run.part, beginnings_);
    if (!is_masked()) {
      const std::string outputs = in_torch ? "[0]" : "";
      const std::string last = in_torch ? last_state() + "[-1]" : "[:, -1]";
      return builder_.apply(module + "(" + builder_.x() + ")" + (run.sequences ? outputs : last));
    }
    require(builder_.program(), masked_steps());
    const std::string mask = builder_.flow().mask->variable + (run.backwards ? ".flip(1)" : "");
    builder_.apply(Expression::call("valid_first", {builder_.x(), mask}));
    builder_.apply(module + "(" + builder_.x() + ")" + (in_torch ? "[0]" : ""));
    builder_.apply(Expression::call("spread", {builder_.x(), mask}));
    if (!run.sequences) builder_.apply(builder_.x() + "[:, -1]");
  }

  /// With a module for each way. In Keras the second way's dropout is its own, and of steps that do not count both give
  /// zeros.
  void run_both_ways(const Run& run) {
    const auto [input, target] = std::pair(builder_.flow(), builder_.target());
    const std::string forward = builder_.fresh_variable("forward");
    Run one = run;
    builder_.begin(input, forward);
    one.part.path = run.part.path + "forward/";
    one.part.ending = run.part.ending + "_forward";
    run_one_way(one);
    builder_.begin(input, target);
    one.part.path = run.part.path + "backward/";
    one.part.ending = run.part.ending + "_backward";
    one.backwards = !run.backwards;
    run_one_way(one);
    if (run.sequences) builder_.apply(builder_.x() + ".flip(1)");
    merge_ways(builder_, forward, run.merge_mode);
    if (is_masked() && run.sequences) {
      builder_.apply(builder_.x() + " * " + builder_.flow().mask->variable + (run.backwards ? ".flip(1)" : "") +
                     ".unsqueeze(-1)");
    }
  }

  ModuleBuilder& builder_;
  const Recurrent& recurrent_;
  std::string dropout_;  ///< the module, once there is one
  std::vector<ParameterBeginning> beginnings_;
};

}  // namespace

void merge_ways(ModuleBuilder& builder, const std::string& forward, const std::string& mode) {
  const std::string& x = builder.x();
  if (mode == "concat") {
    builder.apply("torch.cat((" + forward + ", " + x + "), dim=-1)");
  } else if (mode == "mul") {
    builder.apply(forward + " * " + x);
  } else if (mode == "sum") {
    builder.apply(forward + " + " + x);
  } else {
    builder.apply("(" + forward + " + " + x + ") / 2");
  }
}

void lower_recurrent(ModuleBuilder& builder, const model::Layer& layer) {
  const bool is_wrapped = layer.kind == LayerKind::Bidirectional;
  if (is_wrapped && layer.wrapped->attributes.has(Parameter::filters)) {
    return lower_recurrent_convolution(builder, layer);
  }
  const Recurrent recurrent = {layer, is_wrapped ? *layer.wrapped : layer};
  const model::Attributes& attributes = recurrent.attributes();
  if (!attributes.at(Parameter::seed).is_none() &&
      attributes.number(Parameter::dropout) + attributes.number(Parameter::recurrent_dropout) > 0) {
    return builder.refuse(layer, fmt::format("a `seed` of its own for `{}`", layer_kind_name(recurrent.cell.kind)),
                          "leave it out, and set `seed` in train { }");
  }
  builder.to_declared_order();
  Run run = {.both_ways = attributes.boolean(Parameter::bidirectional),
             .backwards = attributes.boolean(Parameter::go_backwards),
             .sequences = attributes.boolean(Parameter::return_sequences)};
  RecurrentLowering lowering(builder, recurrent);
  if (is_wrapped && (run.both_ways || recurrent.count() > 1)) {
    if (builder.flow().mask) {
      return builder.refuse(layer, "a `Bidirectional` of several layers over masked steps",
                            "use `bidirectional=true` and `num_layers` of the layer inside");
    }
    lowering.run_two_stacks(std::move(run), layer.attributes.word(Parameter::merge_mode));
  } else {
    if (is_wrapped) run.merge_mode = layer.attributes.word(Parameter::merge_mode);
    run.both_ways |= is_wrapped;
    lowering.run_stack(std::move(run));
  }
  lowering.finish();
}

}  // namespace neural::emit::pytorch
