#include "neural/cli/parity_cases.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/parity/compare.hpp"
#include "neural/cli/engine_side.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/emit/text/custom_classes.hpp"
#include "neural/model/layer_queries.hpp"
#include "neural/weights/weights.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;
using bench::parity::Certificate;
using bench::parity::Check;
using bench::parity::Protocol;

constexpr double kExact = 1e-9;       // of float64
constexpr double kLeastShare = 1e-4;  // see Protocol::least_share

std::vector<int> weight_steps(std::int64_t steps) {
  std::vector<int> all;
  for (const int step : {1, 2, 10}) {
    if (step <= steps) all.push_back(step);
  }
  return all;
}

/// The second backend is measured against the first.
Protocol protocol_of(const ParityOptions& options, const emit::Backend& first, const emit::Backend& second) {
  Protocol protocol = {.first = std::string(second.title),
                       .second = std::string(first.title),
                       .weight_steps = weight_steps(options.steps),
                       .loss_steps = {},
                       .reruns_widen_gradients = true,
                       .flipped_share = 0,
                       .least_share = kLeastShare};
  for (const std::size_t step : {20, 200}) {
    if (step <= static_cast<std::size_t>(options.steps)) protocol.loss_steps.push_back(step);
  }
  // A graph computes in float32, whatever the others do.
  if (options.float64 && can_train(first) && can_train(second)) protocol.tolerance = kExact;
  return protocol;
}

/// The line of the layer that has the tensor; 0 of no tensor.
std::uint32_t line_of(const model::Model& model, const std::string& where) {
  for (const weights::NamedTensor& tensor : weights::tensors_of(model)) {
    if (where == tensor.name) return tensor.layer->line;
  }
  return 0;
}

std::uint32_t line_of_first_failure(const model::Model& model, const Certificate& certificate) {
  const auto failed = std::find_if(certificate.checks.begin(), certificate.checks.end(),
                                   [](const Check& check) { return !check.passed; });
  return failed == certificate.checks.end() ? 0 : line_of(model, failed->where);
}

void refuse(ParityCase& one, Error why) {
  one.error = std::move(why);
  one.is_refused = true;
}

Status compile(ParityCase& one, const ParityOptions& options) {
  const emit::Options emit_options = {.strict = options.strict,
                                      .source_name = fs::path(one.file).filename().string(),
                                      .source_sha256 = one.source_sha256,
                                      .version = NEURAL_VERSION,
                                      .chosen = one.chosen,
                                      .allow_python_lambda = options.allow_python_lambda};
  NEURAL_TRY(make_folder(one.plan.folder));
  one.sides = NEURAL_TRY(compile_sides(*one.model, one.plan, emit_options, options.backends));
  const auto cannot = std::find_if(one.sides.begin(), one.sides.end(), [](const auto& side) { return !side.program; });
  const auto able =
      std::count_if(one.sides.begin(), one.sides.end(), [](const auto& side) { return side.program.has_value(); });
  if (able < 2 || (options.needs_all && cannot != one.sides.end())) {
    refuse(one, {ErrorCode::kUsage, fmt::format("{} cannot express this network", cannot->backend->title), {}});
  }
  return done();
}

/// The cases that are not refused and have not failed yet.
std::vector<ParityCase*> able(std::span<ParityCase> cases) {
  std::vector<ParityCase*> all;
  for (ParityCase& one : cases) {
    if (!one.error) all.push_back(&one);
  }
  return all;
}

/// That all sides saw the same is not taken on trust.
Status read_index(ParityCase& one, const fs::path& folder) {
  const Json index = NEURAL_TRY(read_json(folder / "index.json"));
  const std::string name = as_code((folder / "index.json").string());
  const std::string seen = NEURAL_TRY(json_field<std::string>(index, "batches", name));
  for (const auto& [field, all] : {std::pair{"versions", &one.versions}, std::pair{"settings", &one.settings}}) {
    const Json found = NEURAL_TRY(json_field<Json>(index, field, name));
    for (const auto& [key, value] : found.items()) (*all)[key] = value;
  }
  if (one.batches.empty()) one.batches = seen;
  if (seen == one.batches) return done();
  return fail(ErrorCode::kMeasurement, fmt::format("{} saw other batches than the first side", name),
              "use one version of NumPy for all of them");
}

