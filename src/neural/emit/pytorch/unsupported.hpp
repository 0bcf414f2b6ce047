// The one way this room refuses a model, E701 with what to write instead, and the one way it deviates, W702.
#pragma once

#include <string>

#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::pytorch {

inline void refuse(syntax::DiagnosticList& diagnostics, syntax::Span span, const std::string& what, std::string help) {
  diagnostics.add(syntax::Code::E701, span, what + " cannot be expressed in PyTorch", std::move(help));
}

/// `how` says how far: "a gradient that is clipped gets shorter by …".
inline void deviate(syntax::DiagnosticList& diagnostics, syntax::Span span, const std::string& what,
                    const std::string& how, std::string help) {
  diagnostics.add(syntax::Code::W702, span, what + " deviates in PyTorch: " + how, std::move(help));
}

}  // namespace neural::emit::pytorch
