#include "neural/syntax/diagnostics.hpp"

#include <algorithm>
#include <array>

namespace neural::syntax {
namespace {

struct CodeRow {
  std::string_view name;
  std::string_view summary;
};

constexpr std::array kCodes = {
#define NEURAL_CODE(code, summary) CodeRow{#code, summary},
#include "neural/syntax/diagnostic_codes.def"
#undef NEURAL_CODE
};

const CodeRow& row(Code code) {
  return kCodes[static_cast<std::size_t>(code)];
}

}  // namespace

std::string_view code_name(Code code) {
  return row(code).name;
}
std::string_view code_summary(Code code) {
  return row(code).summary;
}
Severity severity_of(Code code) {
  return row(code).name.front() == 'E' ? Severity::kError : Severity::kWarning;
}

Diagnostic& DiagnosticList::add(Code code, Span span, std::string message, std::string help) {
  const bool is_error = severity_of(code) == Severity::kError;
  std::size_t& count = is_error ? errors_ : warnings_;
  std::size_t& dropped = is_error ? dropped_errors_ : dropped_warnings_;
  if (++count - dropped > kMostKept) {
    ++dropped;
    return surplus_ = Diagnostic{code, span, std::move(message), std::move(help), {}};
  }
  return all_.emplace_back(Diagnostic{code, span, std::move(message), std::move(help), {}});
}

void DiagnosticList::drop_errors(const std::function<bool(const Diagnostic&)>& is_needless) {
  if (dropped_errors_ > 0) return;
  std::vector<Diagnostic> kept;
  for (Diagnostic& found : sorted()) {
    if (severity_of(found.code) == Severity::kError && is_needless(found)) {
      --errors_;
    } else {
      kept.push_back(std::move(found));
    }
  }
  all_ = std::move(kept);
}

std::vector<Diagnostic> DiagnosticList::sorted() const {
  std::vector<Diagnostic> found = all_;
  std::stable_sort(found.begin(), found.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.span.begin < b.span.begin; });
  return found;
}

}  // namespace neural::syntax
