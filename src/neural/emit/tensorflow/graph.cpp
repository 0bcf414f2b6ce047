// The layers of a graph, and the variables of what flows between them.
#include <algorithm>
#include <array>
#include <utility>

#include "neural/emit/tensorflow/lowering.hpp"

namespace neural::emit::tensorflow {
namespace {

/// Names of create_model, of the modules and of the functions that it uses.
constexpr std::array kReserved = std::to_array<std::string_view>({"keras",
                                                                  "layers",
                                                                  "losses",
                                                                  "metrics",
                                                                  "optimizers",
                                                                  "initializers",
                                                                  "regularizers",
                                                                  "constraints",
                                                                  "ops",
                                                                  "np",
                                                                  "tf",
                                                                  "os",
                                                                  "argparse",
                                                                  "gzip",
                                                                  "time",
                                                                  "model",
                                                                  "gpus",
                                                                  "inputs",
                                                                  "outputs",
                                                                  "x",
                                                                  "name",
                                                                  "average_pool",
                                                                  "transformer_block",
                                                                  "main",
                                                                  "predict",
                                                                  "prepare",
                                                                  "evaluate",
                                                                  "create_model",
                                                                  "load_data"});

/// How a tensor of a graph is used by its layers.
struct Uses {
  std::size_t count = 0;
  std::size_t first = 0;  ///< the layer
};

std::vector<Uses> uses_in(std::span<const model::Layer> layers, std::size_t inputs) {
  std::vector<Uses> uses(inputs + layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (const model::TensorId id : layers[i].inputs) {
      Uses& tensor = uses[id.index];
      if (tensor.count++ == 0) tensor.first = i;
    }
  }
  return uses;
}

}  // namespace

Session::Session(KerasModel& keras_, const Options& options_, const CustomImports& imports_, KerasNames names_,
                 syntax::DiagnosticList& diagnostics_)
    : keras(keras_),
      options(options_),
      imports(imports_),
      diagnostics(diagnostics_),
      names(std::move(names_)),
      variables(kReserved),
      steps(&keras_.steps) {
  for (const std::string& name : imports.names()) variables.exactly(name);
}

std::string Session::variable(std::string name, std::string_view fallback) {
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return variables.variable(name, fallback);
}

void lower_graph(Session& session, std::span<const model::Layer> layers, std::vector<std::string> inputs,
                 std::vector<const model::Shape*> shapes, std::string_view result) {
  const std::size_t input_count = inputs.size();
  const std::vector<Uses> uses = uses_in(layers, input_count);
  std::vector<std::string> variables = std::move(inputs);
  for (std::size_t i = 0; i < input_count; ++i) {
    const bool is_taken_at_once = uses[i].count == 1 && uses[i].first == 0;
    if (variables[i] != kTensor || is_taken_at_once) continue;
    const std::string variable = session.variables.variable("start", "start");
    session.steps->push_back({Step::Kind::kFunction, std::string(kTensor), {}, variable});
    if (session.masked.contains(kTensor)) session.masked.insert(variable);
    if (session.padded.contains(kTensor)) session.padded.insert(variable);
    variables[i] = variable;
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    std::vector<std::string> taken;
    std::vector<const model::Shape*> taken_shapes;
    for (const model::TensorId id : layers[i].inputs) {
      taken.push_back(variables[id.index]);
      taken_shapes.push_back(shapes[id.index]);
    }
    const Uses& next = uses[input_count + i];
    std::string to(kTensor);
    if (i + 1 == layers.size()) {
      to = result;
    } else if (next.count != 1 || next.first != i + 1) {
      to = session.variable(layers[i].name, "tensor");
    }
    Lowering lowering(session, layers[i], std::move(taken));
    const std::size_t second = layers[i].inputs.back().index;
    if (second >= input_count) lowering.set_memory(&layers[second - input_count].output);
    lowering.set_shapes(std::move(taken_shapes));
    lowering.lower(to);
    variables.push_back(std::move(to));
    shapes.push_back(&layers[i].output);
  }
}

}  // namespace neural::emit::tensorflow
