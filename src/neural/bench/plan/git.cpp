#include "neural/bench/plan/git.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/plan/python_tools.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

/// Empty where there is none.
fs::path find_git(const process::Variables& variables) {
  for (const auto& [name, value] : variables) {
    if (name != "PATH") continue;
    for (const std::string& folder : split(value, ':')) {
      const fs::path git = fs::path(folder) / "git";
      if (git.is_absolute() && ::access(git.c_str(), X_OK) == 0) return git;
    }
  }
  return {};
}

}  // namespace

Expected<std::string> ask_git(process::Runner& runner, const process::Variables& variables, const fs::path& folder,
                              const std::vector<std::string>& arguments, double timeout_seconds) {
  const fs::path git = find_git(variables);
  if (git.empty()) return fail(ErrorCode::kNotFound, "there is no `git` on the PATH", "install it");
  const process::ScratchFolder scratch = NEURAL_TRY(process::ScratchFolder::make());
  process::Command command;
  // Nothing is written into the repository.
  command.arguments = {git.string(), "--no-optional-locks", "-C", fs::absolute(folder).string()};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.environment = process::helper_environment(variables);
  command.log = scratch.path() / "log.txt";
  command.standard_output = scratch.path() / "output.txt";
  command.timeout_seconds = timeout_seconds;
  const process::Ending ending = NEURAL_TRY(runner.run(command));
  if (ending.exit_status == 0) {
    const std::string text = NEURAL_TRY(read_file(command.standard_output));
    return std::string(trim(text));
  }
  const std::string log = read_file(command.log).value_or(std::string());
  return fail(ErrorCode::kProcess, fmt::format("git {} failed: {}", arguments.front(), last_line(log)));
}

bool is_commit(std::string_view text) {
  constexpr std::size_t kShortest = 40;
  return text.size() >= kShortest && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace neural::bench::plan
