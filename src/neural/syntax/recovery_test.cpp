// One slip of the hand, anywhere in a sound program, is told once and where it was made; what it does not touch is
// read.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "neural/syntax/parser.hpp"
#include "neural/syntax/random_programs.hpp"
#include "neural/syntax/recovery_oracle.hpp"
#include "neural/syntax/recovery_programs.hpp"
#include "neural/syntax/recovery_slips.hpp"
#include "neural/syntax/tokens.hpp"

namespace neural::syntax {
namespace {

constexpr std::size_t kMostErrors = 2;
constexpr double kMostErrorsOnAverage = 1.005;
// Where nothing is indented, or `} * 2` loses its brace, no line tells where a block should have begun or ended.
constexpr double kMostMisplaced = 0.001;

/// A changed program as the parser sees it.
struct Reading {
  SourceText source;
  DiagnosticList diagnostics;
  File file;

  explicit Reading(std::string text) : source("program", std::move(text)) { file = parse_file(source, diagnostics); }

  std::size_t error_count() const { return diagnostics.error_count(); }
  std::uint32_t line_of(Span span) const { return source.position(span.begin).line; }
  std::vector<Diagnostic> errors() const {
    std::vector<Diagnostic> found = diagnostics.sorted();
    std::erase_if(found, [](const Diagnostic& each) { return severity_of(each.code) != Severity::kError; });
    return found;
  }
  std::set<std::string> names() const {
    std::set<std::string> all;
    for (const Network& network : file.networks) all.insert("network " + network.name.text);
    for (const Macro& macro : file.macros) all.insert("define " + macro.name.text);
    return all;
  }
};

/// On the line of a changed token or of a neighbour; a bracket that is never closed may touch it with its note.
bool is_well_placed(const Reading& reading, const Slip& slip) {
  std::set<std::uint32_t> lines;
  for (const std::uint32_t place : slip.places) lines.insert(reading.source.position(place).line);
  const Diagnostic first = reading.errors().front();
  if (lines.contains(reading.line_of(first.span))) return true;
  return first.code == Code::E103 && std::any_of(first.notes.begin(), first.notes.end(), [&](const Note& note) {
           return note.span && lines.contains(reading.line_of(*note.span));
         });
}

bool has_balanced_brackets(const std::string& text) {
  const SourceText source("program", text);
  DiagnosticList ignored;
  std::vector<TokenKind> open;
  for (const Token& token : tokenize(source, {0, static_cast<std::uint32_t>(text.size())}, ignored)) {
    if (is_opening(token.kind)) open.push_back(token.kind);
    if (!is_closing(token.kind)) continue;
    if (open.empty() || partner_of(open.back()) != token.kind) return false;
    open.pop_back();
  }
  return open.empty();
}

/// Sections or layers are missing, and no more is wrong: then what is there was read to the end.
bool lacks_only_something(const std::vector<Diagnostic>& errors) {
  return std::all_of(errors.begin(), errors.end(), [](const Diagnostic& found) {
    return found.code == Code::E104 || found.code == Code::E109 || found.code == Code::E110;
  });
}

/// The worst of the readings, to show where a test fails.
class Offenders {
 public:
  void add(std::size_t badness, const Slip& slip, const Reading& reading) {
    ++count_;
    all_.emplace_back(badness, fmt::format("{}\n{}", slip.what, render_text(reading.source, reading.diagnostics)));
    std::sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    if (all_.size() > kShown) all_.pop_back();
  }
  std::size_t count() const { return count_; }
  std::string text() const {
    std::string shown = fmt::format("{} in all; the worst:\n", count_);
    for (const auto& [badness, each] : all_) shown += "--- " + each + "\n";
    return shown;
  }

