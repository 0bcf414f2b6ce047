// What must hold of every drawing, for tests.
#pragma once

#include <string>
#include <vector>

#include "neural/draw/drawing.hpp"

namespace neural::draw {

/// Everything wrong with the drawing, in sentences: cards that overlap each other, the head or edge of a frame, a badge
/// or a label; frames that overlap without one being in the other; lines that are askew, begin or end nowhere or go
/// through a card; texts of cards and frames that leave their place; cards, frames, lines and labels outside the
/// drawing. Titles, badges and sums are not looked at for that.
std::vector<std::string> faults_of(const Drawing& drawing);

}  // namespace neural::draw
