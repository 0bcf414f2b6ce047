#include "neural/bench/gate/baseline_benchmarks.hpp"

#include <fmt/format.h>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/plan/backends.hpp"
#include "neural/bench/plan/contender_constants.hpp"
#include "neural/bench/plan/python_tools.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::gate {
namespace {

namespace fs = std::filesystem;

constexpr double kCompileSeconds = 60;
constexpr std::string_view kLevel = "\nLEVEL = ";

/// A generated program says at what level it was generated; a contender, how it was written by hand.
std::string as_contender(std::string program) {
  const std::size_t begin = program.find(kLevel);
  if (begin == std::string::npos) return program;
  const std::size_t end = program.find('\n', begin + 1);
  return program.replace(begin, end - begin, std::string(kLevel) + "\"other\"");
}

/// The program that the baseline generates, or a failure of this cell alone (kMeasurement).
Expected<std::string> generate(const GateCell& cell, const fs::path& executable, process::Runner& runner,
                               const process::Variables& variables) {
  const process::ScratchFolder scratch = NEURAL_TRY(process::ScratchFolder::make());
  const fs::path program = scratch.path() / "program.py";
  process::Command command;
  command.arguments = {executable.string(), "compile", cell.source.string(), "--backend",
                       cell.backend,        "-o",      program.string()};
  command.environment = process::helper_environment(variables);
  command.log = scratch.path() / "log.txt";
  command.timeout_seconds = kCompileSeconds;
  const process::Ending ending = NEURAL_TRY(runner.run(command));
  if (ending.exit_status != 0) {
    const std::string log = read_file(command.log).value_or(std::string());
    return fail(ErrorCode::kMeasurement,
                fmt::format("the baseline does not compile it: {}", printable(plan::last_line(log))));
  }
  const Expected<std::string> text = read_file(program);
  if (!text) return fail(ErrorCode::kMeasurement, "the baseline wrote no program");
  std::string contender = as_contender(*text);
  const auto constants = plan::read_constants(contender, "its program");
  if (constants) return contender;
  return fail(ErrorCode::kMeasurement, "the baseline's program cannot be measured: " + constants.error().message);
}

/// What an earlier gate left there would be measured, too.
Status remove_earlier(const fs::path& place) {
  for (const plan::Backend& backend : plan::kBackends) {
    std::error_code error;
    const fs::path file = place / (GateCell{"", std::string(backend.name), {}}.contender() + ".py");
    fs::remove(file, error);
    if (error) return tl::unexpected(system_error(fmt::format("cannot remove `{}`", file.string()), error.value()));
  }
  return done();
}

}  // namespace

Expected<std::vector<Ungenerated>> make_baseline_benchmarks(const std::vector<GateCell>& cells,
                                                            const fs::path& executable, const fs::path& folder,
                                                            process::Runner& runner,
                                                            const process::Variables& variables) {
  for (const GateCell& cell : cells) NEURAL_TRY(remove_earlier(folder / cell.model));
  std::vector<Ungenerated> missing;
  for (const GateCell& cell : cells) {
    const Expected<std::string> program = generate(cell, executable, runner, variables);
    if (!program && program.error().code != ErrorCode::kMeasurement) return tl::unexpected(program.error());
    if (!program) {
      missing.push_back({cell, program.error().message});
      continue;
    }
    const fs::path place = folder / cell.model;
    NEURAL_TRY(make_folder(place));
    const std::string source = NEURAL_TRY(read_file(cell.source));
    NEURAL_TRY(write_file(place / "model.neural", source));
    NEURAL_TRY(write_file(place / (cell.contender() + ".py"), *program));
  }
  return missing;
}

}  // namespace neural::bench::gate
