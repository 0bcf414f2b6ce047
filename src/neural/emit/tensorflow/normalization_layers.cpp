// Normalisations.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {
namespace {

using model::LayerKind;
using model::Parameter;
using Integers = std::vector<std::int64_t>;

/// `-1` of a single axis, `(1, 3)` of several.
std::string axes_text(const Integers& axes, std::size_t rank) {
  return axes.size() == 1 ? std::to_string(axes.front()) : python_tuple(positive_axes(axes, rank));
}

std::vector<Role> affine_roles(const model::Attributes& attributes) {
  std::vector<Role> roles;
  if (attributes.boolean(Parameter::scale)) roles.emplace_back("gamma");
  if (attributes.boolean(Parameter::center)) roles.emplace_back("beta");
  return roles;
}

}  // namespace

void Lowering::batch_normalization() {
  const Integers& axis = attributes_.integers(Parameter::axis);
  if (axis.size() != 1) {
    refuse(fmt::format("`axis={}`", python_tuple(axis)), "use one axis");
    return;
  }
  Arguments arguments = {{"axis", std::to_string(axis.front())}};
  append_numbers(arguments, {Parameter::momentum, Parameter::epsilon});
  append_flags(arguments, {Parameter::center, Parameter::scale}, false);
  std::vector<Role> roles = affine_roles(attributes_);
  roles.insert(roles.end(), {"moving_mean", "moving_variance"});
  append_weights(arguments, roles, false);
  add_layer("layers.BatchNormalization", std::move(arguments));
}

void Lowering::layer_normalization() {
  Arguments arguments = {{"axis", axes_text(attributes_.integers(Parameter::axis), layer_.input.size())}};
  append_numbers(arguments, {Parameter::epsilon});
  append_flags(arguments, {Parameter::center, Parameter::scale}, false);
  append_weights(arguments, affine_roles(attributes_), false);
  add_layer("layers.LayerNormalization", std::move(arguments));
}

/// An instance normalisation has a group for each channel.
void Lowering::group_normalization() {
  const std::int64_t axis = attributes_.integer(Parameter::axis);
  const auto place = static_cast<std::size_t>(positive_axes({axis}, layer_.input.size()).front()) - 1;
  const bool is_instance = layer_.kind == LayerKind::InstanceNormalization;
  const std::int64_t groups = is_instance ? *layer_.input[place] : attributes_.integer(Parameter::groups);
  Arguments arguments = {{"groups", std::to_string(groups)}, {"axis", std::to_string(axis)}};
  append_numbers(arguments, {Parameter::epsilon});
  append_flags(arguments, {Parameter::center, Parameter::scale}, false);
  append_weights(arguments, affine_roles(attributes_), false);
  add_layer("layers.GroupNormalization", std::move(arguments));
}

/// Keras multiplies the scale to the last axes, whichever the layer works along: others are turned there and back.
void Lowering::rms_normalization() {
  const auto rank = static_cast<std::int64_t>(layer_.input.size());
  const Integers axes = positive_axes(attributes_.integers(Parameter::axis), layer_.input.size());
  Integers order(layer_.input.size());
  std::iota(order.begin(), order.end(), 1);
  std::stable_partition(order.begin(), order.end(),
                        [&](std::int64_t axis) { return std::find(axes.begin(), axes.end(), axis) == axes.end(); });
  const bool turns = !std::is_sorted(order.begin(), order.end());
  Integers last = axes;
  if (turns) {
    add_layer("layers.Permute", {python_tuple(order)}, "_turn");
    std::iota(last.begin(), last.end(), rank - static_cast<std::int64_t>(axes.size()) + 1);
  }
  const bool is_written = !turns && attributes_.integers(Parameter::axis).size() == 1;
  Arguments arguments = {
      {"axis", axes_text(is_written ? attributes_.integers(Parameter::axis) : last, layer_.input.size())}};
  append_numbers(arguments, {Parameter::epsilon});
  add_layer("layers.RMSNormalization", std::move(arguments));
  if (!turns) return;
  Integers back(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    back[static_cast<std::size_t>(order[i] - 1)] = static_cast<std::int64_t>(i) + 1;
  }
  add_layer("layers.Permute", {python_tuple(back)}, "_turn_back");
}

void Lowering::unit_normalization() {
  add_layer("layers.UnitNormalization",
            {{"axis", axes_text(attributes_.integers(Parameter::axis), layer_.input.size())}});
}

}  // namespace neural::emit::tensorflow
