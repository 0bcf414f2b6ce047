// The one way this room refuses a model: E701, with what to write instead.
#pragma once

#include <string>

#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::pytorch {

inline void refuse(syntax::DiagnosticList& diagnostics, syntax::Span span, const std::string& what, std::string help) {
  diagnostics.add(syntax::Code::E701, span, what + " cannot be expressed in PyTorch", std::move(help));
}

}  // namespace neural::emit::pytorch
