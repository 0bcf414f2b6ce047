// Text of the parts of a program that are TensorFlow's own. All is decided before; this only prints.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "neural/emit/tensorflow/legalise.hpp"
#include "neural/emit/text/program.hpp"

namespace neural::emit::tensorflow {

/// The modules, and the environment variables that must be set before TensorFlow and Keras are loaded.
void write_tensorflow_imports(PythonWriter& writer, const Program& program, const KerasModel& keras);

/// The functions of single layers.
void write_functions(PythonWriter& writer, const std::vector<std::string>& functions);

/// create_model(): the compiled model.
void write_create_model(PythonWriter& writer, const Program& program, const KerasModel& keras);

/// The constants, the class Trainer and create_trainer(model): fit of Keras at level O0, a loop in the graph at O1.
void write_trainer(PythonWriter& writer, const Program& program, const KerasModel& keras);

/// predict(model, x) and evaluate(model, x, y).
void write_inference(PythonWriter& writer, const Program& program, const KerasModel& keras);

/// WEIGHTS, load_weights(model, path) and save_weights(model, path).
void write_weights(PythonWriter& writer, const KerasModel& keras);

/// True where the program trains by its own loop in the graph.
bool loops_in_graph(const Program& program);

/// The rows that reach TensorFlow at a time in that loop: about 8 MiB.
std::int64_t rows_per_part(std::span<const model::Input> inputs);

}  // namespace neural::emit::tensorflow
