#include "neural/bench/plan/select.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "neural/base/text.hpp"
#include "neural/bench/plan/backends.hpp"

namespace neural::bench::plan {
namespace {

using Names = std::vector<std::string>;

constexpr std::array<std::string_view, 3> kDefaultModels = {"simple_mlp", "cnn", "deep_mlp"};
constexpr std::string_view kAll = "all";
constexpr std::string_view kDefaultContenders = "idiomatic";

bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// "there is no model `cmm`" with the names that are there.
tl::unexpected<Error> unknown(std::string_view kind, const std::string& name, const Names& known) {
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const Names near = nearest(name, candidates, 1);
  const std::string suggestion = near.empty() ? std::string() : fmt::format("did you mean `{}`? ", near[0]);
  return fail(ErrorCode::kUsage, fmt::format("there is no {} `{}`", kind, name),
              fmt::format("{}there {} {}", suggestion, known.size() == 1 ? "is" : "are", join(known, ", ")));
}

Expected<std::vector<Benchmark>> select_from(const std::vector<Benchmark>& all, const Names& wanted) {
  Names known;
  for (const Benchmark& benchmark : all) known.push_back(benchmark.model);
  Names names = wanted;
  if (names.empty()) {
    for (const std::string_view model : kDefaultModels) {
      if (contains(known, model)) names.emplace_back(model);
    }
  }
  if (names.empty() || contains(names, kAll)) return all;
  std::vector<Benchmark> selected;
  std::set<std::string> taken;
  for (const std::string& name : names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) return unknown("model", name, known);
    if (taken.insert(name).second) selected.push_back(all[static_cast<std::size_t>(found - known.begin())]);
  }
  return selected;
}

/// The backend whose programs a contender holds its weights like.
const std::string& layout_of(const ContenderConstants& constants) {
  return find_backend(constants.backend) != nullptr ? constants.backend : constants.reference;
}

Expected<Cell> make_cell(const Benchmark& benchmark, const Contender& contender, const Variant& variant) {
  const ContenderConstants& constants = contender.constants;
  const std::string& generated = layout_of(constants);
  if (find_backend(generated) != nullptr) {
    const std::string label = label_of(benchmark.model, variant);
    return Cell{label + "_" + contender.name, label, benchmark, contender, generated, generated, variant};
  }
  return fail(ErrorCode::kUsage,
              fmt::format("`{}/{}.py`: no programs are generated for its backend `{}`", benchmark.model, contender.name,
                          constants.backend),
              "name the backend to compare with: `REFERENCE = \"pytorch\"`");
}

/// The same contender against the engine, which has no levels.
std::optional<Cell> engine_cell(const Cell& cell) {
  if (cell.variant.level != kUsualLevel) return std::nullopt;
  Cell of_engine = cell;
  of_engine.name = fmt::format("{}_{}_{}", cell.label, kEngine, cell.contender.name);
  of_engine.generated_backend = kEngine;
  return of_engine;
}

/// One of each level and batch size, in the order asked for.
Expected<std::vector<Variant>> variants_of(const Wanted& wanted) {
  const Names known = {"O0", "O1"};
  Names levels = wanted.levels;
  if (levels.empty()) levels.emplace_back(kUsualLevel);
  std::vector<std::optional<std::int64_t>> sizes(wanted.batch_sizes.begin(), wanted.batch_sizes.end());
  if (sizes.empty()) sizes.emplace_back();
  std::vector<Variant> variants;
  for (const std::string& level : levels) {
    if (level == "O2") {
      return fail(ErrorCode::kUsage, "the level O2 depends on what was measured on this machine: it is no benchmark",
                  "measure O0 and O1");
    }
    if (!contains(known, level)) return unknown("level", level, known);
    for (const std::optional<std::int64_t>& size : sizes) {
      const Variant variant{level, size};
      if (std::find(variants.begin(), variants.end(), variant) == variants.end()) variants.push_back(variant);
    }
  }
  return variants;
}

bool is_wanted(const Contender& contender, const Names& wanted) {
  if (wanted.empty()) return contender.constants.level == kDefaultContenders;
  return contains(wanted, kAll) || contains(wanted, contender.constants.level) || contains(wanted, contender.name);
}

/// Every word of `wanted` must be a level, or a contender somewhere.
Status check_contenders(const Names& wanted, const std::set<std::string>& names) {
  Names known(names.begin(), names.end());
  known.insert(known.end(), kLevels.begin(), kLevels.end());
  known.emplace_back(kAll);
  for (const std::string& name : wanted) {
    if (!contains(known, name)) return unknown("contender", name, known);
  }
  return done();
}

Expected<std::vector<Cell>> take_shard(std::vector<Cell> cells, const Shard& shard) {
  const auto first = static_cast<std::size_t>(shard.index - 1), step = static_cast<std::size_t>(shard.count);
  if (first >= cells.size()) {
    return fail(ErrorCode::kUsage,
                fmt::format("part {} of {} has no cell: there are {}", shard.index, shard.count, cells.size()),
                "ask for as many parts as there are cells, or fewer; `--dry-run` lists the cells");
  }
  std::vector<Cell> taken;
  for (std::size_t i = first; i < cells.size(); i += step) taken.push_back(std::move(cells[i]));
  return taken;
}

}  // namespace

