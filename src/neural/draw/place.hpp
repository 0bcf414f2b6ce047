// Gives what has been measured its place in a drawing.
#pragma once

#include "neural/draw/drawing.hpp"
#include "neural/draw/measure.hpp"

namespace neural::draw {

/// Draws the items [begin, end) of a column from `top` on, below each other on one axis, with the lines between them;
/// the place below the last. Where the column is fed, a line ends at (axis, top), and the first item goes on from
/// there.
Px place(const MeasuredColumn& column, std::size_t begin, std::size_t end, Point at, bool is_fed, Drawing& drawing);

}  // namespace neural::draw
