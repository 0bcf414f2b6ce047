// Grows an ONNX graph operator by operator.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "neural/emit/onnx/graph.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"
#include "neural/weights/weights.hpp"

namespace neural::emit::onnx {

/// A tensor in flight.
struct Value {
  std::string name;
  std::size_t rank = 0;              ///< axes of one sample
  bool lies_channels_first = false;  ///< although the network has its channels last
  bool is_integer = false;           ///< ids
  std::string mask = {};             ///< of bool [n, steps]: which steps count; empty: all
};

/// One size of a shape: a number, or what an axis of a tensor has.
struct Size {
  std::int64_t number = -1;  ///< −1: what is left over
  std::string of = {};
  std::int64_t axis = 0;

  Size(std::int64_t number_) : number(number_) {}  // NOLINT(google-explicit-constructor)
  Size(std::string of_, std::int64_t axis_) : of(std::move(of_)), axis(axis_) {}
};

using Integers = std::vector<std::int64_t>;

/// The weights have to last as long as the graph, which points at those that it has as they are.
class GraphBuilder {
 public:
  GraphBuilder(const weights::Weights& weights, syntax::DiagnosticList& diagnostics)
      : weights_(weights), diagnostics_(diagnostics) {}

  // ---- operators ----

  /// The layer that operators and constants are named after from now on.
  void set_layer(const model::Layer& layer) { layer_ = layer.name; }

  /// Adds an operator of one result, and gives that.
  std::string add(std::string_view operation, std::vector<std::string> inputs, std::vector<Attribute> attributes = {});

  /// Of several results; those that are not wanted are "".
  std::vector<std::string> add_several(std::string_view operation, std::vector<std::string> inputs,
                                       std::vector<Attribute> attributes, std::size_t count);

  /// Like `add`, with this name for the result.
  void add_as(const std::string& result, std::string_view operation, std::vector<std::string> inputs,
              std::vector<Attribute> attributes = {});

  // ---- constants ----

  std::string integers(Integers numbers);  ///< [k]
  std::string number(double value);        ///< a scalar of float
  std::string array(std::string_view name, weights::Array value) { return constant(name, std::move(value)); }

  /// A weight of the layer, with its axes in this order if they are given, then in this shape if it is given.
  std::string weight(const model::Layer& layer, std::string_view tensor, const Integers& axes = {},
                     Integers shape = {});
  const weights::Array& array_of(const model::Layer& layer, std::string_view tensor) const;

  // ---- shapes ----

  std::string shape(const std::vector<Size>& sizes);  ///< [k] of int64
  std::string reshape(const std::string& value, const std::vector<Size>& sizes);
  std::string transpose(const std::string& value, Integers order) {
    return add("Transpose", {value}, {{"perm", std::move(order)}});
  }
  std::string squeeze(const std::string& value, Integers axes) {
    return add("Squeeze", {value, integers(std::move(axes))});
  }
  std::string unsqueeze(const std::string& value, Integers axes) {
    return add("Unsqueeze", {value, integers(std::move(axes))});
  }
  std::string slice(const std::string& value, Integers starts, Integers ends, Integers axes, Integers steps = {});
  std::string flip(const std::string& value, std::int64_t axis);

  /// "ReduceMean", "ReduceMax", …
  std::string reduce(std::string_view operation, const std::string& value, Integers axes, bool keeps);

  // ---- order of axes ----

  Value channels_first(Value value);
  Value declared(Value value);

  /// As a layer with channels needs it, whose data_format says how the network has them.
  Value channels_first_as_declared(const model::Layer& layer, Value value);

  // ---- graphs within ----

  /// From here to `end_graph` operators go into a graph of their own, which sees what is outside.
  void begin_graph() { graphs_.emplace_back(); }
  std::shared_ptr<const Graph> end_graph(std::string name, std::vector<ValueInfo> inputs,
                                         std::vector<ValueInfo> outputs);
  std::string fresh(std::string_view name);

  Graph take();

  /// E701, which names what to do.
  void refuse(const model::Layer& layer, const std::string& what, std::string help);

  /// W702: it is computed all the same; `how` says what is different.
  void deviate(const model::Layer& layer, const std::string& what, const std::string& how, std::string help);

  /// E705.
  void refuse_unknown(const model::Layer& layer, std::string message, std::string help);

 private:
  std::string constant(std::string_view name, decltype(Constant::value) value);

  const weights::Weights& weights_;
  syntax::DiagnosticList& diagnostics_;
  std::vector<Graph> graphs_{1};
  std::string layer_;
  std::unordered_map<std::string, int> names_;
  std::unordered_map<std::string, std::string> integers_;  ///< by their text
};

/// With the axes in another order: axis i of the result is axis order[i] of the array.
weights::Array permuted(const weights::Array& array, const Integers& order);

/// 0, 1, …, count − 1, from `first`.
Integers rising(std::int64_t count, std::int64_t first = 0);

}  // namespace neural::emit::onnx
