// What one layer does for one sample: floating-point operations, and numbers that training keeps for the backward pass.
//
// These are counts from formulas, not measurements. What is counted:
//   - A multiplication and an addition count 1 each, a multiply-add 2. A comparison, a division and any function of one
//     number (relu, tanh, exp, sqrt, …) count 1 each. Softmax counts 5 a number: maximum, difference, exp, sum,
//     quotient.
//   - Moving numbers (Flatten, Reshape, Permute, padding, cropping, look-ups, concatenation) counts nothing.
//   - The work is that of training: normalisations compute statistics, dropout multiplies by its mask. Dropout inside
//     recurrent, attention and transformer layers is left out, and so are the loss and the optimiser.
//   - A mask (causal, mask_zero, Masking) saves nothing.
//   - An axis of unknown size counts as 1.
//
// The formulas; P positions (the product of all axes but the channels), k window elements, C channels or width, F
// filters, U units, N elements of the result, a = 0 for a linear activation, 5 for softmax, else 1:
//   Dense, Output          2·C·U·P + U·P [bias] + a·N
//   Conv                   2·k·(C/groups)·F·P + N [bias] + a·N, P of the result; dilation changes nothing
//   ConvTranspose          2·k·C·(F/groups)·P + N [bias] + a·N, P of the input
//   DepthwiseConv          2·k·N + N [bias] + a·N
//   SeparableConv          2·k·C·m·P + 2·(C·m/groups)·F·P + N [bias] + a·N, m depth_multiplier, P of the result
//   SimpleRNN, GRU, LSTM   a step: 2·g·U·(C+U) + bias + gates; g gates: 1, 3, 4; times the steps
//   ConvGRU2D, ConvLSTM2D  a step: 2·k·(C/groups)·gF·P + 2·k·F·gF·P + bias + gates
//                          gates: the activations, 4 more a number of LSTM, 5 of GRU
//   MultiHeadAttention     the projections of query, key, value and result as Dense; scores and weighted sum
//                          2·Q·K·width each; scaling and softmax 6·Q·K a head; Q, K positions: all axes but the last
//   Attention              scores 2·Q·K·C, softmax 5·Q·K, weighted sum 2·Q·K·C, over the last axis but one
//   AdditiveAttention      scores 3·Q·K·C (4 with a scale), softmax and sum as above
//   TransformerEncoder     attention, two residual additions, two normalisations, Dense to ff_dim and back; times
//                          num_layers
//   normalisations         BatchNormalization, Layer-, Group-, Instance-: 5·N + N [scale] + N [center];
//                          RMSNormalization 4·N, UnitNormalization 3·N
//   pooling                k·N; global: the input's elements; adaptive: k of the average window, rounded up
//   merges                 (inputs − 1)·N, Average N more; Dot 2·contracted·N
//   Embedding              0
#pragma once

#include <span>

#include "neural/base/amount.hpp"
#include "neural/model/model.hpp"

namespace neural::estimate {

struct Work {
  Amount flops = {};           ///< one forward pass
  Amount shortcut_flops = {};  ///< of those, on the projected shortcut of a residual connection
  Amount kept = {};      ///< numbers: the result, unless it is a view of the input, and what the gradients need besides
  bool is_known = true;  ///< false for layers without built-in meaning: then only the result is counted
};

/// Elements of a sample of this shape, unknown sizes counted as 1.
Amount elements(const model::Shape& shape);

/// The layer alone, without what is inside it (the wrapped layer, the body). `inputs` has the shape of each input.
/// Linear in the axes of the shapes and the inputs.
Work work_of(const model::Layer& layer, std::span<const model::Shape* const> inputs);

}  // namespace neural::estimate