Expected<Comparison> compare(const ParityCase& one, const ParitySide& first, const ParitySide& second,
                             const ParityOptions& options, bool with_reruns) {
  const Protocol protocol = protocol_of(options, *first.backend, *second.backend);
  const fs::path here = folder_of(one.plan, second);
  const fs::path there = folder_of(one.plan, first);
  Comparison comparison = {first.backend, second.backend, {}, 0};
  if (can_train(*first.backend) && can_train(*second.backend) && trains(*one.model)) {
    std::vector<fs::path> reruns;
    for (int rerun = 1; with_reruns && rerun <= kReruns; ++rerun) reruns.push_back(folder_of(one.plan, first, rerun));
    comparison.certificate = NEURAL_TRY(bench::parity::compare_folders(here, there, reruns, protocol));
  } else {
    comparison.certificate =
        NEURAL_TRY(bench::parity::compare_predictions(here / "predictions.npy", there / "predictions.npy", protocol));
  }
  comparison.line = line_of_first_failure(*one.model, comparison.certificate);
  return comparison;
}

Status compare(ParityCase& one, const ParityOptions& options, bool with_reruns) {
  one.comparisons.clear();
  const ParitySide* first = nullptr;
  for (const ParitySide& side : one.sides) {
    if (!side.program) continue;
    NEURAL_TRY(read_index(one, folder_of(one.plan, side)));
    if (first == nullptr) {
      first = &side;
    } else {
      one.comparisons.push_back(NEURAL_TRY(compare(one, *first, side, options, with_reruns)));
    }
  }
  return done();
}

void compare_or_say_why(ParityCase& one, const ParityOptions& options, bool with_reruns) {
  if (Status status = compare(one, options, with_reruns); !status) one.error = std::move(status.error());
}

/// What reruns can widen: the gradients, weights and losses of training.
bool is_of_training(const ParityCase& one, const Comparison& comparison) {
  return can_train(*comparison.first) && can_train(*comparison.second) && trains(*one.model);
}

/// "PyTorch: 200 steps of 12 networks", on a terminal.
void announce(const emit::Backend& backend, std::size_t networks, const ParityOptions& options, int rerun) {
  if (!is_terminal(stderr)) return;
  const std::string of = networks == 1 ? "" : fmt::format(" of {} networks", networks);
  tell(can_train(backend) ? fmt::format("{}: {} steps{}{}\n", backend.title, options.steps, of,
                                        rerun == 0 ? "" : fmt::format(", rerun {}", rerun))
                          : fmt::format("{}: predictions{}\n", backend.title, of));
}

/// Runs a side of each case; what fails is in the cases.
Status run(const std::vector<std::pair<ParityCase*, const ParitySide*>>& which, const ParityOptions& options,
           int rerun) {
  if (which.empty()) return done();
  announce(*which.front().second->backend, which.size(), options, rerun);
  std::vector<SideRun> runs;
  for (const auto& [one, side] : which) runs.push_back({&*one->model, &one->plan, side, rerun});
  std::vector<Status> endings = NEURAL_TRY(run_sides(runs));
  for (std::size_t i = 0; i < which.size(); ++i) {
    if (!endings[i]) which[i].first->error = std::move(endings[i].error());
  }
  return done();
}

/// A layer in which float32 is rounded to 16 bits, where there is one.
const model::Layer* find_16_bits(const model::Model& model) {
  const auto rounds = [](const model::Layer& layer) {
    return layer.attributes.has(model::Parameter::dtype) &&
           layer.attributes.word(model::Parameter::dtype).ends_with("float16");
  };
  const auto found = std::find_if(model.layers.begin(), model.layers.end(),
                                  [&](const model::Layer& layer) { return model::holds(layer, rounds); });
  return found == model.layers.end() ? nullptr : &*found;
}

}  // namespace

Outcome ParityCase::outcome() const {
  if (error) return is_refused ? Outcome::kRefused : Outcome::kFailed;
  const bool agreed = std::all_of(comparisons.begin(), comparisons.end(),
                                  [](const Comparison& each) { return each.certificate.passed; });
  return agreed ? Outcome::kAgreed : Outcome::kDiffer;
}

