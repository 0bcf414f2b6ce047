// The one way this room refuses a model, E701 with what to write instead, and the one way it deviates, W702.
#pragma once

#include <algorithm>
#include <string>

#include "neural/emit/pytorch/legal_program.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::pytorch {

inline void refuse(syntax::DiagnosticList& diagnostics, syntax::Span span, const std::string& what, std::string help) {
  diagnostics.add(syntax::Code::E701, span, what + " cannot be expressed in PyTorch", std::move(help));
}

/// Not to the last bit as in Keras: W702, and a line of the program's head. `how` says how far: "a clipped gradient is
/// shorter by …".
inline void deviate(LegalProgram& program, syntax::DiagnosticList& diagnostics, syntax::Span span,
                    const std::string& what, const std::string& how, std::string help) {
  std::string line = what + ": " + how;
  if (std::find(program.deviations.begin(), program.deviations.end(), line) == program.deviations.end()) {
    program.deviations.push_back(std::move(line));
  }
  diagnostics.add(syntax::Code::W702, span, what + " deviates in PyTorch: " + how, std::move(help));
}

inline constexpr const char* kStrictHelp = "`--strict` computes it as Keras does, which costs a little time";

}  // namespace neural::emit::pytorch
