// Single mistakes in sound programs: does the first message lead to the mistake, and is it the only one?
#include "mutations.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "neural/base/text.hpp"

namespace neural::programs {
namespace {

using syntax::Code;
using syntax::Diagnostic;

constexpr std::uint64_t kSeed = 20260601;
constexpr std::size_t kFewestMutants = 2000;
constexpr std::size_t kFewestOfKind = 10;
constexpr std::size_t kMostShown = 10;

struct Verdict {
  Mutant mutant;
  std::size_t errors = 0;
  bool is_located = true;
  bool is_unknown_name = false;  ///< the first error is about a name nobody knows
  bool is_helped = false;        ///< and its help has the name that was meant
  std::string rendered;          ///< only of those that may have to be shown
};

bool names_unknown_word(Code code) {
  switch (code) {
    case Code::E107:
    case Code::E201:
    case Code::E202:
    case Code::E206:
    case Code::E207:
    case Code::E208:
    case Code::E209:
    case Code::E210:
    case Code::E212:
    case Code::E215:
    case Code::E216:
      return true;
    default:
      return false;
  }
}

/// The first error in the order in which messages are shown.
const Diagnostic* first_error(const std::vector<Diagnostic>& sorted) {
  const auto found = std::find_if(sorted.begin(), sorted.end(), [](const Diagnostic& each) {
    return severity_of(each.code) == syntax::Severity::kError;
  });
  return found == sorted.end() ? nullptr : &*found;
}

bool touches(const Checked& checked, syntax::Span span, const std::vector<std::uint32_t>& lines) {
  const std::uint32_t first = checked.source.position(span.begin).line;
  const std::uint32_t last = checked.source.position(span.end).line;
  return std::any_of(lines.begin(), lines.end(), [&](std::uint32_t line) { return line >= first && line <= last; });
}

bool is_located(const Checked& checked, const Diagnostic& error, const Mutant& mutant) {
  if (touches(checked, error.span, mutant.lines)) return true;
  std::string all = std::string(checked.source.text(error.span)) + " " + error.message + " " + error.help;
  for (const syntax::Note& note : error.notes) {
    if (note.span && touches(checked, *note.span, mutant.lines)) return true;
    all += " " + note.message;
  }
  // The trail of a shape tells the line of each layer.
  for (const std::uint32_t line : mutant.lines) {
    if (all.find(fmt::format(" line {} ", line)) != std::string::npos) return true;
  }
  return std::any_of(mutant.names.begin(), mutant.names.end(),
                     [&](const std::string& name) { return all.find(name) != std::string::npos; });
}

Verdict judge(Mutant mutant) {
  const Checked checked("mutant.neural", mutant.text);
  Verdict verdict;
  verdict.errors = checked.diagnostics.error_count();
  const std::vector<Diagnostic> sorted = checked.diagnostics.sorted();
  if (const Diagnostic* error = first_error(sorted)) {
    verdict.is_located = is_located(checked, *error, mutant);
    verdict.is_unknown_name = !mutant.original.empty() && names_unknown_word(error->code);
    verdict.is_helped = verdict.is_unknown_name && fold(error->help).find(fold(mutant.original)) != std::string::npos;
    const bool is_bad = !verdict.is_located || verdict.errors > 2 || verdict.is_unknown_name != verdict.is_helped;
    if (is_bad) verdict.rendered = checked.rendered();
  }
  verdict.mutant = std::move(mutant);
  return verdict;
}

const std::vector<Verdict>& verdicts() {
  static const std::vector<Verdict> all = [] {
    std::vector<Verdict> judged;
    Dice dice(kSeed);
    for (const Checked& program : valid_programs()) {
      if (!program.diagnostics.empty()) continue;
      for (Mutant& mutant : mutants_of(program, dice)) judged.push_back(judge(std::move(mutant)));
    }
    return judged;
  }();
  return all;
}

struct Figures {
  std::size_t mutants = 0;
  std::size_t valid = 0;
  std::size_t errors = 0;
  std::size_t elsewhere = 0;
  std::size_t unknown_names = 0;
  std::size_t helped = 0;

