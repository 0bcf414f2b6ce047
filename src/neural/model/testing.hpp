// Helpers for the tests of this room: programs as text in, diagnostics and Models out.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::model::testing {

struct Checked {
  explicit Checked(std::string program) : source("test.neural", std::move(program)) {
    models = check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
  }

  /// "4:E302 6:W522": the line and code of every diagnostic, in order.
  std::string codes() const {
    std::string text;
    for (const syntax::Diagnostic& found : diagnostics.sorted()) {
      if (!text.empty()) text += ' ';
      text += std::to_string(source.position(found.span.begin).line) + ":" + std::string(code_name(found.code));
    }
    return text;
  }

  std::string rendered() const { return render_text(source, diagnostics); }

  /// The first diagnostic of this code; a failure and an empty one where there is none.
  syntax::Diagnostic first(syntax::Code code) const {
    for (const syntax::Diagnostic& found : diagnostics.sorted()) {
      if (found.code == code) return found;
    }
    ADD_FAILURE() << "no " << code_name(code) << " in:\n" << rendered();
    return {};
  }

  /// The marked text of a diagnostic.
  std::string marked(const syntax::Diagnostic& found) const { return std::string(source.text(found.span)); }

  syntax::SourceText source;
  syntax::DiagnosticList diagnostics;
  std::vector<std::optional<Model>> models;
};

/// A network around some layers, which begin in line 3.
inline std::string network(const std::string& layers, const std::string& input = "(28, 28, 1)",
                           const std::string& rest = "") {
  return "network N { input: " + input + "\nlayers:\n" + layers + "\n" + rest + "}";
}

/// The codes of a network without the line numbers.
/// Unless `rest` says otherwise the loss is one that suits any output.
inline std::string codes_of(const std::string& layers, const std::string& input = "(28, 28, 1)",
                            const std::string& rest = "loss: mse") {
  const Checked checked(network(layers, input, rest));
  std::string text;
  for (const syntax::Diagnostic& found : checked.diagnostics.sorted()) {
    if (!text.empty()) text += ' ';
    text += code_name(found.code);
  }
  return text;
}

/// The Model of a program without errors.
inline Model model_of(const std::string& program) {
  Checked checked(program);
  EXPECT_FALSE(checked.diagnostics.has_errors()) << checked.rendered();
  const bool is_there = !checked.models.empty() && checked.models.front();
  EXPECT_TRUE(is_there) << program;
  return is_there ? *checked.models.front() : Model{};
}

inline Model model_of(const std::string& layers, const std::string& input, const std::string& rest = "") {
  return model_of(network(layers, input, rest));
}

/// "Conv2D (26, 26, 32)" for every layer.
inline std::vector<std::string> shapes_of(const Model& model) {
  std::vector<std::string> shapes;
  for (const Layer& layer : model.layers) {
    shapes.push_back(std::string(layer.type_name()) + " " + to_string(layer.output));
  }
  return shapes;
}

/// "kernel (3, 3, 1, 32)" for every tensor of a layer; "*" marks those that are not trained.
inline std::vector<std::string> tensors_of(const Layer& layer) {
  std::vector<std::string> tensors;
  for (const Tensor& tensor : layer.tensors()) {
    const Shape shape(tensor.shape.begin(), tensor.shape.end());
    tensors.push_back(tensor.name + (tensor.trainable ? " " : "* ") + to_string(shape));
  }
  return tensors;
}

using Strings = std::vector<std::string>;

}  // namespace neural::model::testing
