#include "neural/syntax/explanations.hpp"

#include <array>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"
#include "neural/syntax/explanations/tables.hpp"

namespace neural::syntax {

std::span<const ExplanationGroup> explanation_groups() {
  static const std::array groups = {
      ExplanationGroup{"Lexical", lexical_explanations()},  ExplanationGroup{"Syntax", syntax_explanations()},
      ExplanationGroup{"Names", name_explanations()},       ExplanationGroup{"Values", value_explanations()},
      ExplanationGroup{"Search", search_explanations()},    ExplanationGroup{"Structure", structure_explanations()},
      ExplanationGroup{"Shapes", shape_explanations()},     ExplanationGroup{"Training", training_explanations()},
      ExplanationGroup{"Backends", backend_explanations()}, ExplanationGroup{"Limits", limit_explanations()},
  };
  return groups;
}

const Explanation& explanation_of(Code code) {
  const Explanation* found = nullptr;
  for (const ExplanationGroup& group : explanation_groups()) {
    for (const Explanation& entry : group.entries) found = entry.code == code ? &entry : found;
  }
  NEURAL_CHECK(found != nullptr, "a code without an explanation");
  return *found;
}

std::optional<Code> find_code(std::string_view name) {
  for (const ExplanationGroup& group : explanation_groups()) {
    for (const Explanation& entry : group.entries) {
      if (fold(code_name(entry.code)) == fold(name)) return entry.code;
    }
  }
  return {};
}

std::string right_program(const Explanation& explanation) {
  const auto& [mistake, correction] = std::pair(explanation.mistake, explanation.correction);
  std::string program(explanation.wrong);
  if (mistake.empty()) return program;
  for (std::size_t at = program.find(mistake); at != std::string::npos;) {
    program.replace(at, mistake.size(), correction);
    at = program.find(mistake, at + correction.size());
  }
  return program;
}

}  // namespace neural::syntax