  double errors_per_refused() const {
    return mutants == valid ? 0 : static_cast<double>(errors) / static_cast<double>(mutants - valid);
  }
  void add(const Verdict& verdict) {
    ++mutants;
    valid += verdict.errors == 0 ? 1 : 0;
    errors += verdict.errors;
    elsewhere += verdict.is_located ? 0 : 1;
    unknown_names += verdict.is_unknown_name ? 1 : 0;
    helped += verdict.is_helped ? 1 : 0;
  }
};

std::map<std::string, Figures> figures_by_kind() {
  std::map<std::string, Figures> by_kind;
  for (const Verdict& verdict : verdicts()) {
    by_kind[verdict.mutant.kind].add(verdict);
    by_kind["all"].add(verdict);
  }
  return by_kind;
}

/// The worst of those that `is_bad` holds for, as people would see them.
template <class IsBad>
std::string worst(IsBad is_bad) {
  std::vector<const Verdict*> bad;
  for (const Verdict& verdict : verdicts()) {
    if (is_bad(verdict)) bad.push_back(&verdict);
  }
  std::stable_sort(bad.begin(), bad.end(), [](const Verdict* a, const Verdict* b) { return a->errors > b->errors; });
  std::string text = fmt::format("{} mutants, the worst of them:\n", bad.size());
  for (std::size_t i = 0; i < bad.size() && i < kMostShown; ++i) {
    text += fmt::format("---- {}: {}\n{}", bad[i]->mutant.kind, bad[i]->mutant.what, bad[i]->rendered);
  }
  return text;
}

TEST(Mutants, are_many_and_of_every_kind) {
  const auto by_kind = figures_by_kind();
  std::string table = fmt::format("{:24} {:>8} {:>7} {:>14} {:>10} {:>8}\n", "mistake", "mutants", "valid",
                                  "errors/refused", "elsewhere", "helped");
  for (const auto& [kind, figures] : by_kind) {
    const std::string helped =
        figures.unknown_names == 0 ? "" : fmt::format("{}/{}", figures.helped, figures.unknown_names);
    table += fmt::format("{:24} {:>8} {:>7} {:>14.2f} {:>10} {:>8}\n", kind, figures.mutants, figures.valid,
                         figures.errors_per_refused(), figures.elsewhere, helped);
  }
  std::fputs(table.c_str(), stdout);
  EXPECT_GE(by_kind.at("all").mutants, kFewestMutants);
  for (const std::string kind : {"typo: layer",           "typo: parameter",   "typo: word",         "typo: section",
                                 "typo: optimizer",       "typo: loss",        "typo: metric",       "typo: schedule",
                                 "typo: activation",      "typo: initializer", "typo: training key", "typo: macro",
                                 "typo: macro parameter", "wrong type",        "missing bracket",    "extra bracket",
                                 "number out of range",   "swapped layers",    "removed layer",      "missing argument",
                                 "section given twice",   "missing comma"}) {
    EXPECT_GE(by_kind.contains(kind) ? by_kind.at(kind).mutants : 0, kFewestOfKind) << kind;
  }
}

TEST(Mutants, get_a_first_message_that_leads_to_the_mistake) {
  const auto bad = [](const Verdict& verdict) { return !verdict.is_located; };
  EXPECT_EQ(figures_by_kind().at("all").elsewhere, 0U) << worst(bad);
}

TEST(Mutants, get_few_messages) {
  for (const auto& [kind, figures] : figures_by_kind()) {
    const auto bad = [&](const Verdict& verdict) { return verdict.mutant.kind == kind && verdict.errors > 2; };
    EXPECT_LE(figures.errors_per_refused(), 2) << kind << ": " << worst(bad);
  }
}

TEST(Mutants, with_a_typo_get_the_name_that_was_meant) {
  const Figures figures = figures_by_kind().at("all");
  const auto bad = [](const Verdict& verdict) { return verdict.is_unknown_name && !verdict.is_helped; };
  EXPECT_GE(static_cast<double>(figures.helped), 0.95 * static_cast<double>(figures.unknown_names)) << worst(bad);
}

}  // namespace
}  // namespace neural::programs
