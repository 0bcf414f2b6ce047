#include "neural/bench/gate/finding.hpp"

#include <algorithm>
#include <array>

#include "neural/bench/stats/compare.hpp"

namespace neural::bench::gate {
namespace {

using stats::Verdict;

constexpr double kCompileTolerance = 0.10;

Outcome outcome_of(const Subject& subject, const Look& first, const std::optional<Look>& second) {
  if (first.verdict == Verdict::kInvalid) return Outcome::kInvalid;
  if (!is_suspect(subject, first)) {
    return first.verdict == Verdict::kInconclusive ? Outcome::kInconclusive : Outcome::kNone;
  }
  if (!second || second->verdict == Verdict::kInvalid) return Outcome::kInvalid;
  return is_suspect(subject, *second) ? Outcome::kRegression : Outcome::kUnconfirmed;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  constexpr std::array<std::string_view, 5> kNames = {"none", "inconclusive", "unconfirmed", "regression", "invalid"};
  return kNames[static_cast<std::size_t>(outcome)];
}

double tolerance_of(std::string_view metric) {
  if (metric == "training_time") return stats::kTimeTolerance;
  return metric == "memory" ? stats::kMemoryTolerance : kCompileTolerance;
}

bool is_suspect(const Subject& subject, const Look& look) {
  const bool worse = look.verdict == Verdict::kSlower || look.verdict == Verdict::kMore;
  return worse && look.ratio && *look.ratio >= 1 + tolerance_of(subject.metric) / 2;
}

Json to_json(const Finding& finding) {
  return {{"model", finding.subject.model},
          {"backend", finding.subject.backend},
          {"contender", finding.subject.contender},
          {"metric", finding.subject.metric},
          {"tolerance", tolerance_of(finding.subject.metric)},
          {"outcome", name_of(finding.outcome)},
          {"first", to_json(finding.first)},
          {"second", finding.second ? to_json(*finding.second) : Json()}};
}

std::vector<Finding> find(const Looks& first, const Looks& second) {
  std::vector<Finding> findings;
  for (const auto& [subject, look] : first) {
    Finding finding{subject, look, std::nullopt, Outcome::kInvalid};
    const auto again = second.find(subject);
    if (again != second.end()) finding.second = again->second;
    finding.outcome = outcome_of(subject, look, finding.second);
    findings.push_back(std::move(finding));
  }
  return findings;
}

Outcome overall(const std::vector<Finding>& findings) {
  const auto any = [&](Outcome outcome) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& each) { return each.outcome == outcome; });
  };
  if (any(Outcome::kRegression)) return Outcome::kRegression;
  if (findings.empty() || any(Outcome::kInvalid)) return Outcome::kInvalid;
  return any(Outcome::kInconclusive) || any(Outcome::kUnconfirmed) ? Outcome::kInconclusive : Outcome::kNone;
}

}  // namespace neural::bench::gate
