// A small program and what the compiler says of it. Nothing of that is stored anywhere: it is asked when it is shown.
#pragma once

#include <string>
#include <string_view>

#include "neural/syntax/diagnostics.hpp"
#include "neural/syntax/explanations.hpp"
#include "neural/syntax/source.hpp"

namespace neural::explain {

struct Example {
  std::string command;  ///< "neural check model.neural"
  syntax::SourceText source;
  syntax::DiagnosticList diagnostics;
};

/// Checks a program; compiles it too where a backend is named, and it is sound.
Example run_example(std::string_view program, std::string_view backend = {});

/// The program of an explanation that gets the diagnostic.
Example wrong_example(const syntax::Explanation& explanation);

/// The same program mended.
Example right_example(const syntax::Explanation& explanation);

}  // namespace neural::explain
