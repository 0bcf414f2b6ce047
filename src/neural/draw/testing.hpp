// Helpers for the tests of this room: a network with all that is drawn from it.
#pragma once

#include "neural/describe/structure.hpp"
#include "neural/model/testing.hpp"

namespace neural::draw {

/// The parts point into each other.
struct Network {
  /// An Output layer ends it.
  explicit Network(const std::string& layers, const std::string& input = "(4)")
      : Network(model::testing::model_of(layers + " Output(1)", input, "loss: mse")) {}
  explicit Network(model::Model made)
      : model(std::move(made)), outline(estimate::outline_of(model)), structure(describe::structure_of(outline)) {}
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  model::Model model;
  estimate::Outline outline;
  describe::Sequence structure;
};

}  // namespace neural::draw
