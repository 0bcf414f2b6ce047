// What a gate compares this build with, as the user names it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/process/runner.hpp"
#include "neural/bench/process/variables.hpp"

namespace neural::bench::gate {

/// A state of the sources, to be built beside this one.
struct Revision {
  std::string name;  ///< as the user wrote it
  std::string sha;   ///< the whole of it
  std::filesystem::path repository;
};

/// Another build of this program.
struct Executable {
  std::filesystem::path path;
};

/// A session that was measured before.
struct StoredSession {
  std::string name;
  Json results;  ///< its benchmark_results.json
};

using Baseline = std::variant<Revision, Executable, StoredSession>;

/// "revision 1a2b3c4d5e6f (main)", "`build/neural`", "session 12".
std::string name_of(const Baseline& baseline);

struct BaselineSources {
  process::Runner& runner;
  const process::Variables& variables;
  /// A folder of the repository a revision is looked for in.
  std::filesystem::path repository;
  /// Nothing where no history is kept.
  std::optional<std::filesystem::path> history;
};

/// `reference` is, in this order: a results folder or a benchmark_results.json that is there; an executable file that
/// is there; a whole number, of a session in the history; a revision of the repository. What is none of these, or holds
/// no finished session, is an error (kUsage, kNotFound, kCorrupt) that says what a baseline may be.
Expected<Baseline> find_baseline(const std::string& reference, const BaselineSources& sources);

}  // namespace neural::bench::gate
