// session.json: what a session is, written before anything is measured.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neural/bench/plan/protocol.hpp"
#include "neural/bench/plan/select.hpp"

namespace neural::bench::plan {

/// The file of a session in its results folder.
inline constexpr const char* kSessionFile = "session.json";

/// A cell by what may not change while its session goes on.
struct CellIdentity {
  std::string cell;
  /// Its label.
  std::string model;
  std::string backend;
  std::string contender;
  /// Of model.neural and of the contender.
  std::string source_sha256;
  std::string native_sha256;
};

struct SessionRecord {
  Protocol protocol;
  Wanted wanted;
  std::string version;
  std::string python;
  std::vector<CellIdentity> cells;
};

Json to_json(const SessionRecord& record);
Expected<SessionRecord> read_session(const std::filesystem::path& results);
Status write_session(const SessionRecord& record, const std::filesystem::path& results);

/// The cells with the hashes of their files as they are now.
Expected<std::vector<CellIdentity>> identify(const std::vector<Cell>& cells);

/// An error (kUsage) that names the first file that changed since `before`, and the next step.
Status check_unchanged(const std::vector<CellIdentity>& before, const std::vector<CellIdentity>& now);

}  // namespace neural::bench::plan
