// Where one can make a mistake in a program: its names, values, layers, arguments, sections and marks.
#pragma once

#include <string>
#include <vector>

#include "programs.hpp"

namespace neural::programs {

struct NameSite {
  syntax::Span span;  ///< without quotes
  std::string role;   ///< "layer", "parameter", "activation", "section", …
};

struct ValueSite {
  enum class Kind { kNumber, kWord, kBoolean, kTuple };
  syntax::Span span;
  Kind kind{};
  std::string block = {};  ///< the layer in whose block it stands
};

/// Layers that follow each other. The owner is what a message about a sequence without layers would name.
struct SequenceSite {
  std::vector<const syntax::Item*> items;
  std::string owner;
  const syntax::Item* behind = nullptr;  ///< of a branch: what follows its fork
};

/// An argument that its layer cannot do without.
struct ArgumentSite {
  const syntax::Call* call = nullptr;
  std::size_t index = 0;
};

struct BracketSite {
  syntax::Span span;
  syntax::Span partner;
  syntax::Span around;  ///< the bracket that is open round them; empty where there is none
};

struct Sites {
  std::vector<NameSite> names;
  std::vector<ValueSite> values;
  std::vector<SequenceSite> sequences;
  std::vector<ArgumentSite> arguments;
  std::vector<BracketSite> brackets;
  std::vector<syntax::Span> commas;    ///< in parentheses and square brackets, where they separate
  std::vector<syntax::Span> sections;  ///< from its word to its end
};

/// Of a program without errors, which must outlive them.
Sites sites_of(const Checked& program);

}  // namespace neural::programs
