// Where the tensors of a weight file are in the Keras model, and the functions that take them there and back.
#include "neural/emit/tensorflow/program_parts.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {

void write_weights(PythonWriter& writer, const KerasModel& keras) {
  std::vector<Argument> entries;
  for (const auto& [layer, names] : keras.weights) {
    std::vector<Argument> elements;
    for (const std::string& name : names) elements.emplace_back(python_string(name));
    entries.emplace_back(python_string(layer), Expression::tuple(std::move(elements)));
  }
  writer.blank(2);
  writer.line("# The weights of each layer of the model, by their names in a weight file.");
  writer.statement("WEIGHTS: dict[str, tuple[str, ...]] = ", Expression::dictionary(std::move(entries)));
  writer.block(R"(


def variables_of(model: keras.Model) -> dict[str, keras.Variable]:
    """The weights of the model by their names in a weight file."""
    return {
        name: variable
        for layer, names in WEIGHTS.items()
        for name, variable in zip(names, model.get_layer(layer).weights, strict=True)
    }


def load_weights(model: keras.Model, path: str | Path) -> None:
    """Take the weights from a safetensors file, which any backend's program may have written."""
    variables = variables_of(model)
    arrays = read_safetensors(path, {name: tuple(variable.shape) for name, variable in variables.items()})
    for name, variable in variables.items():
        variable.assign(arrays[name])


def save_weights(model: keras.Model, path: str | Path) -> None:
    """Write the weights to a safetensors file."""
    write_safetensors(path, {name: variable.numpy() for name, variable in variables_of(model).items()})
)");
  write_safetensors_functions(writer);
}

}  // namespace neural::emit::tensorflow
