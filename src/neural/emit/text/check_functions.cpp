// What a program refuses: arrays that do not fit its network, and sizes of batches that are none.
#include <fmt/format.h>

#include <algorithm>

#include "neural/emit/text/data_functions.hpp"
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
  const bool several = has_several_inputs(model);
  if (model::has_unknown_size(shape)) {
    return fmt::format("y.shape[:1] != {} or not fits(y.shape[1:], TARGET_SHAPE)", several ? "(rows,)" : "x.shape[:1]");
  }
  if (shape.empty()) return several ? "y.shape != (rows,)" : "y.shape != x.shape[:1]";
  return several ? "y.shape != (rows, *TARGET_SHAPE)" : "y.shape != (len(x), *TARGET_SHAPE)";
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

/// A list has no type and no shape to be checked.
void write_check_of_type(PythonWriter& writer, std::string_view array, std::string_view words) {
  writer.block(R"(
if not isinstance(${array}, np.ndarray):
    raise TypeError(f"expected ${words} in a NumPy array, got a {type(${array}).__name__}")
)",
               {{"array", array}, {"words", words}});
}

/// `raise ValueError(f"expected …, got …")` under `condition`; `expected` is the inside of an f-string.
void write_refusal(PythonWriter& writer, const std::string& condition, const std::string& expected,
                   std::string_view array) {
  writer.line("if " + condition + ":");
  const auto inner = writer.indent();
  writer.statement("raise ",
                   Expression::call("ValueError", {fmt::format("f\"expected {}, got {{{}.dtype}} {{list({}.shape)}}\"",
                                                               expected, array, array)}));
}

/// Several inputs: their names, types and shapes, and that all have as many rows.
void write_checks_of_inputs(PythonWriter& writer, const Program& program) {
  writer.block(
      R"(
    if not isinstance(x, dict):
        raise TypeError(f"expected a dictionary of NumPy arrays, got a {type(x).__name__}")
    if set(x) != set(INPUT_SHAPES):
        raise ValueError(f"expected the inputs {sorted(INPUT_SHAPES)}, got {sorted(x)}")
    rows = max(map(len, x.values()))
    for name, shape in INPUT_SHAPES.items():
        array = x[name]
        if not isinstance(array, np.ndarray):
            raise TypeError(f"expected {name} in a NumPy array, got a {type(array).__name__}")
        if array.dtype != INPUT_TYPES[name] or ${condition}:
            raise ValueError(
                f"expected {name} {INPUT_TYPES[name]} {[rows, *shape]}, got {array.dtype} {list(array.shape)}"
            )
)",
      {{"condition",
        has_open_input(program.model) ? "not fits(array.shape, (rows, *shape))" : "array.shape != (rows, *shape)"}});
  if (looks_up_ids(program.model)) {
    writer.block(R"(
        if name in IDS and array.size and not 0 <= array.min() <= array.max() < IDS[name]:
            raise ValueError(f"expected {name} from 0 to {IDS[name] - 1}, got {array.min()} to {array.max()}")
)");
  }
  writer.block(R"(
    if rows == 0:
        raise ValueError("expected one row or more, got none")
)");
}

void write_checks_of_input(PythonWriter& writer, const Program& program) {
  const Words& words = program.words;
  const auto indentation = writer.indent();
  write_check_of_type(writer, "x", words.inputs);
  write_refusal(
      writer,
      fmt::format("x.dtype != np.{} or {}", words.input_type,
                  has_open_input(program.model) ? "not fits(x.shape[1:], INPUT_SHAPE)" : "x.shape[1:] != INPUT_SHAPE"),
      fmt::format("{} {} {}", words.input_type, words.inputs, words.input_shape), "x");
  writer.block(R"(
if len(x) == 0:
    raise ValueError("expected one row or more, got none")
)");
  if (looks_up_ids(program.model)) {
    writer.block(R"(
if x.size and not 0 <= x.min() <= x.max() < IDS:
    raise ValueError(f"expected ids from 0 to {IDS - 1}, got {x.min()} to {x.max()}")
)");
  }
}

void write_check_inputs(PythonWriter& writer, const Program& program) {
  writer.block(R"(


def check_inputs(x: ${type}) -> None:
    """Refuse inputs this network was not made for."""
)",
               {{"type", data_type(program.model)}});
  if (has_several_inputs(program.model)) {
    write_checks_of_inputs(writer, program);
  } else {
    write_checks_of_input(writer, program);
  }
}

void write_check_data(PythonWriter& writer, const Program& program) {
  const Words& words = program.words;
  const model::Model& model = program.model;
  const bool several = has_several_inputs(model);
  writer.block(R"(


def check_data(x: ${type}, y: np.ndarray) -> None:
    """Refuse arrays this network was not made for."""
    check_inputs(x)
)",
               {{"type", data_type(model)}});
  const auto indentation = writer.indent();
  if (!converts_targets(model)) write_check_of_type(writer, "y", words.targets);
  if (several) writer.line("rows = len(next(iter(x.values())))");
  const std::string expected = fmt::format("{} {} [{{{}}}{}", words.target_type, words.targets,
                                           several ? "rows" : "len(x)", shape_end(target_shape(model)));
  write_refusal(writer, fmt::format("y.dtype != np.{} or {}", words.target_type, target_condition(model)), expected,
                "y");
  write_check_of_values(writer, program);
}

}  // namespace

bool has_open_input(const model::Model& model) {
  return std::any_of(model.inputs.begin(), model.inputs.end(),
                     [](const model::Input& input) { return model::has_unknown_size(input.shape); });
}

void write_checks(PythonWriter& writer, const Program& program, bool has_batch_size) {
  if (converts_targets(program.model)) writer.line("y = prepare_targets(y)");
  if (!program.options.validate) return;
  writer.line("check_data(x, y)");
  if (has_batch_size) writer.line("check_batch_size(batch_size)");
}

void write_check_functions(PythonWriter& writer, const Program& program) {
  if (!program.options.validate) return;
  if (has_open_input(program.model) || model::has_unknown_size(target_shape(program.model))) write_fits(writer);
  write_check_inputs(writer, program);
  write_check_data(writer, program);
  writer.block(R"(


def check_batch_size(batch_size: int) -> None:
    if batch_size < 1:
        raise ValueError(f"expected a batch size of 1 or more, got {batch_size}")
)");
}

}  // namespace neural::emit