 private:
  static constexpr std::size_t kShown = 10;
  std::size_t count_ = 0;
  std::vector<std::pair<std::size_t, std::string>> all_;
};

TEST(Recovery, starts_from_sound_programs) {
  for (const std::string_view program : kSoundPrograms) {
    const Reading reading{std::string(program)};
    EXPECT_EQ(reading.error_count(), 0u) << render_text(reading.source, reading.diagnostics);
  }
  EXPECT_GE(kSoundPrograms.size(), 12u);
}

TEST(Recovery, a_slip_is_told_once_and_where_it_was_made) {
  std::size_t wrong = 0;
  std::size_t errors = 0;
  Offenders crowded;
  Offenders misplaced;
  for (const std::string_view program : kSoundPrograms) {
    for (const Slip& slip : slips_in(program)) {
      const Reading reading(with_slip(program, slip));
      const std::size_t count = reading.error_count();
      if (count == 0) continue;
      ++wrong;
      errors += count;
      if (count > 1) crowded.add(count, slip, reading);
      EXPECT_LE(count, kMostErrors) << slip.what << "\n" << render_text(reading.source, reading.diagnostics);
      if (!is_well_placed(reading, slip)) misplaced.add(count, slip, reading);
    }
  }
  EXPECT_GT(wrong, 15'000u);
  EXPECT_LE(static_cast<double>(errors), kMostErrorsOnAverage * static_cast<double>(wrong)) << crowded.text();
  EXPECT_LE(static_cast<double>(misplaced.count()), kMostMisplaced * static_cast<double>(wrong)) << misplaced.text();
}

TEST(Recovery, a_program_has_errors_if_and_only_if_it_is_unsound) {
  constexpr int kPairs = 2000;
  std::mt19937 random(17);
  for (const std::string_view program : kSoundPrograms) {
    const std::vector<Slip> slips = slips_in(program);
    std::vector<std::string> texts = {std::string(program)};
    for (const Slip& slip : slips) texts.push_back(with_slip(program, slip));
    for (int i = 0; i < kPairs; ++i) {
      const Slip& a = slips[random() % slips.size()];
      const Slip& b = slips[random() % slips.size()];
      if (a.span.end <= b.span.begin) texts.push_back(with_slip(with_slip(program, b), a));
    }
    for (const std::string& text : texts) {
      const Reading reading(text);
      ASSERT_EQ(reading.error_count() == 0, is_sound(text)) << text << render_text(reading.source, reading.diagnostics);
    }
  }
}

TEST(Recovery, a_damaged_program_has_errors_if_and_only_if_it_is_unsound) {
  constexpr int kPrograms = 15'000;
  constexpr int kFewestSound = 250;  // most of the random programs lack a section to begin with
  RandomPrograms programs(3);
  int sound = 0;
  for (int i = 0; i < kPrograms; ++i) {
    const std::string text = programs.written(programs.damaged(programs.program()));
    const Reading reading(text);
    ASSERT_EQ(reading.error_count() == 0, is_sound(text)) << text << render_text(reading.source, reading.diagnostics);
    sound += reading.error_count() == 0 ? 1 : 0;
  }
  EXPECT_GT(sound, kFewestSound) << "enough of them are still programs";
}

TEST(Recovery, what_is_read_without_a_mistake_has_balanced_brackets) {
  constexpr int kPrograms = 15'000;
  RandomPrograms programs(2);
  int unbalanced = 0;
  for (int i = 0; i < kPrograms; ++i) {
    const std::string text = programs.written(programs.damaged(programs.program()));
    if (has_balanced_brackets(text)) continue;
    ++unbalanced;
    const Reading reading(text);
    ASSERT_FALSE(lacks_only_something(reading.errors())) << text << render_text(reading.source, reading.diagnostics);
  }
  EXPECT_GT(unbalanced, kPrograms / 4) << "the damage is done to brackets";
}

TEST(Recovery, a_slip_costs_no_other_block_of_the_file) {
  Offenders lost;
  for (const std::string_view program : kSoundPrograms) {
    const std::set<std::string> before = Reading{std::string(program)}.names();
    for (const Slip& slip : slips_in(program)) {
      const Reading reading(with_slip(program, slip));
      const std::set<std::string> after = reading.names();
      const auto missing =
          std::count_if(before.begin(), before.end(), [&](const std::string& name) { return !after.contains(name); });
      if (missing > 1) lost.add(static_cast<std::size_t>(missing), slip, reading);
    }
  }
  EXPECT_EQ(lost.count(), 0u) << lost.text();
}

TEST(Recovery, two_slips_in_lines_apart_are_both_told) {
  constexpr int kPairs = 400;
  constexpr std::uint32_t kLinesApart = 3;
  constexpr double kFewestTold = 0.98;
  std::mt19937 random(5);
  std::size_t pairs = 0;
  Offenders hidden;
  for (const std::string_view program : kSoundPrograms) {
    const SourceText source("program", std::string(program));
    const std::vector<Slip> slips = slips_in(program);
    for (int i = 0; i < kPairs; ++i) {
      const Slip& a = slips[random() % slips.size()];
      const Slip& b = slips[random() % slips.size()];
      if (source.position(a.span.end).line + kLinesApart > source.position(b.span.begin).line) continue;
      if (Reading(with_slip(program, a)).error_count() == 0 || Reading(with_slip(program, b)).error_count() == 0)
        continue;
      ++pairs;
      const Reading both(with_slip(with_slip(program, b), a));
      if (both.error_count() < 2) hidden.add(1, {a.what + " and " + b.what, {}, {}, {}}, both);
    }
  }
  EXPECT_GT(pairs, 1000u);
  EXPECT_LE(static_cast<double>(hidden.count()), (1 - kFewestTold) * static_cast<double>(pairs))
      << pairs << " pairs, not told: " << hidden.text();
}

}  // namespace
}  // namespace neural::syntax
