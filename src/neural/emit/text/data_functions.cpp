#include "neural/emit/text/data_functions.hpp"

#include <fmt/format.h>

#include <cmath>

#include "neural/base/text.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/program.hpp"

namespace neural::emit {
namespace {

/// Reading with numpy fails in many ways where a file is not what its name says.
void write_read_npz(PythonWriter& writer) {
  writer.block(R"(


def read_npz(path: Path, names: list[str]) -> list[np.ndarray]:
    """The arrays of these names from an .npz file. A ValueError tells what is wrong with the file."""
    try:
        with np.load(path) as data:
            arrays = {name: data[name] for name in names if name in data}
    except (EOFError, TypeError, ValueError, zipfile.BadZipFile, zlib.error):
        raise ValueError(f"{path} is no .npz file of plain arrays, or damaged") from None
    for name in names:
        if name not in arrays:
            raise ValueError(f"{path} has no {name}")
        if arrays[name].dtype.kind not in "biuf":
            raise ValueError(f"{name} in {path} is {arrays[name].dtype}, not numbers")
        if arrays[name].ndim == 0 or arrays[name].size == 0:
            raise ValueError(f"{name} in {path} has no rows")
    return [arrays[name] for name in names]
)");
}

/// Several inputs: an .npz with an array for each of them.
void write_load_named_data(PythonWriter& writer) {
  writer.block(R"(


Data = tuple[dict[str, np.ndarray], np.ndarray]


def load_data(path: Path) -> tuple[Data, Data]:
    """Training and test data: an .npz with NAME_train and NAME_test of each input, y_train and y_test."""
    parts = []
    for part in ("train", "test"):
        *x, y = read_npz(path, [f"{name}_{part}" for name in (*INPUT_SHAPES, "y")])
        parts.append((prepare(dict(zip(INPUT_SHAPES, x, strict=True))), prepare_targets(y)))
    return parts[0], parts[1]
)");
}

/// A table comes in an .npz alone.
void write_load_arrays(PythonWriter& writer) {
  writer.block(R"(


def load_data(path: Path) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Training and test data: an .npz with x_train, y_train, x_test, y_test."""
    x_train, y_train, x_test, y_test = read_npz(path, ["x_train", "y_train", "x_test", "y_test"])
    return (prepare(x_train), prepare_targets(y_train)), (prepare(x_test), prepare_targets(y_test))
)");
}

void write_load_images(PythonWriter& writer) {
  writer.block(R"(


def load_data(path: Path) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Training and test data: a folder of IDX files, or an .npz with x_train, y_train, x_test, y_test."""
    if path.is_dir():
        x_train, y_train = read_idx(path, "train-images-idx3-ubyte"), read_idx(path, "train-labels-idx1-ubyte")
        x_test, y_test = read_idx(path, "t10k-images-idx3-ubyte"), read_idx(path, "t10k-labels-idx1-ubyte")
    else:
        x_train, y_train, x_test, y_test = read_npz(path, ["x_train", "y_train", "x_test", "y_test"])
    return (prepare(x_train), prepare_targets(y_train)), (prepare(x_test), prepare_targets(y_test))


def read_idx(folder: Path, name: str) -> np.ndarray:
    """The bytes of an IDX file, plain or with .gz."""
    path = folder / name
    try:
        content = path.read_bytes() if path.exists() else gzip.decompress((folder / f"{name}.gz").read_bytes())
    except FileNotFoundError:
        raise ValueError(f"{folder} has no {name}, plain or with .gz") from None
    except (EOFError, zlib.error):
        raise ValueError(f"{path}.gz is damaged") from None
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
    """The inputs as the network takes them; images of uint8 (three axes or more) are scaled from 0..255 to 0..1."""
    prepared = {}
    for name, shape in INPUT_SHAPES.items():
        array = x[name].astype(INPUT_TYPES[name])
        if INPUT_TYPES[name] == "float32" and x[name].dtype == np.uint8 and x[name].ndim > 2:
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
  const bool are_images = input.shape.size() == 3 || finds_data(program.model);
  const bool may_be_images = are_images || input.shape.size() > 1 || reads_idx(program.model);
  const std::string_view scaled = input.is_integer || !may_be_images ? ""
                                  : are_images
                                      ? "; uint8 is scaled from 0..255 to 0..1"
                                      : "; images of uint8 (three axes or more) are scaled from 0..255 to 0..1";
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
  if (!scaled.empty()) {
    writer.block(R"(
if x.dtype == np.uint8${rank}:
    ${inputs} /= 255
)",
                 {{"inputs", words.inputs}, {"rank", are_images ? "" : " and x.ndim > 2"}});
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
)",
                   {{"rank", rank}});
      if (shape.empty()) {
        writer.block(R"(
elif y.shape[1:] == (1,):
    y = y[:, 0]
)");
      }
      writer.line("return y.astype(np.int64)");
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
    raise SystemExit(
        f"error: MNIST is not in {places}; put its four IDX files into one of these, or name a place with --data"
    )
)");
}

}  // namespace

/// MNIST and its kin: images of one channel, as rows of their lines, or flat.
bool reads_idx(const model::Model& model) {
  constexpr std::int64_t kShortestSide = 8;
  const model::Input& input = model.inputs.front();
  if (has_several_inputs(model) || input.is_integer) return false;
  if (finds_data(model)) return true;
  const model::Shape& shape = input.shape;
  if (shape.size() == 3) return shape.back() == 1;
  if (shape.size() == 2) return shape.front() && shape.front() == shape.back();
  if (shape.size() != 1 || !shape.front()) return false;
  const auto side = std::llround(std::sqrt(static_cast<double>(*shape.front())));
  return side >= kShortestSide && side * side == *shape.front();
}

bool finds_data(const model::Model& model) {
  return model.training.dataset && fold(*model.training.dataset) == "mnist" && !has_several_inputs(model);
}

void write_data_functions(PythonWriter& writer, const Program& program) {
  write_check_functions(writer, program);
  if (finds_data(program.model)) write_find_data(writer);
  if (has_several_inputs(program.model)) {
    write_load_named_data(writer);
  } else if (reads_idx(program.model)) {
    write_load_images(writer);
  } else {
    write_load_arrays(writer);
  }
  write_read_npz(writer);
  write_prepare(writer, program);
  write_prepare_targets(writer, program);
}

}  // namespace neural::emit
