// Where the tensors of a weight file are in the Keras model, and the functions that take them there and back.
#include "neural/emit/tensorflow/program_parts.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {
namespace {

/// The weights that a custom layer holds are known when it is built: the program asks it.
void write_custom_variables(PythonWriter& writer, const KerasModel& keras) {
  std::vector<Argument> entries;
  for (const auto& [layer, name] : keras.custom_layers) {
    entries.emplace_back(python_string(layer), python_string(name));
  }
  writer.line(
      "# Imported layers of the model, by their names in a weight file: it has all their weights, as they are.");
  writer.statement("CUSTOM_LAYERS: dict[str, str] = ", Expression::dictionary(std::move(entries)));
  writer.block(R"(


def custom_variables(model: keras.Model) -> dict[str, keras.Variable]:
    """The weights of imported layers by their names in a weight file: their own, where equal ones are numbered.

    Keras numbers names through all models of a process; its numbers say nothing in another one.
    """
    variables: dict[str, keras.Variable] = {}
    counts: dict[str, int] = {}
    for layer, name in CUSTOM_LAYERS.items():
        for variable in model.get_layer(layer).weights:
            own = variable.path.split(f"{layer}/", 1)[-1]
            path = "/".join([name, *(re.sub(r"_\d+$", "", part) for part in own.split("/"))])
            counts[path] = counts.get(path, -1) + 1
            variables[f"{path}_{counts[path]}" if counts[path] else path] = variable
    return variables
)");
}

}  // namespace

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
  const bool is_custom = !keras.custom_layers.empty();
  if (is_custom) write_custom_variables(writer, keras);
  writer.block(R"(


def variables_of(model: keras.Model) -> dict[str, keras.Variable]:
    """The weights of the model by their names in a weight file."""
    return {
        name: variable
        for layer, names in WEIGHTS.items()
        for name, variable in zip(names, model.get_layer(layer).weights, strict=True)
    }${custom}


def load_weights(model: keras.Model, path: str | Path) -> None:
    """Take the weights from a safetensors file, which ${origin} may have written."""
    variables = variables_of(model)
    arrays = read_safetensors(path, {name: tuple(variable.shape) for name, variable in variables.items()})
    for name, variable in variables.items():
        variable.assign(${array})


def save_weights(model: keras.Model, path: str | Path) -> None:
    """Write the weights to a safetensors file."""
    write_safetensors(path, {name: variable.numpy() for name, variable in variables_of(model).items()})
)",
               {{"custom", is_custom ? " | custom_variables(model)" : ""},
                {"origin", is_custom ? "this program" : "any backend's program"},
                {"array", is_custom ? "keras.ops.cast(arrays[name], variable.dtype)" : "arrays[name]"}});
  write_safetensors_functions(writer);
}

}  // namespace neural::emit::tensorflow
