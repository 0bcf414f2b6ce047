// What the trainers of all backends begin with.
#include <fmt/format.h>

#include <vector>

#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/program.hpp"

namespace neural::emit {

bool averages_weights(const model::Model& model) {
  return model.optimizer.parameters.boolean(model::Parameter::use_ema);
}

void write_fit_head(PythonWriter& writer, const Program& program) {
  std::vector<Argument> parameters = {"self",
                                      fmt::format("x: {}", data_type(program.model)),
                                      "y: np.ndarray",
                                      "*",
                                      "epochs: int",
                                      "batch_size: int",
                                      fmt::format("shuffle: bool = {}", python_bool(program.model.training.shuffle))};
  const bool averages = averages_weights(program.model);
  if (averages) parameters.emplace_back("finish: bool = True");
  writer.statement("def ", Expression::call("fit", std::move(parameters)), " -> list[float]:");
  const auto indentation = writer.indent();
  const std::string what = fmt::format("\"\"\"Train on {} x and {} y; the mean loss of each epoch.",
                                       program.words.inputs, program.words.targets);
  if (averages) {
    writer.block(R"(
${what}

At the end the weights become their averages, unless `finish` is False because another `fit` follows.
"""
)",
                 {{"what", what}});
  } else {
    writer.line(what + "\"\"\"");
  }
  write_checks(writer, program, true);
}

}  // namespace neural::emit
