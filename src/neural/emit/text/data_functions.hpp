// Inside this room: what the parts of a program share about its data.
#pragma once

#include "neural/emit/text/program.hpp"

namespace neural::emit {

/// True where a size of some input is not known before the arrays are.
bool has_open_input(const model::Model& model);

/// True where an Embedding stands directly on an input, whose ids the program then checks.
bool looks_up_ids(const model::Model& model);

/// check_inputs(x), check_data(x, y) and check_batch_size(batch_size), unless Options::validate is off.
void write_check_functions(PythonWriter& writer, const Program& program);

/// True where the data may be a folder of IDX files, which hold images of one channel.
bool reads_idx(const model::Model& model);

/// True where the network names a data set that a program can find by itself: MNIST.
bool finds_data(const model::Model& model);

}  // namespace neural::emit
