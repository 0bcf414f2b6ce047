// Diagnostics: what is wrong with the user's program, where, and what to do about it.
//
// A stage adds to a DiagnosticList and carries on; it never prints and never throws. Messages begin in lower case, end
// without a full stop, put names and code in backticks, and tell what was seen before the rule.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/syntax/source.hpp"

namespace neural::syntax {

/// The stable codes: E… is an error, W… a warning. The table is diagnostic_codes.def.
enum class Code {
#define NEURAL_CODE(code, summary) code,
#include "neural/syntax/diagnostic_codes.def"
#undef NEURAL_CODE
};

enum class Severity { kError, kWarning };

std::string_view code_name(Code code);     ///< "E201"
std::string_view code_summary(Code code);  ///< one line for lists and docs
Severity severity_of(Code code);           ///< by the letter

/// A remark; with a span it also shows that place in the source.
struct Note {
  std::string message;
  std::optional<Span> span;
};

struct Diagnostic {
  Code code;
  Span span;
  std::string message;
  std::string help;  ///< empty if no fix is known
  std::vector<Note> notes;
};

class DiagnosticList {
 public:
  /// Nobody reads more; without an end a file of noise would take minutes and gigabytes.
  static constexpr std::size_t kMostKept = 2000;

  /// Adds one; the reference stays good until the next call and lets the caller add help and notes.
  Diagnostic& add(Code code, Span span, std::string message, std::string help = {});

  /// Takes away the errors for which `is_needless` holds; it is asked in the order of their places. Does nothing once
  /// errors were only counted.
  void drop_errors(const std::function<bool(const Diagnostic&)>& is_needless);

  bool has_errors() const { return errors_ > 0; }
  std::size_t error_count() const { return errors_; }
  std::size_t warning_count() const { return warnings_; }
  bool empty() const { return all_.empty(); }
  /// Those that came after the first kMostKept of their severity, and were only counted.
  std::size_t dropped_errors() const { return dropped_errors_; }
  std::size_t dropped_warnings() const { return dropped_warnings_; }

  /// In the order of their places in the source; equal places keep the order of finding.
  std::vector<Diagnostic> sorted() const;

 private:
  std::vector<Diagnostic> all_;
  Diagnostic surplus_{};  ///< what add() refers to once the list is full
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::size_t dropped_errors_ = 0;
  std::size_t dropped_warnings_ = 0;
};

struct RenderOptions {
  bool color = false;
  std::size_t most_errors = 20;  ///< further errors are only counted
  bool warnings_are_errors = false;
};

/// The diagnostics as people read them: `file:line:column: error[E201]: message`, the source line, a mark under the
/// span, notes and help; then one line with the counts. Empty text for an empty list.
std::string render_text(const SourceText& source, const DiagnosticList& diagnostics, const RenderOptions& options = {});

/// [{file, line, column, end_line, end_column, severity, code, message, help, notes: [{message, line, column, …}]}]
Json render_json(const SourceText& source, const DiagnosticList& diagnostics, const RenderOptions& options = {});

/// {errors, warnings}, and dropped_errors and dropped_warnings where some of them are not in the list of render_json.
Json render_counts(const DiagnosticList& diagnostics, const RenderOptions& options = {});

}  // namespace neural::syntax
