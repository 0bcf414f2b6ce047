#include "neural/cli/parity_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "neural/base/text.hpp"

namespace neural::cli {
namespace {

using bench::parity::Certificate;
using bench::parity::Check;

constexpr std::array<std::string_view, 4> kOutcomes = {"agreed", "differ", "refused", "failed"};
constexpr std::string_view kParameters = "parameters";  // a check of names and shapes, not of numbers

std::string_view name_of(Outcome outcome) {
  return kOutcomes.at(static_cast<std::size_t>(outcome));
}

std::string address(const ParityCase& one) {
  return fmt::format("{} {}", printable(one.file), printable(one.network));
}

std::string amount(double deviation) {
  return deviation == 0 ? "0" : fmt::format("{:.1e}", deviation);
}

/// One kind of check, over all networks.
struct Kind {
  const Comparison* comparison = nullptr;  ///< of the backends
  std::string name;
  std::size_t count = 0;
  double limit = 0;              ///< the usual one
  std::size_t beyond_limit = 0;  ///< allowed, as a rerun deviates as much
  std::size_t failed = 0;
  double largest = 0;
  const ParityCase* largest_in = nullptr;
};

template <class Visit>
void for_each_check(std::span<const ParityCase> cases, const Visit& visit) {
  for (const ParityCase& one : cases) {
    for (const Comparison& comparison : one.comparisons) {
      for (const Check& check : comparison.certificate.checks) {
        if (check.name != kParameters) visit(one, comparison, check);
      }
    }
  }
}

std::vector<Kind> kinds_of(std::span<const ParityCase> cases) {
  std::vector<Kind> kinds;
  const auto kind_of = [&](const Comparison& comparison, const Check& check) -> Kind& {
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) {
      return kind.name == check.name && kind.comparison->first == comparison.first &&
             kind.comparison->second == comparison.second;
    });
    if (found != kinds.end()) return *found;
    kinds.push_back({.comparison = &comparison, .name = check.name, .limit = check.tolerance});
    return kinds.back();
  };
  // A check that a rerun has widened does not say what the usual limit is, but most are not widened.
  for_each_check(cases, [&](const ParityCase&, const Comparison& comparison, const Check& check) {
    Kind& kind = kind_of(comparison, check);
    kind.limit = std::min(kind.limit, check.tolerance);
  });
  for_each_check(cases, [&](const ParityCase& one, const Comparison& comparison, const Check& check) {
    Kind& kind = kind_of(comparison, check);
    ++kind.count;
    if (!check.passed) {
      ++kind.failed;
    } else if (check.deviation > kind.limit) {
      ++kind.beyond_limit;
    } else if (check.deviation > kind.largest) {
      kind.largest = check.deviation;
      kind.largest_in = &one;
    }
  });
  std::stable_sort(kinds.begin(), kinds.end(), [](const Kind& a, const Kind& b) {
    return std::pair(a.comparison->first, a.comparison->second) < std::pair(b.comparison->first, b.comparison->second);
  });
  return kinds;
}

std::array<std::size_t, kOutcomes.size()> counts_of(std::span<const ParityCase> cases) {
  std::array<std::size_t, kOutcomes.size()> counts = {};
  for (const ParityCase& one : cases) ++counts.at(static_cast<std::size_t>(one.outcome()));
  return counts;
}

/// The first error of the sides that cannot express the network.
std::string refusal_of(const ParityCase& one) {
  for (const ParitySide& side : one.sides) {
    if (side.program) continue;
    for (const syntax::Diagnostic& diagnostic : side.diagnostics.sorted()) {
      if (severity_of(diagnostic.code) != syntax::Severity::kError) continue;
      return fmt::format("{}: {}", side.backend->title, printable(diagnostic.message));
    }
  }
  return printable(one.error->message);
}

/// The largest deviation of all comparisons.
std::string agreement_of(const ParityCase& one) {
  const Check* most = nullptr;
  for (const Comparison& comparison : one.comparisons) {
    const Check& largest = comparison.certificate.largest();
    if (most == nullptr || largest.deviation > most->deviation) most = &largest;
  }
  if (most == nullptr || most->deviation == 0) return "bit-identical";
  return fmt::format("{} of {}{}", amount(most->deviation), most->name,
                     most->where.empty() ? "" : ", " + printable(most->where));
}

