// What must hold of every drawing, for tests.
#pragma once

#include <string>
#include <vector>

#include "neural/draw/drawing.hpp"

namespace neural::draw {

/// Everything wrong with the drawing, in sentences: cards that overlap each other or the edge of a frame, lines that
/// begin or end nowhere or go through a card, texts that leave their box, anything outside the drawing.
std::vector<std::string> faults_of(const Drawing& drawing);

}  // namespace neural::draw
