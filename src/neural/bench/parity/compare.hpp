// From the parity folders of two workers to a certificate.
//
// Per tensor, the deviation is max|neural - native| / max|native|, and per loss |neural - native| / |native|; where
// both are zero it is 0. A number that is not finite, on either side, fails.
//
// What a forward and a backward pass give differs only by rounding, and is held to that: losses before the first step
// and gradients to 1e-5. Training amplifies rounding. Adam divides each gradient by its own size, so that an element
// whose gradient is not much above rounding (and above Adam's epsilon) moves by a share of the learning rate that
// rounding decides; elements whose gradient is exactly zero on both sides, of dead units and black pixels, do not move
// and are safe. And a unit whose input is within rounding of zero may be alive on one side and dead on the other. With
// Adam at epsilon 1e-7 on MNIST, to sum a batch in another order moves weights within ten steps by at most 1e-5 of the
// largest in their tensor where there is one hidden layer, but by up to 3e-2 where there are three or convolutions, and
// there most losses at step 200 by more than 1e-3; epsilon 1e-8 is ten times as sensitive. So weights, held to 1e-4,
// and losses at step 20 (1e-4) and 200 (1e-3) may also deviate up to three times as far as the farthest of some reruns
// of the native program, where there are any: the same program, from initial weights moved by a few units in the last
// place. A rerun counts as long as its own loss and gradients of the first batch are within the limits of rounding, and
// its loss deviates by the most of the eight steps up to the one that is compared. A wrong learning rate
// or layout is far beyond that, and biases, which begin at zero, show it undiluted: their deviation after one step is
// that of the update itself.
//
// A unit that is alive on one side and dead on the other, for one sample of hundreds, moves its own weights and no
// others, by up to the learning rate at every step. Reruns show such an event or miss it by chance. So of the weights
// after the first step a hundredth of a tensor's numbers may be anywhere; what is wrong with a program is seen in the
// others, and in the losses.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/bench/parity/certificate.hpp"

namespace neural::bench::parity {

/// What is compared, and how strictly.
struct Protocol {
  std::string first = "neural";  ///< how messages call the sides
  std::string second = "native";
  std::vector<int> weight_steps = {1, 10};          ///< steps behind which there have to be weights
  std::vector<std::size_t> loss_steps = {20, 200};  ///< steps whose losses are compared
  /// In the place of all tolerances above: where arithmetic is so exact that only another meaning makes a difference.
  std::optional<double> tolerance;
  /// Reruns widen what gradients may deviate, too: those that saw the samples in another order say how far their sums
  /// are rounding alone. The gradient of a bias that a softmax cancels is nothing else.
  bool reruns_widen_gradients = false;
  /// This share of a tensor's weights behind the first step, those farthest apart, may be any finite numbers.
  double flipped_share = 0.01;
  /// A gradient is compared to the largest of its tensor, or to this share of the largest gradient of all where that is
  /// more, and a weight to the weights alike: gradients that are zero but for rounding, as of a bias in front of a
  /// normalisation, have no size of their own, nor has a bias that began at zero and saw no others.
  double least_share = 0;
};

/// Compares the folders that the workers of both sides wrote. That they do not agree is no error but a certificate that
/// did not pass; an error is a folder that cannot be read, or that was written under another plan than the others.
/// Keeps two tensors in memory at a time.
Expected<Certificate> compare_folders(const std::filesystem::path& neural, const std::filesystem::path& native,
                                      std::span<const std::filesystem::path> reruns = {},
                                      const Protocol& protocol = {});

/// Compares two arrays in NumPy's format, of which there is nothing else: what networks predict.
Expected<Certificate> compare_predictions(const std::filesystem::path& first, const std::filesystem::path& second,
                                          const Protocol& protocol);

}  // namespace neural::bench::parity
