// Optimiser, training settings and device of a network.
#pragma once

#include <optional>
#include <string>

#include "neural/model/model.hpp"
#include "neural/model/reporter.hpp"
#include "neural/model/search.hpp"
#include "neural/syntax/ast.hpp"

namespace neural::model {

/// Adam() where none is written; empty after E206 and errors of its parameters.
std::optional<Optimizer> read_optimizer(const syntax::Network& network, SearchSpace& searches, Reporter& reporter);

/// The settings of train { }; E108, E212, and errors of their values, which then keep their defaults.
Training read_training(const syntax::Network& network, SearchSpace& searches, Reporter& reporter);

/// The device of execution { }, "auto" where none is written; E108, E211, E212.
std::string read_execution(const syntax::Network& network, Reporter& reporter);

}  // namespace neural::model