std::string difference_of(const ParityCase& one) {
  for (const Comparison& comparison : one.comparisons) {
    if (comparison.certificate.passed) continue;
    const std::string place = comparison.line > 0 ? fmt::format(" (line {})", comparison.line) : "";
    return fmt::format("{} against {}: {}{}", comparison.second->title, comparison.first->title,
                       printable(comparison.certificate.reason), place);
  }
  return {};
}

std::string detail_of(const ParityCase& one) {
  switch (one.outcome()) {
    case Outcome::kAgreed:
      return agreement_of(one);
    case Outcome::kDiffer:
      return difference_of(one);
    case Outcome::kRefused:
      return refusal_of(one);
    default:
      return printable(one.error->message);
  }
}

}  // namespace

std::string table_of(const ParityCase& one) {
  std::string text;
  for (const Comparison& comparison : one.comparisons) {
    const Certificate& certificate = comparison.certificate;
    text += fmt::format("{} against {}: {}\n", comparison.second->title, comparison.first->title,
                        certificate.passed ? "agreed, " + summary(certificate) : "DIFFER");
    for (const Check& check : certificate.checks) {
      if (check.name == kParameters) continue;
      text += fmt::format("  {:<28} {:>8}  {:>9}  {}{}\n", check.name, amount(check.deviation),
                          fmt::format("≤ {:.0e}", check.tolerance), check.passed ? "ok" : "DIFFERS",
                          check.where.empty() || check.deviation == 0 ? "" : "  " + printable(check.where));
    }
    if (certificate.passed) continue;
    text += fmt::format("  {}\n", printable(certificate.reason));
    if (comparison.line > 0) {
      text += fmt::format("  {}:{}: the layer that has it\n", printable(one.file), comparison.line);
    }
  }
  for (const ParitySide& side : one.sides) {
    if (!side.program) text += fmt::format("{}: cannot express this network\n", side.backend->title);
  }
  return text;
}

std::string line_of(const ParityCase& one) {
  const Outcome outcome = one.outcome();
  const std::string name = outcome == Outcome::kDiffer ? "DIFFER" : std::string(name_of(outcome));
  return fmt::format("{:<7}  {}  {}\n", name, address(one), detail_of(one));
}

std::string summary_of(std::span<const ParityCase> cases) {
  const auto counts = counts_of(cases);
  std::string text = fmt::format("\n{} networks:", cases.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    text += fmt::format("{} {} {}", i == 0 ? "" : ",", counts[i], kOutcomes[i]);
  }
  text += "\n";
  const Comparison* last = nullptr;
  for (const Kind& kind : kinds_of(cases)) {
    const Comparison& comparison = *kind.comparison;
    if (last == nullptr || last->first != comparison.first || last->second != comparison.second) {
      text += fmt::format("\n{} against {}\n  {:<28} {:>8} {:>8} {:>8} {:>10}\n", comparison.second->title,
                          comparison.first->title, "", "compared", "largest", "limit", "by a rerun");
    }
    last = &comparison;
    text += fmt::format("  {:<28} {:>8} {:>8} {:>8} {:>10}{}{}\n", kind.name, kind.count, amount(kind.largest),
                        amount(kind.limit), kind.beyond_limit,
                        kind.failed > 0 ? fmt::format("  {} DIFFER", kind.failed) : "",
                        kind.largest > 0 ? "  " + address(*kind.largest_in) : "");
  }
  return text;
}

Json certificates_of(std::span<const ParityCase> cases, const ParityOptions& options) {
  Json networks = Json::array();
  for (const ParityCase& one : cases) {
    Json entry = {{"file", one.file}, {"outcome", name_of(one.outcome())}};
    entry["error"] = one.error ? Json(detail_of(one)) : Json(nullptr);
    entry.update(certificate_of(one, options));
    networks.push_back(std::move(entry));
  }
  Json checks = Json::array();
  for (const Kind& kind : kinds_of(cases)) {
    checks.push_back({{"backends", {kind.comparison->first->name, kind.comparison->second->name}},
                      {"name", kind.name},
                      {"count", kind.count},
                      {"limit", kind.limit},
                      {"largest", kind.largest},
                      {"allowed_by_a_rerun", kind.beyond_limit},
                      {"failed", kind.failed}});
  }
  Json summary = Json::object();
  const auto counts = counts_of(cases);
  for (std::size_t i = 0; i < counts.size(); ++i) summary[std::string(kOutcomes[i])] = counts[i];
  summary["checks"] = std::move(checks);
  return {{"schema", 1}, {"networks", std::move(networks)}, {"summary", std::move(summary)}};
}

}  // namespace neural::cli
