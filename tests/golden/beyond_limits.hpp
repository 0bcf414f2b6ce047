// Texts for the diagnostics that no short program gets: E902 for a source that is too long, E903 for one too deep.
#pragma once

#include <map>
#include <string>

#include "neural/syntax/diagnostics.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::golden {

struct LimitCase {
  std::string within;  ///< just inside the limit: no diagnostic
  std::string beyond;  ///< by one
};

inline LimitCase text_of_length() {
  std::string text = "network Long { input: (4) layers: Output(2) }  # ";
  text.resize(syntax::kLongestSource, '.');
  return {text, text + '.'};
}

/// Residual connections in each other. The braces of the network and the layer inside are levels too.
inline LimitCase nested_to(std::size_t residuals) {
  const auto nested = [](std::size_t depth) {
    std::string text = "network Deep {\n  input: (4)\n  layers:\n";
    for (std::size_t i = 0; i < depth; ++i) text += "Residual {\n";
    text += "Dense(4)\n";
    for (std::size_t i = 0; i < depth; ++i) text += "}\n";
    return text + "Output(2)\n}\n";
  };
  return {nested(residuals), nested(residuals + 1)};
}

/// For each code that has no short program the function that makes one; the texts are large.
inline const std::map<syntax::Code, LimitCase (*)()>& beyond_limits() {
  static const std::map<syntax::Code, LimitCase (*)()> cases = {{syntax::Code::E902, text_of_length},
                                                                {syntax::Code::E903, [] { return nested_to(499); }}};
  return cases;
}

}  // namespace neural::golden
