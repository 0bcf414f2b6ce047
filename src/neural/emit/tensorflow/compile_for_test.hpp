// A source text on its way to a TensorFlow program, for the tests of this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neural/emit/text/options.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::tensorflow {

struct Compiled {
  std::string program;                          ///< empty if it was refused
  std::vector<syntax::Diagnostic> diagnostics;  ///< of the backend
};

/// The program of the only network in `source`, which the front end accepts (NEURAL_CHECK).
Compiled compile_source(std::string source, Options options = {});

/// The program of a network with these layers, an input of (8, 8, 4) and these further sections.
Compiled compile_layers(std::string_view layers, std::string_view sections = "loss: mse");

/// The steps of create_model of a network with this input and these layers, a statement each.
std::string steps_of(std::string_view input, std::string_view layers);

/// The text between `begin` and `end`, without them; empty if either is missing.
std::string between(const std::string& text, std::string_view begin, std::string_view end);

/// Text out of a function's body with every statement on one line, not indented, whatever its length.
std::string joined(const std::string& text);

}  // namespace neural::emit::tensorflow
