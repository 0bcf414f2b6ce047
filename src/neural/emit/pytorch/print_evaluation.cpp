// What a program gives: outputs, predictions, loss and metrics.
#include <fmt/format.h>

#include "neural/emit/pytorch/print.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

std::string_view metric_words(const LegalProgram& legal) {
  if (legal.metrics.empty()) return "";
  return legal.metrics.size() == 1 && legal.metrics.front().first == "accuracy" ? " and accuracy" : " and metrics";
}

/// The batches' outputs and masks, behind each other.
void print_masked_outputs(PythonWriter& writer, const LegalProgram& legal, bool several, const std::string& to) {
  const std::string part = to.empty() ? "batch" : "(part" + to + " for part in batch)";
  writer.block(several ? R"(
    batches = zip(*(as_tensor(x[name]).split(batch_size) for name in INPUT_SHAPES), strict=True)
    parts = [model(*${part}) for batch in batches]
)"
                       : R"(
    parts = [model(part${to}) for part in as_tensor(x).split(batch_size)]
)",
               {{"part", part}, {"to", to}});
  writer.block(R"(
    ${outputs}, mask = (torch.cat(each).cpu() for each in zip(*parts, strict=True))
    return ${outputs}${float}, mask
)",
               {{"outputs", legal.outputs}, {"float", legal.is_mixed ? ".float()" : ""}});
}

}  // namespace

void print_evaluation(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  const Words& words = program.words;
  const bool on_device = !legal.device.empty();
  const bool several = has_several_inputs(program.model);
  const std::string to = on_device ? ".to(DEVICE)" : "";
  const std::string back = std::string(legal.is_mixed ? ".float()" : "") + (on_device ? ".cpu()" : "");
  const std::string prediction =
      legal.gives_mask
          ? fmt::format("{}, _ = compute_outputs(model, x)\n    return {}.numpy()", legal.outputs, legal.predictions)
      : legal.predictions == legal.outputs
          ? "return compute_outputs(model, x).numpy()"
          : fmt::format("{} = compute_outputs(model, x)\n    return {}.numpy()", legal.outputs, legal.predictions);
  writer.block(R"(


@torch.inference_mode()
${autocast}def compute_outputs(model: nn.Module, x: ${data}, batch_size: int = 256) -> ${gives}:
    """${outputs} ${output_shape} of ${inputs} x${mask}, on the processor."""
    model.eval()
)",
               {{"data", data_type(program.model)},
                {"autocast", legal.is_mixed ? "@" + autocast(legal) + "\n" : ""},
                {"outputs", capitalised(legal.outputs)},
                {"output_shape", words.output_shape},
                {"inputs", words.inputs},
                {"gives", legal.gives_mask ? "tuple[torch.Tensor, torch.Tensor]" : "torch.Tensor"},
                {"mask", legal.gives_mask ? ", and the mask of the steps that count" : ""}});
  if (legal.gives_mask) {
    print_masked_outputs(writer, legal, several, to);
  } else if (several) {
    const std::string part = on_device ? "(part.to(DEVICE) for part in batch)" : "batch";
    writer.block(R"(
    batches = zip(*(as_tensor(x[name]).split(batch_size) for name in INPUT_SHAPES), strict=True)
    return torch.cat([model(*${part})${back} for batch in batches])
)",
                 {{"part", part}, {"back", back}});
  } else {
    writer.block(R"(
    return torch.cat([model(part${to})${back} for part in as_tensor(x).split(batch_size)])
)",
                 {{"to", to}, {"back", back}});
  }
  writer.block(R"(


def predict(model: nn.Module, x: ${data}) -> np.ndarray:
    """${predictions} ${output_shape} of ${inputs} x."""
${checks}    ${prediction}
)",
               {{"data", data_type(program.model)},
                {"output_shape", words.output_shape},
                {"inputs", words.inputs},
                {"predictions", capitalised(words.outputs)},
                {"checks", program.options.validate ? "    check_inputs(x)\n" : ""},
                {"prediction", prediction}});
  for (const std::string& function : legal.metric_functions) {
    writer.blank(2);
    writer.block(function);
  }
  writer.block(R"(


def evaluate(model: ${type}, x: ${data}, y: np.ndarray) -> dict[str, float]:
    """Loss${metrics} on ${inputs} x and ${targets} y."""
)",
               {{"data", data_type(program.model)},
                {"type", model_type(legal)},
                {"inputs", words.inputs},
                {"metrics", metric_words(legal)},
                {"targets", words.targets}});
  const auto indentation = writer.indent();
  write_checks(writer, program, false);
  if (legal.has_activity) writer.line("model.activity = torch.zeros(())");
  if (legal.gives_mask) {
    writer.line(fmt::format("{}, mask = compute_outputs(model, x)", legal.outputs));
    writer.line(fmt::format("{0}, {1} = {0}[mask], as_tensor(y)[mask]", legal.outputs, words.targets));
  } else {
    writer.line(fmt::format("{}, {} = compute_outputs(model, x), as_tensor(y)", legal.outputs, words.targets));
  }
  writer.line("return {");
  writer.line(fmt::format("    \"loss\": compute_loss({}, {}).item(){}{},", legal.outputs, words.targets,
                          legal.penalties.empty() ? "" : " + model.penalty().item()",
                          legal.has_activity ? " + model.activity.item() / len(y)" : ""));
  for (const auto& [key, value] : legal.metrics) writer.line(fmt::format("    \"{}\": {},", key, value));
  writer.line("}");
}

}  // namespace neural::emit::pytorch
