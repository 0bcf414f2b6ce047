#include "neural/bench/report/collect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "neural/base/json_view.hpp"
#include "neural/bench/report/abstraction.hpp"
#include "neural/bench/report/cell.hpp"
#include "neural/bench/report/noise_floor.hpp"
#include "neural/bench/report/parity_result.hpp"
#include "neural/bench/report/quality.hpp"
#include "neural/bench/report/research.hpp"
#include "neural/bench/report/results_folder.hpp"
#include "neural/bench/report/samples.hpp"
#include "neural/bench/report/side.hpp"
#include "neural/bench/report/verdicts.hpp"
#include "neural/bench/stats/compare.hpp"

namespace neural::bench::report {
namespace {

namespace fs = std::filesystem;

/// A cell with everything that is said of it.
struct JudgedCell {
  Cell cell;
  Json neural;
  Json native;
  Json parity;
  PairTimes pairs;
  Verdicts verdicts;
};

/// Only what the session's own protocol says, in the words of this version.
Expected<Promise> read_promise(const Json& protocol) {
  constexpr std::size_t kMemoryProcesses = 3;
  const std::string name = "`session.json`: protocol";
  const bool quick = NEURAL_TRY(json_field<bool>(protocol, "quick", name));
  Promise promise;
  promise.rule = quick ? stats::quick_rule() : stats::pocock_rule();
  promise.rule.tolerance = NEURAL_TRY(json_field<double>(protocol, "delta_time", name));
  promise.memory_processes = quick ? 1 : kMemoryProcesses;
  const auto looks = NEURAL_TRY(json_field<std::vector<int>>(protocol, "looks", name));
  if (looks == promise.rule.looks && stats::is_measurement(promise.rule.tolerance)) return promise;
  return fail(ErrorCode::kCorrupt, name + " is not that of this version",
              "compute the report with the version of the program that measured");
}

/// What the session's budget left of its promise.
Promise within_limits(Promise promise, const Cell& cell) {
  if (cell.most_pairs > 0) {
    std::erase_if(promise.rule.looks, [&](int look) { return look > cell.most_pairs; });
    if (promise.rule.looks.empty()) promise.rule.looks = {cell.most_pairs};
  }
  if (cell.memory_processes > 0) promise.memory_processes = std::min(promise.memory_processes, cell.memory_processes);
  return promise;
}

JudgedCell judge(const ResultsFolder& folder, Cell cell, const Promise& promise) {
  Measurements measurements;
  measurements.pairs = pair_times(cell);
  measurements.neural_memory = peak_memory(cell, "neural");
  measurements.native_memory = peak_memory(cell, "native");
  const ParityResult parity = certify(folder, cell);
  measurements.parity_fault = parity.fault;
  Json neural = side_json(cell, "neural", measurements.pairs.neural, measurements.neural_memory);
  Json native = side_json(cell, "native", measurements.pairs.native, measurements.native_memory);
  Verdicts verdicts = judge_cell(cell, measurements, within_limits(promise, cell));
  return {std::move(cell),    std::move(neural), std::move(native), parity.json, std::move(measurements.pairs),
          std::move(verdicts)};
}

double side_number(const Json& side, const char* key) {
  return number_at(side, {key}).value_or(std::nan(""));
}

/// The ratio of the pairs beside the seconds of the full runs.
Json training_time_json(const JudgedCell& judged) {
  stats::Comparison time = judged.verdicts.time;
  if (time.verdict != stats::Verdict::kInvalid) {
    time.neural = side_number(judged.neural, "training_time");
    time.native = side_number(judged.native, "training_time");
    time.difference = time.neural - time.native;
  }
  return to_json(time);
}

Json total_time_json(const JudgedCell& judged) {
  if (judged.verdicts.time.verdict == stats::Verdict::kInvalid) return to_json(judged.verdicts.time);
  stats::Comparison time;
  time.neural = side_number(judged.neural, "total_time");
  time.native = side_number(judged.native, "total_time");
  time.difference = time.neural - time.native;
  time.ratio = time.neural / time.native;
  time.percentage = 100 * (time.ratio - 1);
  time.pairs = 1;
  time.flags.single = true;
  time.reason = "one full run a side; see training_time";
  return to_json(time);
}

/// Steps after which what is saved a step has paid for compiling, and for a first step that takes longer. Null where
/// nothing is known to be saved.
Json break_even_json(const JudgedCell& judged) {
  if (judged.verdicts.time.verdict != stats::Verdict::kFaster) return {};
  const double saved = side_number(judged.native, "step_time") - side_number(judged.neural, "step_time");
  const double longer = side_number(judged.neural, "first_step_time") - side_number(judged.native, "first_step_time");
  const double steps = std::ceil((side_number(judged.neural, "compile_time") + longer) / saved);
  return saved > 0 && std::isfinite(steps) ? Json(std::llround(std::max(0.0, steps))) : Json();
}

Json compile_overhead_json(const JudgedCell& judged) {
  const double part = side_number(judged.neural, "compile_time") / side_number(judged.neural, "training_time");
  return {{"parse_time", at(judged.neural, {"parse_time"})},
          {"codegen_time", at(judged.neural, {"codegen_time"})},
          {"compile_time", at(judged.neural, {"compile_time"})},
          {"cold_process_time", number_or_null(judged.cell.cold_process_seconds)},
          {"percentage_of_training", number_or_null(100 * part)},
          {"break_even_steps", break_even_json(judged)}};
}

Json pairs_json(const Cell& cell) {
  Json pairs = Json::array();
  for (const PairAttempt& pair : cell.pairs) {
    pairs.push_back({{"pair", pair.pair}, {"attempt", pair.attempt}, {"state", pair.state}});
  }
  return pairs;
}

bool has_times(const JudgedCell& judged) {
  return judged.verdicts.time.verdict != stats::Verdict::kInvalid;
}

/// Null unless the contender is of level "other" and the idiomatic program of its model and backend was measured too.
/// The engine is none to be compared with.
Json tax_json(const JudgedCell& judged, const std::vector<JudgedCell>& all, const stats::Rule& rule) {
  const Cell& cell = judged.cell;
  if (cell.contender_level != "other" || cell.backend == "engine" || !has_times(judged)) return {};
  for (const JudgedCell& other : all) {
    if (other.cell.model != cell.model || other.cell.backend != cell.backend || !has_times(other) ||
        other.cell.contender_level != "idiomatic") {
      continue;
    }
    return abstraction_tax_json(judged.pairs, other.pairs, other.cell.contender, rule);
  }
  return {};
}

Json result_json(const JudgedCell& judged, std::optional<double> target, Json tax) {
  const Cell& cell = judged.cell;
  const Verdicts& verdicts = judged.verdicts;
  const Json comparison = {
      {"model_name", cell.model},
      {"backend", cell.backend},
      {"training_time", training_time_json(judged)},
      {"total_time", total_time_json(judged)},
      {"memory", to_json(verdicts.memory)},
      {"accuracy", accuracy_json(judged.neural, judged.native, verdicts.fault)},
      {"loss", loss_json(judged.neural, judged.native, verdicts.fault)},
      {"time_to_target", target_json(judged.neural, judged.native, target, verdicts.fault)},
      {"compile_overhead", compile_overhead_json(judged)},
      {"parity", judged.parity},
      {"abstraction_tax", std::move(tax)},
  };
  return {
      {"model", cell.model},
      {"backend", cell.backend},
      {"contender", cell.contender},
      {"contender_level", cell.contender_level},
      {"contender_backend", cell.contender_backend},
      {"level", cell.level},
      {"batch_size", cell.batch_size > 0 ? Json(cell.batch_size) : Json()},
      {"neural", judged.neural},
      {"native", judged.native},
      {"comparison", comparison},
      {"pairs", pairs_json(cell)},
      {"given_up", cell.given_up},
      {"pairs_apart", cell.pairs_apart},
      {"research", research_json(cell.research, judged.neural, judged.native)},
      {"sha256", cell.sha256},
      {"status", verdicts.reason.empty() ? "complete" : "invalid"},
      {"reason", verdicts.reason},
      {"next", verdicts.next},
  };
}

void mark_survivors(std::vector<JudgedCell>& cells) {
  std::vector<stats::Comparison*> family;
  for (JudgedCell& judged : cells) family.push_back(&judged.verdicts.time);
  stats::mark_holm_survivors(family);
}

}  // namespace

Expected<Json> collect_results(const fs::path& root) {
  const ResultsFolder folder(root);
  const Json session = NEURAL_TRY(folder.read_object("session.json"));
  const Json protocol = NEURAL_TRY(json_field<Json>(session, "protocol", "`session.json`"));
  const Promise promise = NEURAL_TRY(read_promise(protocol));
  const std::string version = NEURAL_TRY(json_field<std::string>(session, "version", "`session.json`"));
  const Expected<Json> environment = folder.read_object("environment.json");

  std::vector<JudgedCell> cells;
  for (Cell& cell : read_cells(folder, session)) cells.push_back(judge(folder, std::move(cell), promise));
  mark_survivors(cells);

  Json results = Json::array();
  const std::optional<double> target = number_at(protocol, {"target_accuracy"});
  for (const JudgedCell& judged : cells) {
    results.push_back(result_json(judged, target, tax_json(judged, cells, promise.rule)));
  }
  Json problems = Json::array();
  if (!environment) problems.push_back(environment.error().message);
  const Json document = {
      {"schema_version", 1},
      {"generator", {{"name", "neural"}, {"version", version}}},
      {"units", {{"time", "seconds"}, {"memory", "bytes"}, {"accuracy", "fraction"}}},
      {"environment", environment ? *environment : Json::object()},
      {"problems", problems},
      {"protocol", protocol},
      {"noise_floor", noise_floor_json(folder)},
      {"results", results},
  };
  // Names of folders need not be text; the document is what its file says.
  return parse_json(pretty_json(document), "results");
}

}  // namespace neural::bench::report
