#include "neural/bench/plan/interpreter.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "neural/base/text.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHelp = "name an interpreter with `--python` or NEURAL_PYTHON, or activate a virtual environment";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool can_run(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

std::optional<fs::path> find_in_path(const std::string& name) {
  for (const std::string& folder : split(variable("PATH"), ':')) {
    if (can_run(fs::path(folder) / name)) return fs::path(folder) / name;
  }
  return std::nullopt;
}

/// One the user named: it has to be there.
Expected<fs::path> named(const std::string& interpreter, std::string_view source) {
  fs::path path = interpreter;
  if (interpreter.find('/') == std::string::npos) path = find_in_path(interpreter).value_or(path);
  // The path is not resolved further: a virtual environment is known by the link that leads out of it.
  if (can_run(path)) return fs::absolute(path);
  return fail(ErrorCode::kNotFound, fmt::format("{} names `{}`, which is no program", source, interpreter), kHelp);
}

}  // namespace

InterpreterSources interpreter_sources(std::string given) {
  std::error_code ignored;
  return {std::move(given), variable("NEURAL_PYTHON"), variable("VIRTUAL_ENV"), fs::current_path(ignored),
          fs::read_symlink("/proc/self/exe", ignored)};
}

Expected<fs::path> choose_interpreter(const InterpreterSources& sources) {
  if (!sources.given.empty()) return named(sources.given, "`--python`");
  if (!sources.neural_python.empty()) return named(sources.neural_python, "NEURAL_PYTHON");
  if (!sources.virtual_environment.empty()) return named(sources.virtual_environment + "/bin/python", "VIRTUAL_ENV");
  for (const fs::path& path :
       {sources.working_folder / ".venv/bin/python", sources.executable.parent_path() / "python3",
        sources.executable.parent_path() / "python"}) {
    if (can_run(path)) return path;
  }
  return fail(ErrorCode::kNotFound, "there is no Python to run programs with", kHelp);
}

}  // namespace neural::bench::plan
