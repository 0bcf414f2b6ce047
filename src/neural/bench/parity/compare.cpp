#include "neural/bench/parity/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "neural/bench/parity/deviation.hpp"
#include "neural/bench/parity/folder.hpp"

namespace neural::bench::parity {
namespace {

namespace fs = std::filesystem;

/// What a deviation may be, and whether it may be more where reruns deviate.
struct Limit {
  double tolerance;
  bool reruns_widen;
};
constexpr Limit kFirstPass = {1e-5, false};
constexpr Limit kWeights = {1e-4, true};
constexpr double kRerunFactor = 3;

constexpr Limit kEarlyLosses = {1e-4, true};
constexpr Limit kLateLosses = {1e-3, true};
constexpr std::size_t kLateStep = 100;
constexpr std::size_t kSpreadSteps = 8;  // a rerun's losses that count

struct Folders {
  Folder neural;
  Folder native;
  std::vector<Folder> reruns;
  Protocol protocol;

  Limit limit(const Limit& usual) const { return {protocol.tolerance.value_or(usual.tolerance), usual.reruns_widen}; }
};

using Files = std::vector<std::string>;

SideNames names(const Protocol& protocol) {
  return {protocol.first, protocol.second};
}

/// What a tensor or a number may deviate; `rerun_deviation` gives the Expected<double> of a rerun. One that cannot be
/// compared allows nothing.
template <class RerunDeviation>
Expected<double> allowed_by(const Limit& limit, const std::vector<Folder>& reruns, RerunDeviation rerun_deviation) {
  double allowed = limit.tolerance;
  if (!limit.reruns_widen) return allowed;
  for (const Folder& rerun : reruns) {
    const double deviation = NEURAL_TRY(rerun_deviation(rerun));
    if (std::isfinite(deviation)) allowed = std::max(allowed, kRerunFactor * deviation);
  }
  return allowed;
}

std::string sentence(const Check& check, const std::string& fault) {
  const std::string what = check.where.empty() ? check.name : fmt::format("{} of `{}`", check.name, check.where);
  if (!fault.empty()) return what + " " + fault;
  return fmt::format("{} differ by {:.1e} (allowed {:.1e})", what, check.deviation, check.tolerance);
}

void add_check(Certificate& certificate, Check check, const std::string& fault) {
  check.passed = fault.empty() && check.deviation <= check.tolerance;
  if (!check.passed && certificate.passed) certificate.reason = sentence(check, fault);
  certificate.passed = certificate.passed && check.passed;
  certificate.checks.push_back(std::move(check));
}

/// How far a deviation is beyond what is allowed; of what cannot be compared, farther than anything.
double excess(double deviation, double tolerance) {
  return std::isnan(deviation) ? std::numeric_limits<double>::infinity() : deviation / tolerance;
}

std::string label(const Folders& folders, std::size_t index) {
  const std::string& neural = folders.neural.parameters[index].name;
  const std::string& native = folders.native.parameters[index].name;
  return neural == native ? neural : neural + " / " + native;
}

/// Compares all tensors of one kind; `files` gives the list of a folder.
template <class FilesOf>
Status compare_tensors(Certificate& certificate, const Folders& folders, std::string name, const Limit& usual,
                       FilesOf files, const Measure& measure) {
  const Limit limit = folders.limit(usual);
  Check check{.name = std::move(name), .tolerance = limit.tolerance, .reruns_widen = limit.reruns_widen};
  std::string fault;
  double worst = -1;
  for (std::size_t i = 0; i < folders.native.parameters.size(); ++i) {
    const Array native = NEURAL_TRY(read_tensor(folders.native, files(folders.native), i));
    const auto compare = [&](const Folder& folder) -> Expected<Finding> {
      return compare_arrays(NEURAL_TRY(read_tensor(folder, files(folder), i)), native, names(folders.protocol),
                            measure);
    };
    const auto rerun_deviation = [&](const Folder& rerun) -> Expected<double> {
      return NEURAL_TRY(compare(rerun)).deviation;
    };
    const Finding finding = NEURAL_TRY(compare(folders.neural));
    const double allowed = NEURAL_TRY(allowed_by(limit, folders.reruns, rerun_deviation));
    certificate.bit_identical = certificate.bit_identical && finding.identical;
    const bool whole = finding.deviation <= allowed || !(finding.rest <= allowed);
    const double deviation = whole ? finding.deviation : finding.rest;
    if (!whole) check.left_out = std::max(check.left_out, finding.deviation);
    if (excess(deviation, allowed) <= worst) continue;
    worst = excess(deviation, allowed);
    check.deviation = deviation;
    check.tolerance = allowed;
    check.where = label(folders, i);
    fault = finding.fault;
  }
  add_check(certificate, std::move(check), fault);
  return done();
}

/// Before the first step for step 0.
double loss_after(const Folder& folder, std::size_t step) {
  return step == 0 ? folder.initial_loss : folder.losses[step - 1];
}

double loss_deviation(const Folder& folder, const Folder& native, std::size_t step) {
  const double expected = loss_after(native, step);
  return relative_difference(std::abs(loss_after(folder, step) - expected), std::abs(expected));
}

/// The largest deviation of a rerun in the steps up to this one. That of one step alone would be left to chance: where
/// losses wander by a hundredth, some come back to within a thousandth.
double loss_spread(const Folder& rerun, const Folder& native, std::size_t step) {
  double spread = 0;
  for (std::size_t back = 0; back < std::min(kSpreadSteps, step); ++back) {
    const double deviation = loss_deviation(rerun, native, step - back);
    if (std::isnan(deviation)) return deviation;
    spread = std::max(spread, deviation);
  }
  return spread;
}

Status compare_losses(Certificate& certificate, const Folders& folders, std::string name, const Limit& usual,
                      std::size_t step) {
  const double found = loss_deviation(folders.neural, folders.native, step);
  const double allowed =
      NEURAL_TRY(allowed_by(folders.limit(usual), folders.reruns, [&](const Folder& rerun) -> Expected<double> {
        return loss_spread(rerun, folders.native, step);
      }));
  add_check(certificate,
            {.name = std::move(name), .deviation = found, .tolerance = allowed, .reruns_widen = usual.reruns_widen},
            {});
  return done();
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// The first difference in number or shape of the parameters, or empty.
std::string find_structural_difference(const Folders& folders) {
  const auto& neural = folders.neural.parameters;
  const auto& native = folders.native.parameters;
  if (neural.size() != native.size()) {
    return fmt::format("the {} side has {} parameter tensors, the {} side {}", folders.protocol.first, neural.size(),
                       folders.protocol.second, native.size());
  }
  for (std::size_t i = 0; i < neural.size(); ++i) {
    if (neural[i].shape == native[i].shape) continue;
    return fmt::format("parameter {}, `{}`, has the shape {} on the {} side, {} on the {} side", i + 1,
                       label(folders, i), to_string(neural[i].shape), folders.protocol.first,
                       to_string(native[i].shape), folders.protocol.second);
  }
  return {};
}

/// Every folder must hold what all checks need, and the same as the others.
Status check_plan(const Folder& folder, const Folder& native, const Protocol& protocol) {
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorCode::kMeasurement, fmt::format("`{}`: {}", folder.path.string(), what));
  };
  for (const int step : protocol.weight_steps) {
    if (!folder.weights.contains(step)) return wrong(fmt::format("there are no weights after step {}", step));
  }
  const std::size_t needed = protocol.loss_steps.empty() ? 0 : protocol.loss_steps.back();
  if (folder.losses.size() < needed) {
    return wrong(fmt::format("there are {} losses, {} are needed", folder.losses.size(), needed));
  }
  const bool same_steps =
      std::equal(folder.weights.begin(), folder.weights.end(), native.weights.begin(), native.weights.end(),
                 [](const auto& a, const auto& b) { return a.first == b.first; });
  if (!same_steps || folder.losses.size() != native.losses.size() ||
      folder.loop_weights.empty() != native.loop_weights.empty()) {
    return wrong(fmt::format("was not written under the plan of `{}`", native.path.string()));
  }
  return done();
}

Expected<Folders> read_folders(const fs::path& neural, const fs::path& native, std::span<const fs::path> reruns,
                               const Protocol& protocol) {
  Folders folders;
  folders.protocol = protocol;
  folders.native = NEURAL_TRY(read_folder(native));
  folders.neural = NEURAL_TRY(read_folder(neural));
  NEURAL_TRY(check_plan(folders.native, folders.native, protocol));
  NEURAL_TRY(check_plan(folders.neural, folders.native, protocol));
  for (const fs::path& path : reruns) {
    Folder rerun = NEURAL_TRY(read_folder(path));
    NEURAL_TRY(check_plan(rerun, folders.native, protocol));
    const bool same = std::equal(rerun.parameters.begin(), rerun.parameters.end(), folders.native.parameters.begin(),
                                 folders.native.parameters.end(),
                                 [](const Parameter& a, const Parameter& b) { return a.shape == b.shape; });
    if (!same) {
      return fail(ErrorCode::kMeasurement,
                  fmt::format("`{}`: is no rerun of `{}`: the parameters differ", path.string(), native.string()));
    }
    folders.reruns.push_back(std::move(rerun));
  }
  return folders;
}

/// This share of the largest number in all of these tensors.
Expected<double> least_size(const Folder& folder, const Files& files, double share) {
  if (share == 0) return 0.0;
  double largest = 0;
  for (std::size_t i = 0; i < folder.parameters.size(); ++i) {
    const Array tensor = NEURAL_TRY(read_tensor(folder, files, i));
    for (std::size_t k = 0; k < tensor.size(); ++k) {
      if (std::isfinite(tensor[k])) largest = std::max(largest, std::abs(tensor[k]));
    }
  }
  return share * largest;
}

/// Whether a rerun is before training no farther away than the two sides may be: else it says nothing about them.
Expected<bool> starts_alike(const Folders& folders, const Folder& rerun) {
  const double tolerance = folders.limit(kFirstPass).tolerance;
  if (!(loss_deviation(rerun, folders.native, 0) <= tolerance)) return false;
  for (std::size_t i = 0; i < folders.native.parameters.size(); ++i) {
    const Array native = NEURAL_TRY(read_tensor(folders.native, folders.native.gradients, i));
    const Array nudged = NEURAL_TRY(read_tensor(rerun, rerun.gradients, i));
    if (!(compare_arrays(nudged, native, names(folders.protocol), {}).deviation <= tolerance)) return false;
  }
  return true;
}

/// Gradients may be as far away as reruns say where the protocol has it so, and then all reruns speak.
Status leave_out_reruns_that_start_elsewhere(Folders& folders) {
  if (folders.protocol.reruns_widen_gradients) return done();
  std::vector<Folder> alike;
  for (Folder& rerun : folders.reruns) {
    if (NEURAL_TRY(starts_alike(folders, rerun))) alike.push_back(std::move(rerun));
  }
  folders.reruns = std::move(alike);
  return done();
}

Status add_predictions(Certificate& certificate, const fs::path& first, const fs::path& second,
                       const Protocol& protocol) {
  const Array neural = NEURAL_TRY(read_npy(first));
  const Array native = NEURAL_TRY(read_npy(second));
  const double tolerance = protocol.tolerance.value_or(kFirstPass.tolerance);
  if (neural.shape() != native.shape()) {
    add_check(certificate, {.name = "predictions", .deviation = kNotComparable, .tolerance = tolerance},
              fmt::format("have the shape {} on the {} side, {} on the {} side", to_string(neural.shape()),
                          protocol.first, to_string(native.shape()), protocol.second));
    return done();
  }
  const Finding finding = compare_arrays(neural, native, names(protocol), {});
  certificate.bit_identical = certificate.bit_identical && finding.identical;
  add_check(certificate, {.name = "predictions", .deviation = finding.deviation, .tolerance = tolerance},
            finding.fault);
  return done();
}

}  // namespace

