#include "neural/bench/plan/session_record.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/files.hpp"
#include "neural/base/hashes.hpp"

namespace neural::bench::plan {
namespace {

constexpr const char* kStartAnew = "undo the change to go on, or start anew with another `--output`";

Json to_json(const CellIdentity& cell) {
  return {
      {"cell", cell.cell},
      {"model", cell.model},
      {"backend", cell.backend},
      {"contender", cell.contender},
      {"sha256", {{"source", cell.source_sha256}, {"native_program", cell.native_sha256}}},
  };
}

Expected<CellIdentity> cell_from_json(const Json& value, std::string_view name) {
  CellIdentity cell;
  cell.cell = NEURAL_TRY(json_field<std::string>(value, "cell", name));
  cell.model = NEURAL_TRY(json_field<std::string>(value, "model", name));
  cell.backend = NEURAL_TRY(json_field<std::string>(value, "backend", name));
  cell.contender = NEURAL_TRY(json_field<std::string>(value, "contender", name));
  const Json hashes = NEURAL_TRY(json_field<Json>(value, "sha256", name));
  cell.source_sha256 = NEURAL_TRY(json_field<std::string>(hashes, "source", name));
  cell.native_sha256 = NEURAL_TRY(json_field<std::string>(hashes, "native_program", name));
  return cell;
}

Expected<Wanted> wanted_from_json(const Json& value, std::string_view name) {
  Wanted wanted;
  wanted.models = NEURAL_TRY(json_field<std::vector<std::string>>(value, "models", name));
  wanted.backends = NEURAL_TRY(json_field<std::vector<std::string>>(value, "backends", name));
  wanted.contenders = NEURAL_TRY(json_field<std::vector<std::string>>(value, "contenders", name));
  if (value.contains("levels")) wanted.levels = NEURAL_TRY(json_field<std::vector<std::string>>(value, "levels", name));
  if (value.contains("batch_sizes")) {
    wanted.batch_sizes = NEURAL_TRY(json_field<std::vector<std::int64_t>>(value, "batch_sizes", name));
  }
  if (value.contains("shard")) {
    const auto shard = NEURAL_TRY(json_field<std::vector<int>>(value, "shard", name));
    if (shard.size() != 2 || shard[0] < 1 || shard[1] < shard[0]) {
      return fail(ErrorCode::kCorrupt, fmt::format("{}: `shard` is no part of a whole", name));
    }
    wanted.shard = {shard[0], shard[1]};
  }
  return wanted;
}

tl::unexpected<Error> changed(const std::string& file) {
  return fail(ErrorCode::kUsage, fmt::format("`{}` has changed since this session began", file), kStartAnew);
}

}  // namespace

Json to_json(const SessionRecord& record) {
  Json cells = Json::array();
  for (const CellIdentity& cell : record.cells) cells.push_back(to_json(cell));
  const Wanted& wanted = record.wanted;
  Json asked = {{"models", wanted.models}, {"backends", wanted.backends}, {"contenders", wanted.contenders}};
  if (!wanted.levels.empty()) asked["levels"] = wanted.levels;
  if (!wanted.batch_sizes.empty()) asked["batch_sizes"] = wanted.batch_sizes;
  if (wanted.shard.count > 1) asked["shard"] = {wanted.shard.index, wanted.shard.count};
  return {
      {"schema", 1},
      {"version", record.version},
      {"asked", asked},
      {"protocol", to_json(record.protocol)},
      {"python", record.python},
      {"cells", cells},
  };
}

namespace {

Expected<SessionRecord> parse_session(const std::filesystem::path& results) {
  const std::filesystem::path file = results / kSessionFile;
  const std::string name = fmt::format("`{}`", file.string());
  const Json value = NEURAL_TRY(read_json(file));
  const Json protocol = NEURAL_TRY(json_field<Json>(value, "protocol", name));
  const Json asked = NEURAL_TRY(json_field<Json>(value, "asked", name));
  const Json cells = NEURAL_TRY(json_field<Json>(value, "cells", name));
  SessionRecord record;
  record.protocol = NEURAL_TRY(protocol_from_json(protocol, name));
  record.wanted = NEURAL_TRY(wanted_from_json(asked, name));
  record.version = NEURAL_TRY(json_field<std::string>(value, "version", name));
  record.python = NEURAL_TRY(json_field<std::string>(value, "python", name));
  for (const Json& cell : cells) record.cells.push_back(NEURAL_TRY(cell_from_json(cell, name)));
  return record;
}

}  // namespace

Expected<SessionRecord> read_session(const std::filesystem::path& results) {
  Expected<SessionRecord> record = parse_session(results);
  if (!record && record.error().help.empty()) {
    record.error().help = "it cannot be gone on with: start anew with another `--output`, or move this folder away";
  }
  return record;
}

Status write_session(const SessionRecord& record, const std::filesystem::path& results) {
  return write_file(results / kSessionFile, pretty_json(to_json(record)));
}

Expected<std::vector<CellIdentity>> identify(const std::vector<Cell>& cells) {
  std::vector<CellIdentity> identities;
  for (const Cell& cell : cells) {
    const std::string source = NEURAL_TRY(read_file(cell.benchmark.source));
    const std::string native = NEURAL_TRY(read_file(cell.contender.file));
    identities.push_back(
        {cell.name, cell.label, cell.generated_backend, cell.contender.name, sha256(source), sha256(native)});
  }
  return identities;
}

Status check_unchanged(const std::vector<CellIdentity>& before, const std::vector<CellIdentity>& now) {
  for (const CellIdentity& cell : before) {
    const auto same = std::find_if(now.begin(), now.end(), [&](const CellIdentity& other) {
      return other.cell == cell.cell && other.backend == cell.backend;
    });
    if (same == now.end()) {
      return fail(
          ErrorCode::kUsage,
          fmt::format("`{}/{}.py` was there when this session began and is gone", model_of(cell.model), cell.contender),
          kStartAnew);
    }
    if (same->source_sha256 != cell.source_sha256) return changed(fmt::format("{}/model.neural", model_of(cell.model)));
    if (same->native_sha256 != cell.native_sha256)
      return changed(fmt::format("{}/{}.py", model_of(cell.model), cell.contender));
  }
  if (now.size() == before.size()) return done();
  return fail(ErrorCode::kUsage, "there are benchmarks now that were not there when this session began", kStartAnew);
}

}  // namespace neural::bench::plan
