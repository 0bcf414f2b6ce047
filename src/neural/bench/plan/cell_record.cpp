#include "neural/bench/plan/cell_record.hpp"

#include <fmt/format.h>

#include "neural/base/check.hpp"
#include "neural/base/files.hpp"

namespace neural::bench::plan {
namespace {

constexpr const char* kCellFile = "cell.json";

Json to_json(const PairAttempt& attempt) {
  return {
      {"pair", attempt.pair},
      {"attempt", attempt.attempt},
      {"order", {process::name_of(attempt.draw.order[0]), process::name_of(attempt.draw.order[1])}},
      {"seed", attempt.draw.seed},
      {"padding", attempt.draw.padding},
      {"state", name_of(attempt.state)},
  };
}

Json to_json(const CompileTimes& times) {
  return {{"parse_seconds", times.parse_seconds},
          {"codegen_seconds", times.codegen_seconds},
          {"cold_process_seconds", times.cold_process_seconds}};
}

Expected<EarlierCell> earlier_cell(const std::filesystem::path& file) {
  const std::string name = fmt::format("`{}`", file.string());
  const Json value = NEURAL_TRY(read_json(file));
  const Json hashes = NEURAL_TRY(json_field<Json>(value, "sha256", name));
  const Json compile = NEURAL_TRY(json_field<Json>(value, "compile", name));
  EarlierCell cell;
  cell.neural_sha256 = NEURAL_TRY(json_field<std::string>(hashes, "neural_program", name));
  cell.compile.parse_seconds = NEURAL_TRY(json_field<std::vector<double>>(compile, "parse_seconds", name));
  cell.compile.codegen_seconds = NEURAL_TRY(json_field<std::vector<double>>(compile, "codegen_seconds", name));
  cell.compile.cold_process_seconds = NEURAL_TRY(json_field<double>(compile, "cold_process_seconds", name));
  return cell;
}

/// The keys that come from the model.
void add_program(Json& value, const Programs& programs, const std::vector<std::uint64_t>& seeds) {
  const CompiledProgram& compiled = programs.compiled;
  value["network"] = compiled.network;
  value["parameters"] = compiled.parameters;
  value["batch_size"] = compiled.batch_size;
  value["seed"] = compiled.seed;
  value["seeds"] = seeds;
  value["dataset"] = compiled.dataset;
  value["research"] = compiled.research;
  value["sha256"] = {{"source", programs.source_sha256},
                     {"neural_program", programs.neural_sha256},
                     {"native_program", programs.native_sha256}};
}

Json to_json(const Limits& limits) {
  return {{"pairs", limits.pairs ? Json(*limits.pairs) : Json()},
          {"memory_processes", limits.memory_processes ? Json(*limits.memory_processes) : Json()},
          {"given_up", limits.given_up}};
}

Json plan_of(const CellRecord& record) {
  if (!record.programs || !record.data) return {};
  process::WorkerPlan plan;
  plan.train_rows = record.data->train_rows;
  plan.batch_size = record.programs->compiled.batch_size;
  Json value;
  value["warmup_steps"] = record.steps ? Json(record.steps->warmup_steps) : Json();
  value["short_steps"] = record.steps ? Json(record.steps->short_steps) : Json();
  value["long_steps"] = record.steps ? Json(record.steps->long_steps) : Json();
  value["steps_per_epoch"] = plan.steps_per_epoch();
  return value;
}

}  // namespace

std::string_view name_of(PairState state) {
  switch (state) {
    case PairState::kComplete:
      return "complete";
    case PairState::kInterrupted:
      return "interrupted";
    case PairState::kInvalid:
      return "invalid";
    case PairState::kNoisy:
      return "noisy";
  }
  NEURAL_CHECK(false, "a state without a name");
}

std::vector<std::uint64_t> seeds_of(const CellRecord& record) {
  // What every framework takes for a seed; the declared one is theirs to check.
  constexpr std::uint64_t kSeeds = std::uint64_t{1} << 31U;
  std::vector<std::uint64_t> seeds = {record.programs->compiled.seed};
  while (seeds.size() < static_cast<std::size_t>(record.seeds)) seeds.push_back((seeds.back() + 1) % kSeeds);
  return seeds;
}

std::string PairAttempt::run(process::Side side) const {
  return fmt::format("pair_{:02}_{}_{}", pair, attempt, process::name_of(side));
}

Json to_json(const CellRecord& record) {
  Json value = {
      {"schema", 1},
      {"model", record.cell.label},
      {"backend", record.cell.generated_backend},
      {"contender", record.cell.contender.name},
      {"contender_level", record.cell.contender.constants.level},
      {"contender_backend", record.cell.contender.constants.backend},
      {"reference", record.cell.contender.constants.reference},
      {"level", record.cell.variant.level},
      {"network", nullptr},
      {"parameters", nullptr},
      {"epochs", record.epochs},
      {"batch_size", nullptr},
      {"seed", nullptr},
      {"seeds", nullptr},
      {"dataset", nullptr},
      {"research", nullptr},
      {"train_rows", record.data ? Json(record.data->train_rows) : Json()},
      {"test_rows", record.data ? Json(record.data->test_rows) : Json()},
      {"compile", record.compile ? to_json(*record.compile) : Json()},
      {"sha256", nullptr},
      {"plan", plan_of(record)},
      {"pairs", Json::array()},
      {"pairs_apart", record.pairs_apart},
      {"limits", to_json(record.limits)},
      {"error", record.error},
  };
  if (!record.equal_to.empty()) value["equal_to"] = record.equal_to;
  if (record.programs) add_program(value, *record.programs, seeds_of(record));
  for (const PairAttempt& attempt : record.pairs) value["pairs"].push_back(to_json(attempt));
  return value;
}

Status save_cell(const CellRecord& record, const std::filesystem::path& results) {
  const std::filesystem::path folder = results / "raw" / record.cell.name;
  NEURAL_TRY(make_folder(folder));
  return write_file(folder / kCellFile, pretty_json(to_json(record)));
}

std::optional<EarlierCell> read_earlier_cell(const std::string& name, const std::filesystem::path& results) {
  Expected<EarlierCell> cell = earlier_cell(results / "raw" / name / kCellFile);
  if (!cell) return std::nullopt;
  return *std::move(cell);
}

}  // namespace neural::bench::plan
