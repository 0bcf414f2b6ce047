#include "neural/model/reporter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace neural::model {
namespace {

/// Enough to find the place; a chain of macros may be a thousand uses deep.
constexpr int kMostUseNotes = 3;

/// A file with more mistakes than this needs no further guesses, which cost time.
constexpr std::size_t kLastGuess = 200;
constexpr std::size_t kLongestGuess = 64;

}  // namespace

Reporter::Reporter(const syntax::SourceText& source, syntax::DiagnosticList& diagnostics)
    : source_(source),
      diagnostics_(diagnostics),
      line_count_(source.position(static_cast<std::uint32_t>(source.text().size())).line) {
  for (const syntax::Diagnostic& earlier : diagnostics.sorted()) {
    if (severity_of(earlier.code) == syntax::Severity::kError) earlier_errors_.push_back(earlier.span.begin);
  }
}

bool Reporter::has_earlier_error(syntax::Span span) const {
  const auto first = std::lower_bound(earlier_errors_.begin(), earlier_errors_.end(), span.begin);
  return first != earlier_errors_.end() && *first < span.end;
}

void Reporter::add(syntax::Code code, syntax::Span span, std::string message, std::string help,
                   std::vector<syntax::Note> notes) {
  ++remarks_;
  if (severity_of(code) == syntax::Severity::kError) ++errors_;
  const std::string place = fmt::format("{} {} {}", syntax::code_name(code), span.begin, span.end);
  const bool is_new_place = reported_.insert(place).second;
  if (!is_new_place && is_repetition_) return;
  if (!reported_.insert(place + " " + message).second) return;
  syntax::Diagnostic& added = diagnostics_.add(code, span, std::move(message), std::move(help));
  added.notes = std::move(notes);
  const bool is_about_shapes = syntax::code_name(code).starts_with("E5") || code == syntax::Code::E406;
  if (shape_note_ && is_about_shapes && errors_ <= kLastGuess) {
    std::string note = shape_note_(span);
    if (!note.empty()) added.notes.push_back({std::move(note), std::nullopt});
  }
  int shown = 0;
  for (const MacroUse* use = use_; use != nullptr && shown < kMostUseNotes; use = use->outer, ++shown) {
    added.notes.push_back({fmt::format("in this use of {}", as_code(use->macro)), use->span});
  }
}

std::string Reporter::did_you_mean(std::string_view word, std::span<const std::string_view> candidates) const {
  if (errors_ > kLastGuess || word.size() > kLongestGuess) return {};
  const std::vector<std::string> names = nearest(word, candidates);
  if (names.empty()) return {};
  return "did you mean " + as_code_list(names, " or ") + "?";
}

std::uint32_t Reporter::line_of(syntax::Span span) const {
  // SourceText::position also counts the columns, which takes as long as the line.
  const char* place = source_.text().data() + span.begin;
  std::uint32_t low = 1;
  std::uint32_t high = line_count_;
  while (low < high) {
    const std::uint32_t middle = low + (high - low + 1) / 2;
    if (source_.line(middle).data() <= place) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

const MacroUse* Reporter::enter(const MacroUse* use) {
  return std::exchange(use_, use);
}

}  // namespace neural::model
