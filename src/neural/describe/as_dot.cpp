#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/describe/describe.hpp"
#include "neural/describe/units.hpp"

namespace neural::describe {
namespace {

using estimate::Node;
using model::LayerKind;

constexpr std::size_t kLongestText = 48;

/// The inside of a quoted string of Graphviz, which reads entities in it. Nodes are named by numbers, so that no name
/// can be mistaken.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : shortened(printable(text), kLongestText)) {
    if (c == '&') {
      result += "&amp;";
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

/// A layer with something inside is a cluster around it. Where data comes out of the inside last, the layer itself
/// stands behind it (a residual connection adds, a Bidirectional joins); otherwise in front.
bool stands_behind(const Node& node) {
  return node.layer->kind == LayerKind::ResidualConnection || node.layer->kind == LayerKind::Bidirectional;
}

class Drawing {
 public:
  explicit Drawing(const estimate::Outline& outline) : outline_(outline) {}

  std::string write() {
    text_ = fmt::format("digraph \"{}\" {{\n", escaped(outline_.model->name));
    text_ +=
        "  rankdir=TB;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  edge "
        "[fontname=\"sans-serif\"];\n";
    std::vector<std::size_t> tensors;
    for (const model::Input& input : outline_.model->inputs) {
      tensors.push_back(
          add_node(fmt::format("{}\\n{}", escaped(input.name), model::to_string(input.shape)), "shape=ellipse"));
    }
    add_graph(outline_.layers, std::move(tensors));
    return text_ + edges_ + "}\n";
  }

 private:
  void line(std::string_view text) {
    text_.append(2 * (1 + std::min<std::size_t>(depth_, 20)), ' ');
    text_ += text;
    text_ += '\n';
  }

  std::size_t add_node(const std::string& label, std::string_view more = {}) {
    line(fmt::format("n{} [label=\"{}\"{}{}];", count_, label, more.empty() ? "" : ", ", more));
    return count_++;
  }

  /// Behind all nodes: a cluster would take in the nodes that an edge within it names.
  void add_edge(std::size_t from, std::size_t to, std::string_view label = {}) {
    edges_ += fmt::format("  n{} -> n{}", from, to);
    edges_ += label.empty() ? std::string(";\n") : fmt::format(" [label=\"{}\"];\n", label);
  }

  static std::string label_of(const Node& node) {
    const model::Layer& layer = *node.layer;
    std::string label =
        fmt::format("{}\\n{}\\n{}", escaped(layer.type_name()), escaped(layer.name), model::to_string(layer.output));
    if (node.parameters > 0) label += fmt::format("\\n{} parameters", count_text(node.parameters));
    return label;
  }

  /// `tensors` are the nodes that give the inputs; the node that gives the result of the last layer.
  std::size_t add_graph(const std::vector<Node>& layers, std::vector<std::size_t> tensors) {
    for (const Node& node : layers) {
      std::vector<std::size_t> inputs;
      for (const model::TensorId tensor : node.layer->inputs) inputs.push_back(tensors[tensor.index]);
      tensors.push_back(add_layer(node, inputs));
    }
    return tensors.back();
  }

  /// The node that gives the layer's result.
  std::size_t add_layer(const Node& node, const std::vector<std::size_t>& inputs) {
    if (node.wrapped.empty() && node.body.empty()) return add_simple(node, inputs);
    line(fmt::format("subgraph cluster_{} {{", clusters_++));
    ++depth_;
    line(fmt::format("label=\"{}\"; style=rounded; color=gray; fontname=\"sans-serif\";", escaped(node.layer->name)));
    std::size_t result = 0;
    if (stands_behind(node)) {
      const std::size_t end = add_inside(node, inputs.front());
      result = add_node(label_of(node));
      add_edge(end, result);
      if (node.layer->kind == LayerKind::ResidualConnection) add_edge(inputs.front(), result, shortcut_text(node));
    } else {
      result = add_inside(node, add_simple(node, inputs));
    }
    --depth_;
    line("}");
    return result;
  }

  std::size_t add_simple(const Node& node, const std::vector<std::size_t>& inputs) {
    const std::size_t place = add_node(label_of(node));
    for (const std::size_t input : inputs) add_edge(input, place);
    return place;
  }

  std::size_t add_inside(const Node& node, std::size_t from) {
    if (!node.wrapped.empty()) from = add_layer(node.wrapped.front(), {from});
    return node.body.empty() ? from : add_graph(node.body, {from});
  }

  static std::string_view shortcut_text(const Node& node) {
    return node.layer->parts->shortcut->projects ? "projected" : "";
  }

  const estimate::Outline& outline_;
  std::string text_;
  std::string edges_;
  std::size_t count_ = 0;
  std::size_t clusters_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

std::string as_dot(const estimate::Outline& outline) {
  return Drawing(outline).write();
}

}  // namespace neural::describe
