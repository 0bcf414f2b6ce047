#include "neural/bench/plan/revision.hpp"

#include <string_view>

#include "neural/bench/plan/git.hpp"

namespace neural::bench::plan {
namespace {

constexpr std::string_view kDirty = "-dirty";

}  // namespace

Json describe_revision(process::Runner& runner, const std::filesystem::path& folder,
                       const process::Variables& variables) {
  // No tag is taken for a name.
  const Expected<std::string> text =
      ask_git(runner, variables, folder, {"describe", "--always", "--abbrev=64", "--exclude", "*", "--dirty"});
  if (!text) return nullptr;
  std::string_view revision = *text;
  const bool dirty = revision.ends_with(kDirty);
  if (dirty) revision.remove_suffix(kDirty.size());
  if (!is_commit(revision)) return nullptr;
  return {{"revision", revision}, {"dirty", dirty}};
}

}  // namespace neural::bench::plan
