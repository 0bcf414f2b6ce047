#include "neural/bench/report/cell.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/json_view.hpp"

namespace neural::bench::report {
namespace {

namespace fs = std::filesystem;

Expected<std::vector<PairAttempt>> read_pairs(const Json& value, const std::string& name) {
  const Json list = NEURAL_TRY(json_field<Json>(value, "pairs", name));
  if (!list.is_array()) return fail(ErrorCode::kCorrupt, fmt::format("{}: `pairs` is no array", name));
  std::vector<PairAttempt> pairs;
  for (const Json& item : list) {
    PairAttempt pair;
    pair.pair = NEURAL_TRY(json_field<int>(item, "pair", name));
    pair.attempt = NEURAL_TRY(json_field<int>(item, "attempt", name));
    pair.state = NEURAL_TRY(json_field<std::string>(item, "state", name));
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

/// What is not known yet is null, and stays as it is.
template <class T>
Status read_if_known(const Json& value, const char* key, const std::string& name, T& target) {
  if (NEURAL_TRY(json_field<Json>(value, key, name)).is_null()) return done();
  target = NEURAL_TRY(json_field<T>(value, key, name));
  return done();
}

Status read_compile(const Json& value, const std::string& name, Cell& cell) {
  Json compile;
  NEURAL_TRY(read_if_known(value, "compile", name, compile));
  if (compile.is_null()) return done();
  cell.parse_seconds = NEURAL_TRY(json_field<std::vector<double>>(compile, "parse_seconds", name));
  cell.codegen_seconds = NEURAL_TRY(json_field<std::vector<double>>(compile, "codegen_seconds", name));
  return read_if_known(compile, "cold_process_seconds", name, cell.cold_process_seconds);
}

/// Sessions of earlier versions knew no budget.
Status read_limits(const Json& limits, const std::string& name, Cell& cell) {
  NEURAL_TRY(read_if_known(limits, "pairs", name, cell.most_pairs));
  NEURAL_TRY(read_if_known(limits, "memory_processes", name, cell.memory_processes));
  return read_if_known(limits, "given_up", name, cell.given_up);
}

Status read_seeds(const Json& value, const std::string& name, Cell& cell) {
  if (value.contains("seeds")) return read_if_known(value, "seeds", name, cell.seeds);
  const Json& seed = at(value, {"seed"});
  if (seed.is_number_unsigned()) cell.seeds = {seed.get<std::uint64_t>()};
  return done();
}

/// What says which cell this is comes first, so that it is known even if the rest is damaged.
Status fill(const Json& value, const std::string& name, Cell& cell) {
  const auto backend = NEURAL_TRY(json_field<std::string>(value, "backend", name));
  cell.model = NEURAL_TRY(json_field<std::string>(value, "model", name));
  cell.contender = NEURAL_TRY(json_field<std::string>(value, "contender", name));
  if (cell.backend.empty()) cell.backend = backend;
  cell.contender_level = NEURAL_TRY(json_field<std::string>(value, "contender_level", name));
  cell.error = NEURAL_TRY(json_field<std::string>(value, "error", name));
  cell.pairs = NEURAL_TRY(read_pairs(value, name));
  cell.sha256 = NEURAL_TRY(json_field<Json>(value, "sha256", name));
  cell.research = at(value, {"research"});
  cell.equal_to = text_at(value, {"equal_to"});
  cell.pairs_apart = text_at(value, {"pairs_apart"});
  cell.contender_backend = text_at(value, {"contender_backend"});
  // Sessions of earlier versions knew one level.
  cell.level = value.contains("level") ? text_at(value, {"level"}) : "O1";
  NEURAL_TRY(read_if_known(value, "batch_size", name, cell.batch_size));
  NEURAL_TRY(read_seeds(value, name, cell));
  if (value.contains("limits")) NEURAL_TRY(read_limits(value["limits"], name, cell));
  NEURAL_TRY(read_compile(value, name, cell));
  Json plan;
  NEURAL_TRY(read_if_known(value, "plan", name, plan));
  if (plan.is_null()) return done();
  return read_if_known(plan, "steps_per_epoch", name, cell.steps_per_epoch);
}

/// `cell` knows what the session says of it.
void read_cell(const ResultsFolder& folder, Cell& cell) {
  const fs::path place = fs::path("raw") / cell.name / "cell.json";
  const std::string name = fmt::format("`{}`", place.string());
  if (!folder.has(place)) {
    cell.error = fmt::format("interrupted: there is no {}", name);
    return;
  }
  const Expected<Json> value = folder.read_object(place);
  const Status filled = value ? fill(*value, name, cell) : Status(tl::unexpected(value.error()));
  if (!filled && cell.error.empty()) cell.error = filled.error().message;
  cell.runs = read_runs(folder, cell.name);
}

std::vector<Cell> named_cells(const Json& session) {
  std::vector<Cell> cells;
  for (const Json& item : list_at(session, {"cells"})) {
    Cell cell;
    cell.name = text_at(item, {"cell"});
    cell.model = text_at(item, {"model"});
    cell.backend = text_at(item, {"backend"});
    cell.contender = text_at(item, {"contender"});
    if (!cell.name.empty()) cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace

std::string PairAttempt::run(std::string_view side) const {
  return fmt::format("pair_{:02}_{}_{}", pair, attempt, side);
}

std::vector<Cell> read_cells(const ResultsFolder& folder, const Json& session) {
  std::vector<Cell> cells = named_cells(session);
  for (std::string& name : folder.folders_in("raw")) {
    const bool known = std::any_of(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.name == name; });
    if (known || !folder.has(fs::path("raw") / name / "cell.json")) continue;
    cells.emplace_back().name = std::move(name);
  }
  for (Cell& cell : cells) {
    read_cell(folder, cell);
    if (cell.model.empty()) cell.model = cell.name;
  }
  std::erase_if(cells, [](const Cell& cell) { return !cell.equal_to.empty(); });
  return cells;
}

std::vector<Cell> read_equal_cells(const ResultsFolder& folder) {
  std::vector<Cell> cells;
  for (std::string& name : folder.folders_in("raw")) {
    if (!folder.has(fs::path("raw") / name / "cell.json")) continue;
    Cell cell;
    cell.name = std::move(name);
    read_cell(folder, cell);
    if (!cell.equal_to.empty() && cell.error.empty()) cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace neural::bench::report
