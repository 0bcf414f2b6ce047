// A program that searches, made one that does not: each `HPO(…)` of the source gives way to the text of a value, and
// all else, comments and layout included, stays as it was written.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/source.hpp"

namespace neural::choose {

/// What may stand in the place of a choice.
struct Alternative {
  syntax::Span span;                ///< of its text
  std::vector<std::size_t> nested;  ///< positions in Space::variables of the searches inside, in the order of the text
};

struct Variable {
  model::SearchVariable search;
  std::vector<Alternative> alternatives;  ///< of a choice

  /// True of a range whose values are written without a fraction.
  bool is_whole() const;
};

/// The searches of one network, in the order of its Model, and which of them stand in an alternative of another.
struct Space {
  std::vector<Variable> variables;
  std::vector<std::size_t> outermost;  ///< in the order of the text

  bool is_empty() const { return variables.empty(); }
};

/// `searches` are those of a Model of the source.
Space space_of(const syntax::SourceText& source, const std::vector<model::SearchVariable>& searches);

/// As one line: "128", "Dense(HPO(choice(32, 64)))".
std::string text_of(const syntax::SourceText& source, const Alternative& alternative);

/// A variable's name, and a value: a number of its range, the text of an alternative (blanks and quotes do not matter),
/// or "#1" for the second alternative.
struct Choice {
  std::string name;
  std::string value;
};

struct Given {
  std::vector<Choice> choices;
  bool defaults = false;  ///< what is not among the choices gets its first alternative, or its low end
};

struct Chosen {
  std::string text;  ///< of the whole file; searches of other networks, and of macros not in use, are in it still
  std::vector<Choice> choices;  ///< of those that came into the text: the names, and what stands there now, on one line
};

/// kUsage where a name is unknown or given twice, a value is outside its space, or one is missing. Values for searches
/// inside an alternative that is not chosen are checked, and then of no effect.
Expected<Chosen> choose(const syntax::SourceText& source, const Space& space, const Given& given);

/// {"variables": [{"name", "kind", "outermost", "alternatives": [{"text", "nested": [names]}]}, {"name", "kind",
/// "outermost", "low", "high", "step", "integer"}]}: `step` is null where every value between is good.
Json to_json(const syntax::SourceText& source, const Space& space);

}  // namespace neural::choose
