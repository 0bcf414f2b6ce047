// Which steps count: masks as Keras propagates them from layer to layer.
#pragma once

#include <optional>
#include <vector>

#include "neural/emit/pytorch/module_builder.hpp"

namespace neural::emit::pytorch {

/// The mask of what a layer makes of one tensor that has the current mask.
std::optional<Mask> mask_behind(const ModuleBuilder& builder, const model::Layer& layer);

/// The mask of what becomes of several tensors; a statement joins theirs where they differ.
std::optional<Mask> joined_mask(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Flow>& sources);

/// E701, and true, where Keras has no meaning for the layer behind a mask, or PyTorch no module.
bool refuses_mask(ModuleBuilder& builder, const model::Layer& layer, const Flow& source);

/// Marks the steps of the current tensor that are not all `mask_value`; those become zeros.
void lower_masking(ModuleBuilder& builder, const model::Layer& layer);

/// Maximum, Minimum and Multiply of tensors of which some have masks, with the mask of the result: a step that does not
/// count in one takes the other's.
void lower_masked_merge(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Flow>& sources,
                        const std::vector<std::string>& tensors, const std::optional<Mask>& joined);

/// Takes statements out of `forward` that set masks nobody reads.
void drop_unread_masks(LegalProgram& program, const std::vector<std::string>& masks);

}  // namespace neural::emit::pytorch
