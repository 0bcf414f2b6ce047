// Helpers for tests of what is told of a network: it, with all that is read from it.
#pragma once

#include <string>
#include <utility>

#include "neural/describe/structure.hpp"
#include "neural/model/testing.hpp"

namespace neural::describe::testing {

/// The parts point into each other.
struct Network {
  /// An Output layer ends it.
  explicit Network(const std::string& layers, const std::string& input = "(4)")
      : Network(model::testing::model_of(layers + " Output(1)", input, "loss: mse")) {}
  explicit Network(model::Model made)
      : model(std::move(made)), outline(estimate::outline_of(model)), structure(structure_of(outline)) {}
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  model::Model model;
  estimate::Outline outline;
  Sequence structure;
};

}  // namespace neural::describe::testing
