// A whole gate: measure this build against a baseline, and once more what looks worse.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "neural/bench/gate/baseline.hpp"
#include "neural/bench/gate/finding.hpp"
#include "neural/bench/plan/request.hpp"

namespace neural::bench::gate {

struct Request {
  /// As for `neural bench`; `output` is the gate's folder, in which its sessions have folders of their own. With
  /// `resume`, sessions that are finished there are not measured again.
  plan::Request session;
  /// A name for find_baseline().
  std::string baseline;
  /// Where sessions are looked for by number; nothing where no history is kept.
  std::optional<std::filesystem::path> history;
  /// Where revisions are built.
  std::filesystem::path cache;
  /// This program.
  std::filesystem::path executable;
};

struct Tools {
  /// A session; its benchmark_results.json.
  std::function<Expected<Json>(const plan::Request&)> measure;
  /// A sentence for the user.
  std::function<void(const std::string&)> notice;
  process::Runner& runner;
  process::Variables variables;
};

struct Report {
  std::string baseline;  ///< name_of()
  std::vector<Finding> findings;
  Outcome outcome = Outcome::kInvalid;
};

Json to_json(const Report& report);

/// The file of a gate in its folder.
inline constexpr const char* kGateFile = "gate.json";

/// Measures, against a build, the programs that both builds generate from each model, and the time they take for it;
/// against a stored session, the same benchmarks again, whose ratios are compared with those of then. What looks worse
/// is measured in a second session with other seeds, and is a regression where that says so, too. Writes gate.json.
///
/// Errors are those of find_baseline(), build_baseline() and of a session; and that a stored session is one of another
/// machine (kUsage).
Expected<Report> run_gate(const Request& request, const Tools& tools);

}  // namespace neural::bench::gate
