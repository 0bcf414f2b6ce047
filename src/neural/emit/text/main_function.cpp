#include <fmt/format.h>

#include <vector>

#include "neural/emit/text/data_functions.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/program.hpp"
#include "neural/emit/text/research.hpp"

namespace neural::emit {
namespace {

void write_arguments(PythonWriter& writer, const Program& program) {
  const std::string description = fmt::format("Train {} with {}.", docstring_text(program.model.name), program.title);
  writer.statement("parser = ",
                   Expression::call("argparse.ArgumentParser", {{"description", python_string(description)}}));
  const bool finds = finds_data(program.model);
  const std::string help = has_several_inputs(program.model) ? "an .npz file" : "a folder of IDX files or an .npz file";
  std::vector<Argument> data = {"\"--data\"", {"type", "Path"}};
  if (!finds) data.emplace_back("required", "True");
  data.emplace_back("help", python_string(help + (finds ? " (default: $NEURAL_DATA, or data/mnist)" : "")));
  writer.statement("", Expression::call("parser.add_argument", std::move(data)));
  writer.line("parser.add_argument(\"--epochs\", type=int, default=EPOCHS)");
  writer.line("parser.add_argument(\"--batch-size\", type=int, default=BATCH_SIZE)");
  writer.line(program.model.training.seed ? "parser.add_argument(\"--seed\", type=int, default=SEED)"
                                          : "parser.add_argument(\"--seed\", type=int)");
  writer.line("args = parser.parse_args()");
}

void write_preparation(PythonWriter& writer, const Program& program, std::string_view seed) {
  if (program.model.training.seed) {
    writer.line(seed);
  } else {
    writer.line("if args.seed is not None:");
    const auto inner = writer.indent();
    writer.line(seed);
  }
  const std::string_view path = finds_data(program.model) ? "args.data or find_data()" : "args.data";
  if (program.model.training.validation_split > 0 && has_several_inputs(program.model)) {
    writer.block(R"(
(x, y), test = load_data(${path})
kept = int(len(y) * (1 - VALIDATION_SPLIT))
train = {name: array[:kept] for name, array in x.items()}, y[:kept]
validation = {name: array[kept:] for name, array in x.items()}, y[kept:]
)",
                 {{"path", path}});
  } else if (program.model.training.validation_split > 0) {
    writer.block(R"(
(x, y), test = load_data(${path})
kept = int(len(x) * (1 - VALIDATION_SPLIT))
train, validation = (x[:kept], y[:kept]), (x[kept:], y[kept:])
)",
                 {{"path", path}});
  } else {
    writer.block("train, test = load_data(${path})", {{"path", path}});
  }
}

void write_epochs(PythonWriter& writer, const Program& program) {
  const bool averages = averages_weights(program.model);
  writer.block(R"(
model = create_model()
trainer = create_trainer(model)
for epoch in range(1, args.epochs + 1):
    start = time.perf_counter()
    (loss,) = trainer.fit(*train, epochs=1, batch_size=args.batch_size${finish})
    print(f"epoch {epoch}/{args.epochs}  loss {loss:.4f}  {time.perf_counter() - start:.1f} s")
)",
               {{"finish", averages ? ", finish=False" : ""}});
  if (program.model.training.validation_split > 0)
    writer.line("    print(f\"  validation {summary(evaluate(model, *validation))}\")");
  if (averages) writer.line("trainer.use_averages()");
  if (program.options.research.empty()) {
    writer.line("print(f\"test {summary(evaluate(model, *test))}\")");
  } else {
    writer.block(R"(
result = evaluate(model, *test)
print(f"test {summary(result)}")
print(*compare_with_research(result), sep="\n")
)");
  }
}

}  // namespace

void write_main(PythonWriter& writer, const Program& program, const MainStatements& statements) {
  writer.block(R"(


def summary(result: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in result.items())
)");
  write_research_function(writer, program);
  writer.block(R"(


def main() -> None:
)");
  {
    const auto indentation = writer.indent();
    write_arguments(writer, program);
    writer.blank();
    write_preparation(writer, program, statements.seed);
    write_epochs(writer, program);
    if (program.model.training.save_path) {
      writer.line("Path(SAVE_PATH).parent.mkdir(parents=True, exist_ok=True)");
      writer.line(statements.save);
    }
  }
  writer.block(R"(


if __name__ == "__main__":
    main()
)");
}

}  // namespace neural::emit
