#include "neural/bench/plan/revision.hpp"

#include <unistd.h>

#include <algorithm>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

constexpr double kTimeoutSeconds = 20;
constexpr std::string_view kDirty = "-dirty";

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

bool is_revision(std::string_view text) {
  return text.size() >= 40 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

Json describe_revision(process::Runner& runner, const fs::path& folder, const process::Variables& variables) {
  const fs::path git = find_git(variables);
  const Expected<process::ScratchFolder> scratch = process::ScratchFolder::make();
  if (git.empty() || !scratch) return nullptr;
  process::Command command;
  // No tag is taken for a name, and nothing is written into the repository.
  command.arguments = {git.string(),  "--no-optional-locks",
                       "-C",          fs::absolute(folder).string(),
                       "describe",    "--always",
                       "--abbrev=64", "--exclude",
                       "*",           "--dirty"};
  command.environment = process::helper_environment(variables);
  command.log = scratch->path() / "log.txt";
  command.standard_output = scratch->path() / "output.txt";
  command.timeout_seconds = kTimeoutSeconds;
  const Expected<process::Ending> ending = runner.run(command);
  const std::string text = read_file(command.standard_output).value_or(std::string());
  if (!ending || ending->exit_status != 0) return nullptr;
  std::string_view revision = trim(text);
  const bool dirty = revision.ends_with(kDirty);
  if (dirty) revision.remove_suffix(kDirty.size());
  if (!is_revision(revision)) return nullptr;
  return {{"revision", revision}, {"dirty", dirty}};
}

}  // namespace neural::bench::plan