Expected<std::vector<Benchmark>> select_models(const std::filesystem::path& folder, const Names& names) {
  return select_from(NEURAL_TRY(find_benchmarks(folder)), names);
}

Expected<Names> select_backends(const Names& names) {
  Names known;
  for (const Backend& backend : kBackends) known.emplace_back(backend.name);
  if (names.empty()) return known;
  known.emplace_back(kEngine);
  for (const std::string& name : names) {
    if (!contains(known, name)) return unknown("backend", name, known);
  }
  return names;
}

Expected<std::vector<Cell>> select_cells(const std::filesystem::path& folder, const Wanted& wanted) {
  const Names backends = NEURAL_TRY(select_backends(wanted.backends));
  const std::vector<Variant> variants = NEURAL_TRY(variants_of(wanted));
  std::vector<Cell> cells;
  std::set<std::string> names;
  for (const Benchmark& benchmark : NEURAL_TRY(select_models(folder, wanted.models))) {
    const std::vector<Contender> contenders = NEURAL_TRY(find_contenders(benchmark));
    for (const Contender& contender : contenders) names.insert(contender.name);
    for (const Variant& variant : variants) {
      std::vector<Cell> of_engines;
      for (const Contender& contender : contenders) {
        if (!is_wanted(contender, wanted.contenders)) continue;
        const Cell cell = NEURAL_TRY(make_cell(benchmark, contender, variant));
        if (contains(backends, cell.generated_backend)) cells.push_back(cell);
        auto of_engine = engine_cell(cell);
        if (of_engine && contains(backends, kEngine)) of_engines.push_back(*std::move(of_engine));
      }
      // Behind the others, so that these stand together.
      std::move(of_engines.begin(), of_engines.end(), std::back_inserter(cells));
    }
  }
  NEURAL_TRY(check_contenders(wanted.contenders, names));
  if (!cells.empty()) return take_shard(std::move(cells), wanted.shard);
  const bool has_usual = std::any_of(variants.begin(), variants.end(),
                                     [](const Variant& variant) { return variant.level == kUsualLevel; });
  if (backends == Names{std::string(kEngine)} && !has_usual) {
    return fail(ErrorCode::kUsage, "the engine has no levels: it stands beside the programs of O1",
                "leave out `--levels`, or add O1");
  }
  return fail(ErrorCode::kUsage, "no contender fits what is asked for",
              fmt::format("the contenders of these models are {}; `--contenders all` takes every one",
                          names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

std::vector<std::string> leave_out_missing(std::vector<Cell>& cells, const Wanted& wanted, const Json& versions) {
  const auto missing = [&](const Cell& cell) -> const Backend* {
    const std::string& backend = cell.contender.constants.backend;
    const auto named = std::find(wanted.contenders.begin(), wanted.contenders.end(), cell.contender.name);
    if (find_backend(backend) != nullptr || named != wanted.contenders.end()) return nullptr;
    return missing_framework(backend, versions);
  };
  std::map<std::string, std::string> notices;
  for (const Cell& cell : cells) {
    const Backend* framework = missing(cell);
    if (framework == nullptr) continue;
    notices[cell.contender.name] = fmt::format("`{}` is left out: {} is not installed (`pip install {}`)",
                                               cell.contender.name, framework->title, framework->distribution);
  }
  std::erase_if(cells, missing);
  std::vector<std::string> sentences;
  for (auto& [name, notice] : notices) sentences.push_back(std::move(notice));
  return sentences;
}

}  // namespace neural::bench::plan
