// A schedule of the learning rate as a function of the program.
#pragma once

#include <string>

#include "neural/model/attributes.hpp"

namespace neural::emit::pytorch {

/// `def learning_rate(step: int) -> float`, of the steps counted from 0, by the formulas of keras.optimizers.schedules;
/// without the empty lines around it. A program that has it imports math where the text says `math.`.
std::string schedule_function(const model::Schedule& schedule);

}  // namespace neural::emit::pytorch