ParityCase parity_case(const CheckedFile& file, const std::string& path, const std::string& network,
                       const model::Model& model, fs::path folder, const ParityOptions& options) {
  ParityCase one;
  one.file = path;
  one.network = network;
  one.source_sha256 = file.sha256;
  one.chosen = file.chosen;
  one.model = model::with_defaults_of(options.semantics, model);
  one.plan = {.folder = std::move(folder),
              .python = options.python,
              .steps = options.steps,
              .weights_after = weight_steps(options.steps),
              .float64 = options.float64,
              .seed = options.seed};
  if (model.training.mixed_precision) {
    refuse(one, {ErrorCode::kUsage, "a network with `mixed_precision` rounds by what each backend likes",
                 "leave `mixed_precision` out for the comparison"});
  } else if (const model::Layer* rough = find_16_bits(model)) {
    refuse(one, {ErrorCode::kUsage,
                 fmt::format("`{}` computes in float16 or bfloat16, which each backend rounds as it likes",
                             printable(rough->name)),
                 "leave its `dtype` out for the comparison"});
  } else if (const std::vector<std::string> names = emit::custom_names(*one.model); !names.empty()) {
    refuse(one, {ErrorCode::kUsage,
                 fmt::format("`{}` is a layer of your own, whose weights no other backend has a place for",
                             printable(names.front())),
                 "compare a network without it, or a macro made of layers of the language"});
  }
  return one;
}

Status compare_cases(std::span<ParityCase> cases, const ParityOptions& options) {
  for (ParityCase* one : able(cases)) NEURAL_TRY(compile(*one, options));
  // The engine last: it takes the batches that the others have drawn.
  std::vector<const emit::Backend*> in_turn = options.backends;
  std::stable_partition(in_turn.begin(), in_turn.end(), [](const auto* each) { return each != &engine_backend(); });
  for (const emit::Backend* backend : in_turn) {
    std::vector<std::pair<ParityCase*, const ParitySide*>> which;
    for (ParityCase* one : able(cases)) {
      for (const ParitySide& side : one->sides) {
        if (side.backend == backend && side.program) which.emplace_back(one, &side);
      }
    }
    NEURAL_TRY(run(which, options, 0));
  }
  for (ParityCase* one : able(cases)) compare_or_say_why(*one, options, false);

  std::vector<std::pair<ParityCase*, const ParitySide*>> again;
  for (ParityCase* one : able(cases)) {
    const bool is_open = std::any_of(one->comparisons.begin(), one->comparisons.end(), [&](const Comparison& each) {
      return is_of_training(*one, each) && !each.certificate.passed;
    });
    if (!is_open) continue;
    const auto first =
        std::find_if(one->sides.begin(), one->sides.end(), [](const auto& side) { return side.program.has_value(); });
    again.emplace_back(one, &*first);
  }
  // Each backend apart, as the first that can express a network is not the same for all.
  for (const emit::Backend* backend : options.backends) {
    std::vector<std::pair<ParityCase*, const ParitySide*>> which;
    std::copy_if(again.begin(), again.end(), std::back_inserter(which),
                 [&](const auto& each) { return each.second->backend == backend; });
    for (int rerun = 1; rerun <= kReruns; ++rerun) NEURAL_TRY(run(which, options, rerun));
  }
  for (const auto& [one, ignored] : again) {
    if (!one->error) compare_or_say_why(*one, options, true);
  }
  return done();
}

Json certificate_of(const ParityCase& one, const ParityOptions& options) {
  Json comparisons = Json::array();
  for (const Comparison& comparison : one.comparisons) {
    Json entry = {{"backends", {comparison.first->name, comparison.second->name}}};
    entry.update(bench::parity::to_json(comparison.certificate));
    entry["line"] = comparison.line > 0 ? Json(comparison.line) : Json(nullptr);
    comparisons.push_back(std::move(entry));
  }
  Json refused = Json::array();
  for (const ParitySide& side : one.sides) {
    if (!side.program) refused.push_back(side.backend->name);
  }
  return {{"schema", 1},
          {"version", NEURAL_VERSION},
          {"network", one.network},
          {"source_sha256", one.source_sha256},
          {"chosen", one.chosen},
          {"seed", options.seed},
          {"steps", options.steps},
          {"strict", options.strict},
          {"semantics", options.semantics == model::Semantics::kTorch ? "torch" : "keras"},
          {"precision", options.float64 ? "float64" : "float32"},
          {"batches_sha256", one.batches},
          {"versions", one.versions},
          {"settings", one.settings},
          {"comparisons", std::move(comparisons)},
          {"refused", std::move(refused)}};
}

}  // namespace neural::cli
