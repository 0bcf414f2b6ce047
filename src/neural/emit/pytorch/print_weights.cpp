// The weights of a program: where each tensor of a weight file lives in the model, and how it is read and written.
#include <fmt/format.h>

#include <algorithm>

#include "neural/emit/pytorch/print.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

/// `sees_shapes`: some tensor is seen in another shape before its axes change places.
void write_weight(PythonWriter& writer, bool sees_shapes, std::string_view to_float) {
  writer.block(R"(


class Weight(NamedTuple):
    """Where a tensor of the weight file lives in the model."""

    name: str
    shape: tuple[int, ...]
    parameter: str
    axes: tuple[int, ...] = ()  # of the file's tensor, in the parameter's order; as they are where empty
)");
  if (sees_shapes)
    writer.line("    view: tuple[int, ...] = ()  # the shape whose axes these are; the tensor's own where empty");
  const std::string_view sizes = sees_shapes ? "self.view or self.shape" : "self.shape";
  writer.block(R"(

    def to_model(self, array: np.ndarray, like: torch.Tensor) -> torch.Tensor:
        array = array.reshape(${sizes})
        return torch.from_numpy(array.transpose(self.axes or range(array.ndim)).copy()).reshape(like.shape)

    def to_file(self, tensor: torch.Tensor) -> np.ndarray:
        sizes = ${sizes}
        axes = self.axes or tuple(range(len(sizes)))
        array = tensor.detach().cpu()${to_float}.numpy().reshape([sizes[axis] for axis in axes])
        return array.transpose(np.argsort(axes)).reshape(self.shape)


)",
               {{"sizes", sizes}, {"to_float", to_float}});
}

/// Gates stand in another order, and two parameters may be rows of one tensor.
void write_weight_of_parts(PythonWriter& writer, std::string_view to_float) {
  writer.block(R"(


class Weight(NamedTuple):
    """Where a tensor of the weight file lives in the model: how the file's becomes the parameter."""

    name: str
    shape: tuple[int, ...]
    parameter: str
    row: int | None = None  # of the file's tensor; the whole where None
    view: tuple[int, ...] = ()  # the shape it is seen in then; as it is where empty
    axes: tuple[int, ...] = ()  # in the parameter's order; as they are where empty
    order: tuple[int, ...] = ()  # of the parts along the first axis; as they are where empty

    def sizes(self) -> tuple[int, ...]:
        return self.view or (self.shape if self.row is None else self.shape[1:])

    def to_model(self, array: np.ndarray, like: torch.Tensor) -> torch.Tensor:
        seen = (array if self.row is None else array[self.row]).reshape(self.sizes())
        seen = seen.transpose(self.axes or range(seen.ndim))
        if self.order:
            seen = seen[list(self.order)]
        return torch.from_numpy(seen.copy()).reshape(like.shape)

    def to_file(self, tensor: torch.Tensor) -> np.ndarray:
        axes = self.axes or tuple(range(len(self.sizes())))
        array = tensor.detach().cpu()${to_float}.numpy().reshape([self.sizes()[axis] for axis in axes])
        if self.order:
            array = array[np.argsort(self.order)]
        return array.transpose(np.argsort(axes)).reshape(self.shape if self.row is None else self.shape[1:])


)",
               {{"to_float", to_float}});
}

Expression weight_entry(const WeightPlace& place) {
  std::vector<Argument> arguments;
  arguments.reserve(4);
  arguments.emplace_back(python_string(place.name));
  arguments.emplace_back(python_tuple(place.shape));
  arguments.emplace_back(python_string(place.parameter));
  if (!place.axes.empty()) arguments.emplace_back("axes", python_tuple(place.axes));
  if (!place.view.empty()) arguments.emplace_back("view", python_tuple(place.view));
  if (!place.order.empty()) arguments.emplace_back("order", python_tuple(place.order));
  if (place.row) arguments.emplace_back("row", std::to_string(*place.row));
  return Expression::call("Weight", std::move(arguments));
}

/// The weights that a custom layer holds are known when it is made: the program asks it.
void print_custom_layers(PythonWriter& writer, const LegalProgram& legal) {
  std::vector<Argument> entries;
  for (const auto& [layer, module] : legal.custom_layers) {
    entries.emplace_back(python_string(layer), python_string(module));
  }
  writer.line("# Imported layers, by their names in a weight file: all that these modules hold is in it, as it is.");
  writer.statement("CUSTOM_LAYERS: dict[str, str] = ", Expression::dictionary(std::move(entries)));
  writer.block(R"(


def weights_of(model: nn.Module) -> list[Weight]:
    """Where all tensors of the weight file live: WEIGHTS, and what imported layers hold, under their own names."""
    return WEIGHTS + [
        Weight(f"{layer}/{name}", tuple(tensor.shape), f"{module}.{name}")
        for layer, module in CUSTOM_LAYERS.items()
        for name, tensor in model.get_submodule(module).state_dict().items()
        if isinstance(tensor, torch.Tensor)
    ]
)");
}

}  // namespace

void print_weights(PythonWriter& writer, const LegalProgram& legal) {
  const auto has_parts = [](const WeightPlace& place) { return !place.order.empty() || place.row; };
  const auto has_view = [](const WeightPlace& place) { return !place.view.empty(); };
  const bool has_rows = std::any_of(legal.weights.begin(), legal.weights.end(), has_parts);
  const bool is_custom = !legal.custom_layers.empty();
  const std::string_view to_float = legal.typed.empty() && !is_custom ? "" : ".float()";
  if (has_rows) {
    write_weight_of_parts(writer, to_float);
  } else {
    write_weight(writer, std::any_of(legal.weights.begin(), legal.weights.end(), has_view), to_float);
  }
  writer.list("WEIGHTS: list[Weight] = ", legal.weights.size(),
              [&](std::size_t i) { return weight_entry(legal.weights[i]); });
  if (is_custom) print_custom_layers(writer, legal);
  const std::string_view list = is_custom ? "weights" : "WEIGHTS";
  writer.block(R"(


def load_weights(model: nn.Module, path: str | Path) -> None:
    """Take the weights from a safetensors file, which ${origin} may have written."""
    tensors = model.state_dict()
${weights}    arrays = read_safetensors(path, {weight.name: weight.shape for weight in ${list}})
    for weight in ${list}:
        tensors[weight.parameter].copy_(weight.to_model(arrays[weight.name], tensors[weight.parameter]))


def save_weights(model: nn.Module, path: str | Path) -> None:
    """Write the weights to a safetensors file."""
    tensors = model.state_dict()
${weights})",
               {{"origin", is_custom ? "this program" : "any backend's program"},
                {"weights", is_custom ? "    weights = weights_of(model)\n" : ""},
                {"list", list}});
  if (has_rows) {
    writer.block(R"(
    arrays = {weight.name: np.empty(weight.shape, np.float32) for weight in ${list}}
    for weight in ${list}:
        arrays[weight.name][... if weight.row is None else weight.row] = weight.to_file(tensors[weight.parameter])
    write_safetensors(path, arrays)
)",
                 {{"list", list}});
  } else {
    writer.block(
        "    write_safetensors(path, {weight.name: weight.to_file(tensors[weight.parameter]) for weight in ${list}})\n",
        {{"list", list}});
  }
  write_safetensors_functions(writer);
}

}  // namespace neural::emit::pytorch
