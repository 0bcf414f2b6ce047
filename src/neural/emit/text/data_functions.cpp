#include "neural/emit/text/data_functions.hpp"

#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/program.hpp"

namespace neural::emit {
namespace {

/// Several inputs: an .npz with an array for each of them.
void write_load_named_data(PythonWriter& writer) {
  writer.block(R"(


Data = tuple[dict[str, np.ndarray], np.ndarray]


def load_data(path: Path) -> tuple[Data, Data]:
    """Training and test data: an .npz with NAME_train and NAME_test of each input, y_train and y_test."""
    with np.load(path) as data:
        train, test = (
            (prepare({name: data[f"{name}_{part}"] for name in INPUT_SHAPES}), prepare_targets(data[f"y_{part}"]))
            for part in ("train", "test")
        )
    return train, test
)");
}

void write_load_data(PythonWriter& writer) {
  writer.block(R"(


def load_data(path: Path) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Training and test data: a folder of IDX files, or an .npz with x_train, y_train, x_test, y_test."""
    if path.is_dir():
        x_train, y_train = read_idx(path, "train-images-idx3-ubyte"), read_idx(path, "train-labels-idx1-ubyte")
        x_test, y_test = read_idx(path, "t10k-images-idx3-ubyte"), read_idx(path, "t10k-labels-idx1-ubyte")
    else:
        with np.load(path) as data:
            x_train, y_train, x_test, y_test = (data[name] for name in ("x_train", "y_train", "x_test", "y_test"))
    return (prepare(x_train), prepare_targets(y_train)), (prepare(x_test), prepare_targets(y_test))


def read_idx(folder: Path, name: str) -> np.ndarray:
    """The bytes of an IDX file, plain or with .gz."""
    path = folder / name
    content = path.read_bytes() if path.exists() else gzip.decompress((folder / f"{name}.gz").read_bytes())
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"{path} is not an IDX file of unsigned bytes")
    rank = content[3]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(np.frombuffer(content, ">u4", rank, offset=4))
)");
}

/// `name` gets a last axis of 1 where the shape ends in one and the array came without it.
void write_last_axis(PythonWriter& writer, std::string_view name, const model::Shape& shape) {
  if (shape.empty() || shape.back() != 1) return;
  writer.block(R"(
if ${name}.ndim == ${rank}:
    ${name} = ${name}[..., np.newaxis]
)",
               {{"name", name}, {"rank", std::to_string(shape.size())}});
}

void write_prepare_several(PythonWriter& writer, const Program& program) {
  const bool is_open = has_open_input(program.model);
  writer.block(R"(


def prepare(x: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The inputs as the network takes them; integers are scaled from 0..255 to 0..1 where it takes float32."""
    prepared = {}
    for name, shape in INPUT_SHAPES.items():
        array = x[name].astype(INPUT_TYPES[name])
        if INPUT_TYPES[name] == "float32" and np.issubdtype(x[name].dtype, np.integer):
            array /= 255
        prepared[name] = ${array}
    return prepared
)",
               {{"array", is_open ? "array if None in shape else array.reshape(len(array), *shape)"
                                  : "array.reshape(len(array), *shape)"}});
}

void write_prepare(PythonWriter& writer, const Program& program) {
  if (has_several_inputs(program.model)) return write_prepare_several(writer, program);
  const Words& words = program.words;
  const model::Input& input = program.model.inputs.front();
  const std::string_view scaled = input.is_integer ? "" : "; integers are scaled from 0..255 to 0..1";
  writer.block(R"(


def prepare(x: np.ndarray) -> np.ndarray:
    """${Inputs} ${type} ${shape}${scaled}."""
    ${inputs} = x.astype(np.${type})
)",
               {{"inputs", words.inputs},
                {"Inputs", capitalised(words.inputs)},
                {"type", words.input_type},
                {"shape", words.input_shape},
                {"scaled", scaled}});
  const auto indentation = writer.indent();
  if (!input.is_integer) {
    writer.block(R"(
if np.issubdtype(x.dtype, np.integer):
    ${inputs} /= 255
)",
                 {{"inputs", words.inputs}});
  }
  if (input.shape.size() == 1) {
    writer.line(fmt::format("return {0}.reshape(len({0}), -1)", words.inputs));
    return;
  }
  write_last_axis(writer, words.inputs, input.shape);
  writer.line("return " + words.inputs);
}

void write_prepare_targets(PythonWriter& writer, const Program& program) {
  const Words& words = program.words;
  const model::Shape shape = target_shape(program.model);
  const std::string rank =
      std::to_string(shape.size() + (program.model.targets == model::TargetKind::kClasses ? 2 : 0));
  writer.block(R"(


def prepare_targets(y: np.ndarray) -> np.ndarray:
)");
  const auto indentation = writer.indent();
  const auto doc = [&](std::string_view rest) {
    writer.line(fmt::format("\"\"\"{} {} {}{}.\"\"\"", capitalised(words.targets), words.target_type,
                            words.target_shape, rest));
  };
  switch (program.model.targets) {
    case model::TargetKind::kClasses:
      doc("; one-hot rows become class numbers");
      writer.block(R"(
if y.ndim == ${rank} and y.shape[-1] == CLASSES:
    y = y.argmax(axis=-1)
return y.astype(np.int64)${flatten}
)",
                   {{"rank", rank}, {"flatten", shape.empty() ? ".reshape(len(y))" : ""}});
      break;
    case model::TargetKind::kOneHot:
      doc("; class numbers become one-hot rows");
      writer.block(R"(
y = np.asarray(y)
if y.ndim == ${rank}:
    y = y[..., np.newaxis] == np.arange(CLASSES)
return y.astype(np.float32)
)",
                   {{"rank", rank}});
      break;
    case model::TargetKind::kBinary:
    case model::TargetKind::kValues:
      doc("");
      if (shape.empty() || shape.back() != 1) {
        writer.line("return np.asarray(y, np.float32)");
        break;
      }
      writer.line("y = np.asarray(y, np.float32)");
      write_last_axis(writer, "y", shape);
      writer.line("return y");
      break;
  }
}

void write_find_data(PythonWriter& writer) {
  writer.block(R"(


def find_data() -> Path:
    """The folder with MNIST's four IDX files, where --data does not name it."""
    folders = [Path("data/mnist"), Path.home() / ".cache/neural/mnist"]
    if given := os.environ.get("NEURAL_DATA"):
        folders = [Path(given), Path(given) / "mnist", *folders]
    for folder in folders:
        if any(folder.glob("train-images-idx3-ubyte*")):
            return folder
    places = ", ".join(str(folder) for folder in folders)
    raise SystemExit(f"MNIST is not in {places}; put its four IDX files into one of these, or name a place with --data")
)");
}

}  // namespace

bool finds_data(const model::Model& model) {
  return model.training.dataset && fold(*model.training.dataset) == "mnist" && !has_several_inputs(model);
}

void write_data_functions(PythonWriter& writer, const Program& program) {
  write_check_functions(writer, program);
  if (finds_data(program.model)) write_find_data(writer);
  if (has_several_inputs(program.model)) {
    write_load_named_data(writer);
  } else {
    write_load_data(writer);
  }
  write_prepare(writer, program);
  write_prepare_targets(writer, program);
}

}  // namespace neural::emit
