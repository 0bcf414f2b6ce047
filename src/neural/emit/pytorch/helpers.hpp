// Classes that a program brings along where PyTorch has no module of the same meaning.
#pragma once

#include <optional>
#include <string>

#include "neural/emit/pytorch/legal_program.hpp"

namespace neural::emit::pytorch {

/// Adds the class to the program unless it is there.
void require(LegalProgram& program, std::string helper);

/// SharedDropout(p, shape): one mask for all along the axes where `shape` is 1.
std::string shared_dropout();

/// GaussianNoise(stddev): normal noise is added in training.
std::string gaussian_noise();

/// GaussianDropout(rate): in training a factor of mean 1 and variance rate / (1 - rate).
std::string gaussian_dropout();

/// PReLU(shape): a slope for each element, or for all along an axis where `shape` is 1.
std::string prelu();

/// orthogonal_(weight, shape, axes, gain): as Keras begins a kernel of this shape, whose axes give the weight's.
std::string orthogonal();

/// BatchNorm1d, 2d or 3d that collects the biased variance, and takes a batch with a single value too.
std::string batch_norm(int dimensions);

/// Seeded(layer, seed): a layer that draws its random numbers apart from all others.
std::string seeded();

/// LossScale, the factor of Keras's LossScaleOptimizer.
std::string loss_scale();

}  // namespace neural::emit::pytorch
