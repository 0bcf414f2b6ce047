// How the checker speaks: each mistake once, with the uses of the macros it stands in.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "neural/base/text.hpp"
#include "neural/syntax/diagnostics.hpp"
#include "neural/syntax/source.hpp"

namespace neural::model {

/// Where a macro is used; `outer` is the use around it, null in a network.
struct MacroUse {
  std::string_view macro;
  syntax::Span span;
  const MacroUse* outer = nullptr;
};

class Reporter {
 public:
  Reporter(const syntax::SourceText& source, syntax::DiagnosticList& diagnostics);

  /// Adds a diagnostic, with notes about the current macro use; the same words at the same place are added only once,
  /// so that a layer that is repeated or part of a macro tells its mistake once.
  void add(syntax::Code code, syntax::Span span, std::string message, std::string help = {},
           std::vector<syntax::Note> notes = {});

  /// What every shape error from now on has for a note, made of its place; none where the text is empty.
  void set_shape_note(std::function<std::string(syntax::Span)> note) { shape_note_ = std::move(note); }

  /// What is checked from now on was checked before with other values: a code is reported once a place.
  void begin_repetition() { is_repetition_ = true; }
  void end_repetition() { is_repetition_ = false; }

  /// Takes note of an error that another stage has reported.
  void count_error() { ++errors_, ++remarks_; }

  /// Errors so far, repeated ones too.
  std::size_t error_count() const { return errors_; }

  /// Errors and warnings so far, repeated ones too.
  std::size_t remark_count() const { return remarks_; }

  /// True if an earlier stage found an error inside `span`.
  bool has_earlier_error(syntax::Span span) const;

  /// "did you mean `Dense`?", or empty when nothing is near.
  std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) const;

  /// The 1-based line of a place; O(log lines), however long the line.
  std::uint32_t line_of(syntax::Span span) const;

  const syntax::SourceText& source() const { return source_; }
  syntax::DiagnosticList& diagnostics() { return diagnostics_; }

  /// The use of a macro everything reported from now on stands in; returns the one before.
  const MacroUse* enter(const MacroUse* use);

 private:
  const syntax::SourceText& source_;
  syntax::DiagnosticList& diagnostics_;
  std::uint32_t line_count_;
  std::vector<std::uint32_t> earlier_errors_;  ///< where they begin, in order
  std::size_t errors_ = 0;
  std::size_t remarks_ = 0;
  const MacroUse* use_ = nullptr;
  std::function<std::string(syntax::Span)> shape_note_;
  bool is_repetition_ = false;
  std::unordered_set<std::string> reported_;
};

/// While it lives, diagnostics stand in `use`.
class UseScope {
 public:
  UseScope(Reporter& reporter, const MacroUse* use) : reporter_(reporter), before_(reporter.enter(use)) {}
  ~UseScope() { reporter_.enter(before_); }
  UseScope(const UseScope&) = delete;
  UseScope& operator=(const UseScope&) = delete;

 private:
  Reporter& reporter_;
  const MacroUse* before_;
};

}  // namespace neural::model
