// The memory that training takes, as far as the network decides it.
#pragma once

#include "neural/base/amount.hpp"
#include "neural/model/model.hpp"

namespace neural::estimate {

/// In bytes. It is a lower bound: what a framework takes for itself, its work space and copies are not in it.
struct Memory {
  Amount weights;                 ///< all parameters, trained or not
  Amount gradients;               ///< of the trained ones
  Amount optimizer_state;         ///< likewise
  Amount inputs_per_sample;       ///< float 4, integer 8 a number
  Amount activations_per_sample;  ///< kept for the backward pass
  Amount batch_size;

  Amount batch() const { return batch_size * (inputs_per_sample + activations_per_sample); }
  Amount training() const { return weights + gradients + optimizer_state + batch(); }
};

/// Numbers the optimiser keeps for each trained parameter:
///   SGD 0, with a momentum 1 · RMSprop 1, with a momentum 1 more, centered 1 more · Adagrad 1 · Adadelta 2
///   Adam, AdamW 2, with amsgrad 1 more · Adamax, Nadam 2 · Lion 1 · Ftrl 2 · any with use_ema 1 more
std::int64_t optimizer_slots(const model::Optimizer& optimizer);

/// Bytes of an input of one sample: 8 for each integer, else 4 a number.
Amount input_bytes(const model::Input& input);

/// Bytes of one weight of the layer: 2, 4 or 8, by its dtype.
std::int64_t weight_bytes(const model::Layer& layer);

/// Bytes of one number that flows through the layer: as its weights, but 2 for 4 where the precision is mixed.
std::int64_t activation_bytes(const model::Layer& layer, bool mixed_precision);

}  // namespace neural::estimate
