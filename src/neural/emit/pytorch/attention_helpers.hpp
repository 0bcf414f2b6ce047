// Classes of attention that a program brings along: what Keras computes, on PyTorch's scaled_dot_product_attention
// where that is the same.
#pragma once

#include <string>

namespace neural::emit::pytorch {

enum class PlainAttention { kDot, kConcat, kAdditive };

// In a program that marks steps the classes take masks, too: of the query and the value, or of the tensor and the
// memory.

/// The class of an attention without projections, and its name.
std::string plain_attention(PlainAttention attention, bool masked);
std::string class_of(PlainAttention attention);

/// MultiHeadAttention(query, value, heads, key_dim, value_dim, bias, dropout, causal)
std::string multi_head_attention(bool masked);

/// TransformerEncoder(width, heads, key_dim, inner, activation, dropout, eps, norm_first), a block
std::string transformer_encoder(bool masked);

/// TransformerDecoder(width, memory, …), or CausalTransformer(width, …) without a second tensor.
std::string transformer_decoder(bool has_memory, bool masked);

/// SqueezeExcitation(width, hidden, activation)
std::string squeeze_excitation();

}  // namespace neural::emit::pytorch
