#include "neural/emit/text/research.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "neural/emit/text/literals.hpp"
#include "neural/model/catalogue/catalogue.hpp"

namespace neural::emit {
namespace {

/// The keys of what `evaluate` returns, by the names of the language.
class Measured {
 public:
  explicit Measured(const model::Model& model) : loss_(model.loss.kind), metrics_(evaluated_metrics(model)) {}

  /// Sets the key and the direction of a claim if the name is that of a measured value.
  bool find(std::string_view name, Claim& claim) const {
    if (name == "loss") return set("loss", true, claim);
    if (const NamedMetric* metric = find_metric([&](const auto& each) { return each.name == name; })) {
      return set(*metric, claim);
    }
    if (const auto found = model::metric_names().find(name)) {
      const auto kind = found.row->kind.kind;
      const NamedMetric* metric =
          find_metric([&](const auto& each) { return kind ? is_of(each, *kind) : each.name == "accuracy"; });
      return metric != nullptr && set(*metric, claim);
    }
    const auto found = model::loss_names().find(name);
    if (!found) return false;
    const model::LossKind kind = found.row->kind;
    if (const NamedMetric* metric = find_metric([&](const auto& each) { return is_of(each, kind); })) {
      return set(*metric, claim);
    }
    return kind == loss_ && set("loss", true, claim);
  }

 private:
  template <class Kind>
  static bool is_of(const NamedMetric& metric, Kind kind) {
    const auto* found = std::get_if<Kind>(&metric.kind);
    return found != nullptr && *found == kind;
  }

  template <class Predicate>
  const NamedMetric* find_metric(Predicate is_wanted) const {
    const auto found = std::find_if(metrics_.begin(), metrics_.end(), is_wanted);
    return found == metrics_.end() ? nullptr : &*found;
  }

  static bool set(const NamedMetric& metric, Claim& claim) {
    return set(metric.name, std::holds_alternative<model::LossKind>(metric.kind), claim);
  }
  static bool set(std::string key, bool less_is_better, Claim& claim) {
    claim.key = std::move(key);
    claim.less_is_better = less_is_better;
    return true;
  }

  model::LossKind loss_;
  std::vector<NamedMetric> metrics_;
};

constexpr std::array<std::string_view, 2> kPrefixes = {"test_", "val_"};

}  // namespace

std::vector<Claim> research_claims(const model::Model& model, std::span<const model::ResearchResult> results) {
  std::vector<Claim> claims;
  if (results.empty()) return claims;
  const Measured measured(model);
  for (const model::ResearchResult& result : results) {
    Claim& claim =
        claims.emplace_back(Claim{.block = result.block, .metric = result.metric, .value = result.value, .key = {}});
    std::string_view name = claim.metric;
    if (measured.find(name, claim)) continue;
    for (const std::string_view prefix : kPrefixes) {
      if (name.starts_with(prefix)) measured.find(name.substr(prefix.size()), claim);
    }
  }
  return claims;
}

void write_research_constant(PythonWriter& writer, const Program& program) {
  const std::vector<Claim> claims = research_claims(program.model, program.options.research);
  if (claims.empty()) return;
  writer.line(
      "# What the research blocks claim: the block, its metric and number, what `evaluate` calls the metric, and");
  writer.line("# whether less is better.");
  std::vector<Argument> rows;
  for (const Claim& claim : claims) {
    const std::string title = claim.block.empty() ? "research" : "research " + claim.block;
    rows.emplace_back(
        Expression::tuple({python_string(title), python_string(claim.metric), python_number(claim.value),
                           claim.key ? python_string(*claim.key) : "None", python_bool(claim.less_is_better)}));
  }
  writer.statement("RESEARCH: list[tuple[str, str, float, str | None, bool]] = ", Expression::list(std::move(rows)));
}

void write_research_function(PythonWriter& writer, const Program& program) {
  if (program.options.research.empty()) return;
  writer.block(R"py(


def compare_with_research(result: dict[str, float]) -> list[str]:
    """A line for each number of RESEARCH: whether what `evaluate` returned reaches it."""
    lines = []
    for block, metric, claimed, key, less_is_better in RESEARCH:
        verdict = "not measured"
        if key is not None:
            value = result[key]
            slack = 1e-6 * abs(claimed)  # a share of 0.9 in float32 is a little less than 0.9
            is_reached = value <= claimed + slack if less_is_better else value >= claimed - slack
            verdict = f"{'reached' if is_reached else 'missed'} ({value:.6g})"
        lines.append(f"{block}: {metric} {claimed:.6g} {verdict}")
    return lines
)py");
}

}  // namespace neural::emit
