#include "neural/bench/plan/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "neural/base/files.hpp"
#include "neural/bench/plan/equal_pairs.hpp"
#include "neural/bench/plan/output_folder.hpp"
#include "neural/bench/plan/session_record.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEnvironment = "environment.json";

struct Part {
  fs::path folder;
  SessionRecord record;
  Json environment;
};

Expected<Part> read_part(const fs::path& folder) {
  const std::string name = fmt::format("`{}`", folder.string());
  if (!fs::exists(folder / kSessionFile)) {
    return fail(ErrorCode::kUsage,
                fmt::format("{} is no results folder of `neural bench`: it holds no `{}`", name, kSessionFile),
                "name the folder that was given to `neural bench --output`");
  }
  Part part{folder, NEURAL_TRY(read_session(folder)), NEURAL_TRY(read_json(folder / kEnvironment))};
  if (!part.record.protocol.finished_utc.empty()) return part;
  return fail(ErrorCode::kUsage, fmt::format("{} holds a session that is not finished", name),
              "go on with it: `neural bench --resume --output`");
}

/// What must be the same for two cells to stand in one report.
Json common(const Protocol& protocol) {
  Json value = to_json(protocol);
  for (const char* own : {"seed", "timeout_seconds", "started_utc", "finished_utc", "command", "repeat"})
    value.erase(own);
  return value;
}

Status check_alike(const Part& part, const Part& first) {
  const auto another = [&](const std::string& what) {
    return fail(ErrorCode::kUsage, fmt::format("`{}` and `{}` {}", first.folder.string(), part.folder.string(), what),
                "measure all parts with the same options but `--shard`");
  };
  if (part.record.version != first.record.version) return another("were measured by different versions");
  const Json one = common(first.record.protocol), other = common(part.record.protocol);
  for (const auto& [key, value] : one.items()) {
    if (other[key] == value) continue;
    return another(fmt::format("differ in `{}`: {} and {}", key, value.dump(), other[key].dump()));
  }
  return done();
}

/// No cell twice.
Status check_cells(const std::vector<Part>& parts) {
  std::map<std::string, fs::path> seen;
  for (const Part& part : parts) {
    for (const CellIdentity& cell : part.record.cells) {
      const auto [place, fresh] = seen.emplace(cell.cell, part.folder);
      if (fresh) continue;
      return fail(
          ErrorCode::kUsage,
          fmt::format("both `{}` and `{}` have measured `{}`", place->second.string(), part.folder.string(), cell.cell),
          "leave one of them out");
    }
  }
  return done();
}

Status copy_tree(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from)) return done();  // a program that could not be generated, a cell without equal pairs
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing, error);
  if (!error) return done();
  return tl::unexpected(
      system_error(fmt::format("cannot copy `{}` to `{}`", from.string(), to.string()), error.value()));
}

Status copy_cells(const Part& part, const fs::path& output) {
  for (const CellIdentity& cell : part.record.cells) {
    NEURAL_TRY(make_folder(output / "raw" / cell.cell));
    for (const std::string& name : {cell.cell, name_of_copy(cell.cell)}) {
      NEURAL_TRY(copy_tree(part.folder / "raw" / name, output / "raw" / name));
    }
    for (const std::string& program :
         {fmt::format("{}_{}_neural.py", cell.model, cell.backend), fmt::format("{}_{}.py", cell.model, cell.contender),
          program_of_copy(cell.model, cell.contender)}) {
      NEURAL_TRY(copy_tree(part.folder / program, output / program));
    }
  }
  return done();
}

Json describe(const Part& part) {
  Json cells = Json::array();
  for (const CellIdentity& cell : part.record.cells) cells.push_back(cell.cell);
  const Protocol& protocol = part.record.protocol;
  return {{"cells", cells},
          {"seed", protocol.seed},
          {"started_utc", protocol.started_utc},
          {"finished_utc", protocol.finished_utc},
          {"environment", part.environment}};
}

Json merged_environment(const std::vector<Part>& parts) {
  Json environment = parts.front().environment;
  environment["parts"] = Json::array();
  for (const Part& part : parts) environment["parts"].push_back(describe(part));
  return environment;
}

SessionRecord merged_record(const std::vector<Part>& parts) {
  SessionRecord record = parts.front().record;
  record.cells.clear();
  record.wanted = {};
  std::set<std::string> models, backends, contenders, levels;
  std::set<std::int64_t> batch_sizes;
  for (const Part& part : parts) {
    Protocol& protocol = record.protocol;
    protocol.started_utc = std::min(protocol.started_utc, part.record.protocol.started_utc);
    protocol.finished_utc = std::max(protocol.finished_utc, part.record.protocol.finished_utc);
    const Wanted& wanted = part.record.wanted;
    levels.insert(wanted.levels.begin(), wanted.levels.end());
    batch_sizes.insert(wanted.batch_sizes.begin(), wanted.batch_sizes.end());
    for (const CellIdentity& cell : part.record.cells) {
      record.cells.push_back(cell);
      models.emplace(model_of(cell.model));
      backends.insert(cell.backend);
      contenders.insert(cell.contender);
    }
  }
  record.wanted.models.assign(models.begin(), models.end());
  record.wanted.backends.assign(backends.begin(), backends.end());
  record.wanted.contenders.assign(contenders.begin(), contenders.end());
  record.wanted.levels.assign(levels.begin(), levels.end());
  record.wanted.batch_sizes.assign(batch_sizes.begin(), batch_sizes.end());
  std::stable_sort(record.cells.begin(), record.cells.end(),
                   [](const CellIdentity& a, const CellIdentity& b) { return a.cell < b.cell; });
  return record;
}

}  // namespace

Expected<Json> merge_sessions(const std::vector<fs::path>& folders, const fs::path& output,
                              const std::vector<report::Report>& reports) {
  std::vector<Part> parts;
  for (const fs::path& folder : folders) {
    std::error_code error;
    if (fs::exists(output) && fs::equivalent(folder, output, error)) {
      return fail(ErrorCode::kUsage, fmt::format("`{}` is one of the parts", output.string()),
                  "name another folder with `--output`");
    }
    parts.push_back(NEURAL_TRY(read_part(folder)));
    NEURAL_TRY(check_alike(parts.back(), parts.front()));
  }
  if (parts.empty()) return fail(ErrorCode::kUsage, "there is nothing to merge");
  NEURAL_TRY(check_cells(parts));
  NEURAL_TRY(clear_for_new_session(output));
  for (const Part& part : parts) NEURAL_TRY(copy_cells(part, output));
  NEURAL_TRY(write_file(output / kEnvironment, pretty_json(merged_environment(parts))));
  NEURAL_TRY(write_session(merged_record(parts), output));
  return report::write_reports(output, reports);
}

}  // namespace neural::bench::plan
