#include "neural/emit/text/data_functions.hpp"

#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/program.hpp"

namespace neural::emit {
namespace {

/// ", 28, 28, 1]": the end of a shape whose begin depends on the array.
std::string shape_end(const model::Shape& shape) {
  return batch_shape(shape).substr(2);
}

void write_fits(PythonWriter& writer) {
  writer.block(R"(


def fits(shape: tuple[int, ...], expected: tuple[int | None, ...]) -> bool:
    """True if the sizes are the expected ones; None expects any size."""
    return len(shape) == len(expected) and all(want in (None, size) for want, size in zip(expected, shape, strict=True))
)");
}

std::string target_condition(const model::Model& model) {
  const model::Shape shape = target_shape(model);
  if (shape.empty()) return "y.shape != x.shape[:1]";
  if (model::has_unknown_size(shape)) return "y.shape[:1] != x.shape[:1] or not fits(y.shape[1:], TARGET_SHAPE)";
  return "y.shape != (len(x), *TARGET_SHAPE)";
}

void write_check_of_values(PythonWriter& writer, const Program& program) {
  switch (program.model.targets) {
    case model::TargetKind::kClasses:
      writer.block(R"(
if y.size and not 0 <= y.min() <= y.max() < CLASSES:
    raise ValueError(f"expected classes from 0 to {CLASSES - 1}, got {y.min()} to {y.max()}")
)");
      break;
    case model::TargetKind::kOneHot:
      writer.block(R"(
if y.size and not (y.min() >= 0 and y.sum(axis=-1).min() > 0):
    raise ValueError("expected labels with a class in each row, got a row without one, or a number below 0")
)");
      break;
    case model::TargetKind::kBinary:
      writer.block(R"(
if y.size and not 0 <= y.min() <= y.max() <= 1:
    raise ValueError(f"expected labels from 0 to 1, got {y.min()} to {y.max()}")
)");
      break;
    case model::TargetKind::kValues:
      break;
  }
}

void write_check_data(PythonWriter& writer, const Program& program) {
  const Words& words = program.words;
  const model::Shape& input = program.model.inputs.front().shape;
  if (model::has_unknown_size(input) || model::has_unknown_size(target_shape(program.model))) write_fits(writer);
  writer.block(R"(


def check_data(x: np.ndarray, y: np.ndarray) -> None:
    """Refuse arrays this network was not made for."""
)");
  const auto indentation = writer.indent();
  const auto refuse = [&](const std::string& condition, const std::string& expected, std::string_view array) {
    writer.line("if " + condition + ":");
    const auto inner = writer.indent();
    writer.statement(
        "raise ", Expression::call("ValueError", {fmt::format("f\"expected {}, got {{{}.dtype}} {{list({}.shape)}}\"",
                                                              expected, array, array)}));
  };
  refuse(model::has_unknown_size(input) ? "x.dtype != np.float32 or not fits(x.shape[1:], INPUT_SHAPE)"
                                        : "x.dtype != np.float32 or x.shape[1:] != INPUT_SHAPE",
         fmt::format("float32 {} {}", words.inputs, words.input_shape), "x");
  refuse(fmt::format("y.dtype != np.{} or {}", words.target_type, target_condition(program.model)),
         fmt::format("{} {} [{{len(x)}}{}", words.target_type, words.targets, shape_end(target_shape(program.model))),
         "y");
  write_check_of_values(writer, program);
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

void write_prepare(PythonWriter& writer, const Program& program) {
  const Words& words = program.words;
  const model::Shape& shape = program.model.inputs.front().shape;
  writer.block(R"(


def prepare(x: np.ndarray) -> np.ndarray:
    """${Inputs} float32 ${shape}; integers are scaled from 0..255 to 0..1."""
    ${inputs} = x.astype(np.float32)
    if np.issubdtype(x.dtype, np.integer):
        ${inputs} /= 255
)",
               {{"inputs", words.inputs}, {"Inputs", capitalised(words.inputs)}, {"shape", words.input_shape}});
  const auto indentation = writer.indent();
  if (shape.size() == 1) {
    writer.line(fmt::format("return {0}.reshape(len({0}), -1)", words.inputs));
    return;
  }
  write_last_axis(writer, words.inputs, shape);
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
if y.ndim == ${rank}:
    y = y[..., np.newaxis] == np.arange(CLASSES)
return y.astype(np.float32)
)",
                   {{"rank", rank}});
      break;
    case model::TargetKind::kBinary:
    case model::TargetKind::kValues:
      doc("");
      write_last_axis(writer, "y", shape);
      writer.line("return y.astype(np.float32)");
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
  return model.training.dataset && fold(*model.training.dataset) == "mnist";
}

void write_data_functions(PythonWriter& writer, const Program& program) {
  if (program.options.validate) write_check_data(writer, program);
  if (finds_data(program.model)) write_find_data(writer);
  write_load_data(writer);
  write_prepare(writer, program);
  write_prepare_targets(writer, program);
}

}  // namespace neural::emit
