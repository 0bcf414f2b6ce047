// The tables the rows of layers.cpp come from, one a family.
#pragma once

#include "neural/model/catalogue/catalogue.hpp"

namespace neural::model {

std::span<const LayerRow> basic_layers();    ///< dense layers, shapes, activations, noise, normalisations
std::span<const LayerRow> spatial_layers();  ///< convolutions, pooling, sizes of spatial axes
std::span<const LayerRow> block_layers();    ///< recurrent layers, attention, blocks, merges, layers without meaning

}  // namespace neural::model
