#include "neural/explain/example.hpp"
#include "neural/explain/explain.hpp"

namespace neural::explain {
namespace {

std::string_view group_of(syntax::Code code) {
  for (const syntax::ExplanationGroup& group : syntax::explanation_groups()) {
    for (const syntax::Explanation& entry : group.entries) {
      if (entry.code == code) return group.title;
    }
  }
  return {};
}

}  // namespace

Json as_json(const syntax::Explanation& explanation) {
  const bool is_error = severity_of(explanation.code) == syntax::Severity::kError;
  Json entry = {{"code", code_name(explanation.code)},
                {"severity", is_error ? "error" : "warning"},
                {"group", group_of(explanation.code)},
                {"summary", code_summary(explanation.code)},
                {"text", explanation.text},
                {"command", nullptr},
                {"wrong", nullptr},
                {"diagnostics", nullptr},
                {"right", nullptr}};
  if (explanation.wrong.empty()) return entry;
  const Example wrong = wrong_example(explanation);
  entry["command"] = wrong.command;
  entry["wrong"] = explanation.wrong;
  entry["diagnostics"] = render_json(wrong.source, wrong.diagnostics);
  entry["right"] = right_program(explanation);
  return entry;
}

}  // namespace neural::explain
