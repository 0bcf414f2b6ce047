#include "neural/bench/plan/program.hpp"

#include <fmt/format.h>

#include "neural/base/files.hpp"
#include "neural/base/hashes.hpp"
#include "neural/bench/plan/backends.hpp"
#include "neural/bench/plan/cell_failure.hpp"
#include "neural/bench/plan/python_tools.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

constexpr double kTimeoutSeconds = 60;

}  // namespace

Expected<Programs> make_programs(const Cell& cell, const Compile& compile, const fs::path& results) {
  const Expected<std::string> source = read_file(cell.benchmark.source);
  if (!source) return cell_failure(source.error());
  const Expected<std::string> native = read_file(cell.contender.file);
  if (!native) return cell_failure(native.error());
  Expected<CompiledProgram> compiled = compile(cell.benchmark.source, cell.generated_backend, cell.variant);
  if (!compiled) return cell_failure(compiled.error());

  Programs programs;
  programs.compiled = *std::move(compiled);
  const std::string_view ending = cell.generated_backend == kEngine ? "neural" : "py";
  programs.neural = results / fmt::format("{}_{}_neural.{}", cell.label, cell.generated_backend, ending);
  programs.native = results / fmt::format("{}_{}.py", cell.label, cell.contender.name);
  programs.neural_sha256 = sha256(programs.compiled.text);
  programs.native_sha256 = sha256(*native);
  programs.source_sha256 = sha256(*source);
  NEURAL_TRY(write_file(programs.neural, programs.compiled.text));
  NEURAL_TRY(write_file(programs.native, *native));
  return programs;
}

Expected<double> time_cold_compile(const Cell& cell, const Tools& tools) {
  const process::ScratchFolder scratch = NEURAL_TRY(process::ScratchFolder::make());
  process::Command command;
  command.arguments = tools.compile_command(cell.benchmark.source, cell.generated_backend, cell.variant.level,
                                            scratch.path() / "program.py");
  command.environment = process::helper_environment(tools.variables);
  command.log = scratch.path() / "log.txt";
  command.timeout_seconds = kTimeoutSeconds;
  const process::Ending ending = NEURAL_TRY(tools.runner.run(command));
  if (ending.exit_status == 0) return ending.wall_seconds;
  const std::string log = NEURAL_TRY(read_file(command.log));
  return fail(ErrorCode::kMeasurement,
              fmt::format("compiling `{}` in a process of its own failed: {}", cell.label, last_line(log)));
}

}  // namespace neural::bench::plan
