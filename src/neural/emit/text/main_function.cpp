#include <fmt/format.h>

#include <vector>

#include "neural/emit/text/data_functions.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/program.hpp"
#include "neural/emit/text/research.hpp"

namespace neural::emit {
namespace {

std::string_view data_words(const model::Model& model) {
  if (has_several_inputs(model)) return "an .npz with NAME_train and NAME_test of each input, y_train and y_test";
  if (!reads_idx(model)) return "an .npz with x_train, y_train, x_test and y_test";
  return "a folder of IDX files, or an .npz with x_train, y_train, x_test and y_test";
}

/// Text of the help, where argparse reads `%` as a mark.
std::string help_text(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped.append(c == '%' ? 2 : 1, c);
  return python_string(escaped);
}

std::string data_argument(const model::Model& model) {
  constexpr std::size_t kLongestName = 40;
  if (finds_data(model)) return "takes + " + help_text(" (default: $NEURAL_DATA, or data/mnist)");
  if (!model.training.dataset) return "takes";
  const std::string name = docstring_text(*model.training.dataset, kLongestName);
  return "takes + " + help_text("; the source names `" + name + "`");
}

void write_arguments(PythonWriter& writer, const Program& program, const MainStatements& statements) {
  const model::Model& model = program.model;
  const std::string description = fmt::format("Train {} with {}.", docstring_text(model.name), program.title);
  writer.statement("takes = ", python_string(data_words(model)));
  writer.statement("parser = ",
                   Expression::call("argparse.ArgumentParser", {{"description", python_string(description)}}));
  std::vector<Argument> data = {"\"--data\"", {"type", "Path"}};
  if (!finds_data(model)) data.emplace_back("required", "True");
  data.emplace_back("help", data_argument(model));
  writer.statement("", Expression::call("parser.add_argument", std::move(data)));
  const std::string_view seed = model.training.seed ? ", default=SEED" : "";
  const std::string_view seed_default = model.training.seed ? "%(default)s" : "another one each time";
  const std::string_view given = model.training.seed ? "" : "args.seed is not None and ";
  writer.block(R"py(
parser.add_argument("--epochs", type=int, default=EPOCHS, help="passes over the data (default: %(default)s)")
parser.add_argument("--batch-size", type=int, default=BATCH_SIZE, help="rows of a step (default: %(default)s)")
parser.add_argument("--seed", type=int${seed}, help="of weights, order and dropout (default: ${seed_default})")
args = parser.parse_args()
if min(args.epochs, args.batch_size) < 1:
    parser.error(f"--epochs and --batch-size are 1 or more, got {args.epochs} and {args.batch_size}")
if ${given}not 0 <= args.seed < ${seeds}:
    parser.error(f"--seed is from 0 to ${seeds} - 1, got {args.seed}")
)py",
               {{"seed", seed}, {"seed_default", seed_default}, {"given", given}, {"seeds", statements.seeds}});
  if (!statements.refusal.empty()) writer.block(statements.refusal);
}

void write_seed(PythonWriter& writer, const Program& program, std::string_view seed) {
  if (program.model.training.seed) return writer.line(seed);
  writer.line("if args.seed is not None:");
  const auto inner = writer.indent();
  writer.line(seed);
}

/// What is wrong with the data is told in a line; what is wrong with the program has its traceback.
void write_data(PythonWriter& writer, const Program& program) {
  const bool validates = program.model.training.validation_split > 0;
  writer.line("try:");
  {
    const auto indentation = writer.indent();
    const std::string_view path = finds_data(program.model) ? "args.data or find_data()" : "args.data";
    if (validates && has_several_inputs(program.model)) {
      writer.block(R"(
(x, y), test = load_data(${path})
kept = int(len(y) * (1 - VALIDATION_SPLIT))
train = {name: array[:kept] for name, array in x.items()}, y[:kept]
validation = {name: array[kept:] for name, array in x.items()}, y[kept:]
)",
                   {{"path", path}});
    } else if (validates) {
      writer.block(R"(
(x, y), test = load_data(${path})
kept = int(len(x) * (1 - VALIDATION_SPLIT))
train, validation = (x[:kept], y[:kept]), (x[kept:], y[kept:])
)",
                   {{"path", path}});
    } else {
      writer.block("train, test = load_data(${path})", {{"path", path}});
    }
    if (program.options.validate) {
      writer.block(R"(
for part in (${parts}):
    check_data(*part)
)",
                   {{"parts", validates ? "train, validation, test" : "train, test"}});
    }
  }
  writer.block(R"(
except (OSError, ValueError) as error:
    raise SystemExit(f"error: {error}; --data takes {takes}") from None
)");
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
    write_arguments(writer, program, statements);
    writer.blank();
    write_seed(writer, program, statements.seed);
    write_data(writer, program);
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
