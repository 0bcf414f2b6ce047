// What the programs of all Python backends have in common: the words for their data, the head of the file, the checks
// and the loading of data, the command line and main.
//
// A program is written in this order: write_docstring, write_imports, write_constants, the backend's own part
// (create_model, create_trainer, predict, evaluate), write_data_functions, write_main.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "neural/emit/text/options.hpp"
#include "neural/emit/text/python_writer.hpp"
#include "neural/model/model.hpp"

namespace neural::emit {

/// The words by which a program calls what goes in and out. In code `${inputs}` and `${targets}` are also its
/// variables.
struct Words {
  std::string inputs;        ///< "images" for the only input of rank 3, else "inputs"
  std::string input_type;    ///< "float32", or "int64" for ids; of the first input
  std::string input_shape;   ///< "[n, 28, 28, 1]"; of several "(image [n, 28, 28, 1], text [n, 80])"
  std::string targets;       ///< "classes", "labels" (one-hot or binary rows) or "values"
  std::string target_type;   ///< "int64" or "float32"
  std::string target_shape;  ///< "[n]", "[n, 10]"
  std::string outputs;       ///< what predict gives: "probabilities" or "predictions"
  std::string output_shape;  ///< "[n, 10]"
};

/// One program of one backend.
struct Program {
  const model::Model& model;
  const Options& options;
  std::string_view backend;  ///< "pytorch": BACKEND, and the end of the file's name
  std::string_view title;    ///< "PyTorch"
  Words words;
};

Program describe(const model::Model& model, const Options& options, std::string_view backend, std::string_view title);

/// Several inputs come as a dictionary of arrays by the inputs' names, INPUT_SHAPES and INPUT_TYPES say which.
bool has_several_inputs(const model::Model& model);

/// The Python type of `x`: "np.ndarray" or "dict[str, np.ndarray]".
std::string_view data_type(const model::Model& model);

/// "int64" for ids, else "float32".
std::string_view type_of(const model::Input& input);

/// "[n, 28, 28, 1]"; a dynamic size is `any`.
std::string batch_shape(const model::Shape& shape);

/// The shape of one sample's targets: the output's, without its last axis where targets are class numbers.
model::Shape target_shape(const model::Model& model);

/// A metric and its key in what `evaluate` returns.
struct NamedMetric {
  std::string name;
  std::variant<model::MetricKind, model::LossKind> kind{};
  model::Attributes parameters = {};
  syntax::Span span = {};  ///< where it is written; none for the accuracy that nobody asked for
};

/// What `evaluate` returns besides "loss". The accuracy that fits the targets comes first, as "accuracy", whether or
/// not the network asks for it (for real values: an accuracy that comes first); others keep their own names, and get a
/// number where a name is taken.
std::vector<NamedMetric> evaluated_metrics(const model::Model& model);

/// True where targets that are not yet in the form of the loss are accepted by `fit` and `evaluate`, which then begin
/// with `y = prepare_targets(y)`: everything but class numbers, which have to be int64 already.
bool converts_targets(const model::Model& model);

/// True where the optimiser keeps averages of the weights (`use_ema`). Then `fit` takes `finish` as well, and the
/// trainer has `use_averages()`: what trains epoch by epoch calls it once, at the end.
bool averages_weights(const model::Model& model);

/// How `fit` and `evaluate` begin: `y = prepare_targets(y)`, `check_data(x, y)` and `check_batch_size(batch_size)`,
/// where they are called for.
void write_checks(PythonWriter& writer, const Program& program, bool has_batch_size);

/// `def fit(self, …)` at the indentation of a class, with its docstring and checks.
void write_fit_head(PythonWriter& writer, const Program& program);

/// The docstring of the file; `notes` are whole sentences, a line each, and `deviations` the rest of a line that says
/// what is not to the last bit as in Keras.
void write_docstring(PythonWriter& writer, const Program& program, std::span<const std::string> notes,
                     std::span<const std::string> deviations = {});

/// `from __future__ …`, the standard modules that the common parts need together with `standard` (any order: bare names
/// of modules, and whole lines `from typing import NamedTuple`), and `third_party` lines as they stand, already in
/// order ("import numpy as np" among them). `own` lines, those of a user's modules, come last.
void write_imports(PythonWriter& writer, const Program& program, std::span<const std::string_view> standard,
                   std::span<const std::string_view> third_party, std::span<const std::string> own = {});

/// BACKEND, LEVEL, INPUT_SHAPE (or INPUT_SHAPES and INPUT_TYPES), IDS, CLASSES or TARGET_SHAPE, EPOCHS, BATCH_SIZE,
/// SEED, VALIDATION_SPLIT, SAVE_PATH: those that have a value.
void write_constants(PythonWriter& writer, const Program& program);

/// check_inputs(x), check_data(x, y) and check_batch_size(batch_size) unless Options::validate is off, load_data(path),
/// prepare(x), prepare_targets(y), read_idx, and find_data where the network's data set is MNIST. Each is a function
/// behind two empty lines.
void write_data_functions(PythonWriter& writer, const Program& program);

/// read_safetensors(path, shapes) and write_safetensors(path, arrays): numpy arrays float32 by their names. They need
/// the modules json, math and os.
void write_safetensors_functions(PythonWriter& writer);

/// The statements in which backends differ, one line each.
struct MainStatements {
  std::string_view seed;     ///< "torch.manual_seed(args.seed)"
  std::string_view seeds;    ///< "2**32": how many there are
  std::string_view save;     ///< "torch.save(model.state_dict(), SAVE_PATH)"; used where the network has a save_path
  std::string_view refusal;  ///< lines that end the script where it cannot run on this machine, or none
};

/// main() with the command line, and its call. It uses create_model, create_trainer, evaluate and load_data.
void write_main(PythonWriter& writer, const Program& program, const MainStatements& statements);

}  // namespace neural::emit
