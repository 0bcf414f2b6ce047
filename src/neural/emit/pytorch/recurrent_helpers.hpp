// Recurrent layers and masks of steps, as classes and functions that a program brings along.
#pragma once

#include <string>

#include "neural/model/model.hpp"

namespace neural::emit::pytorch {

/// RecurrentLoop(inputs, units, …), [n, steps, inputs] -> [n, steps, units]: what the loops of all kinds share.
std::string recurrent_loop();

/// "LSTMLoop"
std::string loop_class(model::LayerKind kind);

/// LSTMLoop, GRULoop or SimpleRNNLoop: a RecurrentLoop with activations of choice.
std::string loop_of(model::LayerKind kind);

/// ConvLSTM and ConvGRU (channels, filters, …), [n, steps, channels, height, width] -> [n, steps, filters, …].
std::string conv_lstm();
std::string conv_gru();

/// valid_first(x, mask) and spread(outputs, mask): a recurrent layer between them skips the steps that the mask leaves
/// out, as Keras does: they keep the state, and repeat the output before them.
std::string masked_steps();

/// MaskedBatchNorm(channels, …), of (x, mask): mean and variance in training are those of the steps that count.
std::string masked_batch_norm();

}  // namespace neural::emit::pytorch
