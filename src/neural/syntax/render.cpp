#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "neural/base/text.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::syntax {
namespace {

constexpr std::size_t kWidest = 160;  ///< columns of a source line that are shown

struct Style {
  std::string_view error = "", warning = "", note = "", bold = "", reset = "";
};

Style style_of(bool color) {
  if (!color) return {};
  return {"\033[1;31m", "\033[1;33m", "\033[1;36m", "\033[1m", "\033[0m"};
}

/// A part of a source line, and how many columns stand before the mark and under it.
struct Excerpt {
  std::string text;
  std::string before;  ///< as wide as what stands before the mark; tabs are kept
  std::size_t width = 1;
};

constexpr std::size_t kLongestCharacter = 4;  ///< bytes; a longer run is malformed, and counts as several

bool begins_character(std::string_view line, std::size_t at) {
  return (static_cast<unsigned char>(line[at]) & 0xC0) != 0x80;
}

/// The begin of the character `count` behind `at`, or the end of the line.
std::size_t forward(std::string_view line, std::size_t at, std::size_t count) {
  while (at < line.size() && count > 0) {
    const std::size_t farthest = std::min(at + kLongestCharacter, line.size());
    ++at;
    while (at < farthest && !begins_character(line, at)) ++at;
    --count;
  }
  return at;
}

/// The begin of the character `count` before `at`, or of the line.
std::size_t backward(std::string_view line, std::size_t at, std::size_t count) {
  while (at > 0 && count > 0) {
    const std::size_t farthest = at > kLongestCharacter ? at - kLongestCharacter : 0;
    --at;
    while (at > farthest && !begins_character(line, at)) --at;
    --count;
  }
  return at;
}

/// Only looks at what it shows: a line may be as long as the file. The bytes [mark, mark_end) of the line are marked.
Excerpt excerpt(std::string_view line, std::size_t mark, std::size_t mark_end) {
  const bool whole = forward(line, 0, kWidest) == line.size();
  const std::size_t first = whole ? 0 : backward(line, mark, kWidest / 2);
  const std::size_t last = forward(line, first, kWidest);
  Excerpt result;
  std::size_t width = 0;
  if (first > 0) {
    result.text = "…";
    result.before = " ";
  }
  for (std::size_t i = first; i < last;) {
    const std::size_t next = forward(line, i, 1);
    const std::string_view character = line.substr(i, next - i);
    const std::string shown = character == "\t" ? "\t" : printable(character);
    result.text += shown;
    if (i < mark) result.before += character == "\t" ? "\t" : std::string(code_points(shown), ' ');
    if (i >= mark && i < mark_end) width += code_points(shown);
    i = next;
  }
  if (last < line.size()) result.text += "…";
  result.width = std::max<std::size_t>(1, width);
  return result;
}

/// The source line of a span with the mark under it.
std::string snippet(const SourceText& source, Span span, const Style& style, std::string_view color,
                    std::size_t gutter) {
  const Position begin = source.position(span.begin);
  const std::string_view line = source.line(begin.line);
  // Below 0 at the byte order mark, which is no part of the line; beyond the line at its end.
  const std::ptrdiff_t before = source.text().data() + span.begin - line.data();
  const auto mark_at = std::clamp<std::ptrdiff_t>(before, 0, static_cast<std::ptrdiff_t>(line.size()));
  const auto mark = static_cast<std::size_t>(mark_at);
  const Excerpt part = excerpt(line, mark, std::min(line.size(), mark + (span.end - span.begin)));
  const std::string shown = "^" + std::string(part.width - 1, '~');
  return fmt::format("{:>{}} | {}\n{:>{}} | {}{}{}{}\n", begin.line, gutter, part.text, "", gutter, part.before, color,
                     shown, style.reset);
}

/// Our own messages hold only names that were made printable; a tab or a line end in one would still break the layout.
std::string one_line(std::string_view message) {
  return printable(message);
}

void render_one(std::string& out, const SourceText& source, const Diagnostic& found, const RenderOptions& options,
                const Style& style) {
  const Position at = source.position(found.span.begin);
  const bool error = severity_of(found.code) == Severity::kError || options.warnings_are_errors;
  const std::string_view color = error ? style.error : style.warning;
  std::uint32_t widest = at.line;
  for (const Note& note : found.notes) {
    if (note.span) widest = std::max(widest, source.position(note.span->begin).line);
  }
  const std::size_t gutter = std::max<std::size_t>(3, std::to_string(widest).size());
  out += fmt::format("{}{}:{}:{}:{} {}{}[{}]{}: {}\n", style.bold, one_line(source.name()), at.line, at.column,
                     style.reset, color, error ? "error" : "warning", code_name(found.code), style.reset,
                     one_line(found.message));
  out += snippet(source, found.span, style, color, gutter);
  const std::string indent(gutter + 1, ' ');
  for (const Note& note : found.notes) {
    out += fmt::format("{}= {}note{}: {}\n", indent, style.note, style.reset, one_line(note.message));
    if (note.span) out += snippet(source, *note.span, style, style.note, gutter);
  }
  if (!found.help.empty())
    out += fmt::format("{}= {}help{}: {}\n", indent, style.note, style.reset, one_line(found.help));
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// Of all that was found, and of what was only counted.
struct Counts {
  std::size_t errors = 0, warnings = 0, dropped_errors = 0, dropped_warnings = 0;
};

Counts counts_of(const DiagnosticList& diagnostics, const RenderOptions& options) {
  Counts counts = {diagnostics.error_count(), diagnostics.warning_count(), diagnostics.dropped_errors(),
                   diagnostics.dropped_warnings()};
  if (options.warnings_are_errors) {
    counts.errors += std::exchange(counts.warnings, 0);
    counts.dropped_errors += std::exchange(counts.dropped_warnings, 0);
  }
  return counts;
}

std::string summary(const Counts& counts) {
  if (counts.errors == 0) return counted(counts.warnings, "warning") + "\n";
  if (counts.warnings == 0) return counted(counts.errors, "error") + "\n";
  return counted(counts.errors, "error") + ", " + counted(counts.warnings, "warning") + "\n";
}

Json place(const SourceText& source, Span span) {
  const Position begin = source.position(span.begin);
  const Position end = source.position(span.end);
  return {{"line", begin.line}, {"column", begin.column}, {"end_line", end.line}, {"end_column", end.column}};
}

}  // namespace

std::string render_text(const SourceText& source, const DiagnosticList& diagnostics, const RenderOptions& options) {
  if (diagnostics.empty()) return {};
  const Style style = style_of(options.color);
  std::string out;
  std::size_t errors = 0;
  std::size_t left_out = 0;
  for (const Diagnostic& found : diagnostics.sorted()) {
    const bool error = severity_of(found.code) == Severity::kError || options.warnings_are_errors;
    if (error && ++errors > options.most_errors) {
      ++left_out;
      continue;
    }
    render_one(out, source, found, options, style);
  }
  const Counts counts = counts_of(diagnostics, options);
  left_out += counts.dropped_errors;
  if (left_out > 0) out += fmt::format("… and {} more\n", counted(left_out, "error"));
  if (counts.dropped_warnings > 0) out += fmt::format("… and {} more\n", counted(counts.dropped_warnings, "warning"));
  return out + summary(counts);
}

Json render_json(const SourceText& source, const DiagnosticList& diagnostics, const RenderOptions& options) {
  Json all = Json::array();
  for (const Diagnostic& found : diagnostics.sorted()) {
    const bool error = severity_of(found.code) == Severity::kError || options.warnings_are_errors;
    Json item = {{"file", source.name()}};
    item.update(place(source, found.span));
    item["severity"] = error ? "error" : "warning";
    item["code"] = code_name(found.code);
    item["message"] = found.message;
    item["help"] = found.help.empty() ? Json(nullptr) : Json(found.help);
    item["notes"] = Json::array();
    for (const Note& note : found.notes) {
      Json entry = {{"message", note.message}};
      if (note.span) entry.update(place(source, *note.span));
      item["notes"].push_back(std::move(entry));
    }
    all.push_back(std::move(item));
  }
  return all;
}

Json render_counts(const DiagnosticList& diagnostics, const RenderOptions& options) {
  const Counts counts = counts_of(diagnostics, options);
  Json all = {{"errors", counts.errors}, {"warnings", counts.warnings}};
  if (counts.dropped_errors > 0) all["dropped_errors"] = counts.dropped_errors;
  if (counts.dropped_warnings > 0) all["dropped_warnings"] = counts.dropped_warnings;
  return all;
}

}  // namespace neural::syntax
