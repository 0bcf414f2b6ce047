#include "neural/cli/gate_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"

namespace neural::cli {
namespace {

using bench::gate::Finding;
using bench::gate::Look;
using bench::gate::Outcome;
using bench::gate::Report;

std::string metric_title(const std::string& metric) {
  if (metric == "training_time") return "training time";
  return metric == "memory" ? "peak memory" : "compile time";
}

std::string look_text(const Look& look) {
  std::string text = look.ratio ? fmt::format("{:.3f}", *look.ratio) : "-";
  if (look.ci_low && look.ci_high) text += fmt::format(" [{:.3f}, {:.3f}]", *look.ci_low, *look.ci_high);
  return fmt::format("{} {}", text, bench::stats::name_of(look.verdict));
}

std::string outcome_text(const Finding& finding) {
  switch (finding.outcome) {
    case Outcome::kRegression:
      return "REGRESSION";
    case Outcome::kUnconfirmed:
      return "not confirmed";
    case Outcome::kInconclusive:
      return "not decided";
    case Outcome::kInvalid:
      return "NOT COMPARED";
    case Outcome::kNone:
      return "ok";
  }
  return "";
}

std::string line(const Finding& finding) {
  const auto& subject = finding.subject;
  std::string text =
      fmt::format("{:<34}  {:<13}  {:<34}  {:<34}  {}\n", printable(subject.model + " " + subject.contender),
                  metric_title(subject.metric), look_text(finding.first),
                  finding.second ? look_text(*finding.second) : "-", outcome_text(finding));
  const bool told = finding.outcome == Outcome::kInvalid || finding.outcome == Outcome::kInconclusive;
  const Look& last = finding.second ? *finding.second : finding.first;
  if (told && !last.reason.empty()) text += fmt::format("  {}\n", printable(last.reason));
  return text;
}

std::string sentence(const Report& report) {
  const auto count = std::count_if(report.findings.begin(), report.findings.end(),
                                   [&](const Finding& each) { return each.outcome == report.outcome; });
  switch (report.outcome) {
    case Outcome::kRegression:
      return fmt::format("{} regression{}, each found in two sessions", count, count == 1 ? "" : "s");
    case Outcome::kInvalid:
      return report.findings.empty() ? "nothing was compared"
                                     : fmt::format("{} of {} could not be compared", count, report.findings.size());
    case Outcome::kInconclusive:
    case Outcome::kUnconfirmed:
      return "no regression, but not everything is decided";
    case Outcome::kNone:
      return "no regression";
  }
  return "";
}

}  // namespace

std::string gate_text(const Report& report) {
  std::string text = fmt::format("against {}\n\n{:<34}  {:<13}  {:<34}  {:<34}\n", report.baseline, "cell", "what",
                                 "this : baseline", "second session");
  for (const Finding& finding : report.findings) text += line(finding);
  return text + "\n" + sentence(report) + "\n";
}

}  // namespace neural::cli
