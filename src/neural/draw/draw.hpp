// A network as a picture: what `neural inspect --svg` prints.
#pragma once

#include <string>

#include "neural/draw/scene.hpp"
#include "neural/estimate/outline.hpp"

namespace neural::draw {

/// The outline as an SVG document; see SceneOptions for what is folded. Linear.
std::string as_svg(const estimate::Outline& outline, const SceneOptions& options);

}  // namespace neural::draw