Expected<Certificate> compare_predictions(const fs::path& first, const fs::path& second, const Protocol& protocol) {
  Certificate certificate;
  NEURAL_TRY(add_predictions(certificate, first, second, protocol));
  return certificate;
}

Expected<Certificate> compare_folders(const fs::path& neural, const fs::path& native, std::span<const fs::path> reruns,
                                      const Protocol& protocol) {
  Folders folders = NEURAL_TRY(read_folders(neural, native, reruns, protocol));
  Certificate certificate;
  if (std::string difference = find_structural_difference(folders); !difference.empty()) {
    certificate.passed = certificate.bit_identical = false;
    certificate.checks = {{.name = "parameters", .deviation = kNotComparable, .passed = false}};
    certificate.reason = std::move(difference);
    return certificate;
  }
  NEURAL_TRY(leave_out_reruns_that_start_elsewhere(folders));
  add_check(certificate, {.name = "parameters"}, {});
  if (!folders.neural.predictions.empty() && !folders.native.predictions.empty()) {
    NEURAL_TRY(add_predictions(certificate, neural / folders.neural.predictions, native / folders.native.predictions,
                               protocol));
  }
  NEURAL_TRY(compare_losses(certificate, folders, "losses before the first step", kFirstPass, 0));
  const double least = NEURAL_TRY(least_size(folders.native, folders.native.gradients, protocol.least_share));
  NEURAL_TRY(compare_tensors(certificate, folders, "gradients", {kFirstPass.tolerance, protocol.reruns_widen_gradients},
                             [](const Folder& folder) -> const Files& { return folder.gradients; }, {.least = least}));
  for (const auto& weights : folders.native.weights) {
    const int step = weights.first;
    const double left_out = step > 1 ? protocol.flipped_share : 0;
    const double size = NEURAL_TRY(least_size(folders.native, weights.second, protocol.least_share));
    NEURAL_TRY(compare_tensors(certificate, folders, fmt::format("weights after step {}", step), kWeights,
                               [=](const Folder& folder) -> const Files& { return folder.weights.at(step); },
                               {.least = size, .left_out = left_out}));
  }
  for (const std::size_t step : protocol.loss_steps) {
    NEURAL_TRY(compare_losses(certificate, folders, fmt::format("losses at step {}", step),
                              step < kLateStep ? kEarlyLosses : kLateLosses, step));
  }
  if (!folders.native.loop_weights.empty()) {
    const double size = NEURAL_TRY(least_size(folders.native, folders.native.loop_weights, protocol.least_share));
    NEURAL_TRY(compare_tensors(certificate, folders, "weights after several batches", kWeights,
                               [](const Folder& folder) -> const Files& { return folder.loop_weights; },
                               {.least = size, .left_out = protocol.flipped_share}));
  }
  certificate.bit_identical = certificate.bit_identical &&
                              same_bits(folders.neural.initial_loss, folders.native.initial_loss) &&
                              std::equal(folders.neural.losses.begin(), folders.neural.losses.end(),
                                         folders.native.losses.begin(), folders.native.losses.end(), same_bits);
  return certificate;
}

}  // namespace neural::bench::parity
