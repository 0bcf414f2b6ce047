// A graph of ONNX operators, as plain values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "neural/base/pieces.hpp"
#include "neural/weights/weights.hpp"

namespace neural::emit::onnx {

struct Graph;

struct Attribute {
  std::string name;
  std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<std::string>,
               std::shared_ptr<const Graph>>
      value;

  Attribute(std::string name_, std::int64_t number) : name(std::move(name_)), value(number) {}
  Attribute(std::string name_, int number) : name(std::move(name_)), value(std::int64_t{number}) {}
  Attribute(std::string name_, double number) : name(std::move(name_)), value(static_cast<float>(number)) {}
  Attribute(std::string name_, const char* text) : name(std::move(name_)), value(std::string(text)) {}
  Attribute(std::string name_, std::string text) : name(std::move(name_)), value(std::move(text)) {}
  Attribute(std::string name_, std::vector<std::int64_t> numbers) : name(std::move(name_)), value(std::move(numbers)) {}
  Attribute(std::string name_, std::vector<std::string> texts) : name(std::move(name_)), value(std::move(texts)) {}
  Attribute(std::string name_, std::shared_ptr<const Graph> graph) : name(std::move(name_)), value(std::move(graph)) {}
};

/// An operator; an empty name among the inputs stands for one that is left out.
struct Node {
  std::string operation;  ///< "MatMul"
  std::string name;       ///< "dense/MatMul"
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::vector<Attribute> attributes;
};

/// A tensor that is known: a weight as it is, an array made of weights, or the whole numbers of sizes and axes.
struct Constant {
  std::string name;
  std::variant<const weights::Array*, weights::Array, std::vector<std::int64_t>> value;
};

enum class ElementType { kFloat = 1, kInt64 = 7, kBool = 9 };  ///< TensorProto.DataType

/// What goes in or comes out.
struct ValueInfo {
  std::string name;
  ElementType type = ElementType::kFloat;
  bool has_shape = false;                                      ///< else a tensor of any shape
  std::vector<std::variant<std::int64_t, std::string>> shape;  ///< sizes, and names of sizes that are not known
};

struct Graph {
  std::string name;
  std::string description;
  std::vector<ValueInfo> inputs;
  std::vector<ValueInfo> outputs;
  std::vector<Constant> constants;
  std::vector<Node> nodes;
};

/// The file, of which the graph is the whole.
struct File {
  Graph graph;
  std::string producer_version;
  std::vector<std::pair<std::string, std::string>> metadata;
};

/// Operators of this set: the first with Gelu and LayerNormalization both.
inline constexpr std::int64_t kOperatorSet = 20;

/// A ModelProto of onnx.proto (IR version 9, that of the operator set). It borrows the larger of the file's constants.
Pieces serialised(const File& file);

}  // namespace neural::emit::onnx
