#include "neural/model/input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <unordered_map>

#include "neural/base/text.hpp"
#include "neural/model/shapes/shape_context.hpp"

namespace neural::model {
namespace {

using syntax::Code;

/// What the first layer that does not take any rank wants: its row, and how many axes the wrappers around it add.
struct Demand {
  const LayerRow* row = nullptr;  ///< null where the look stops without one
  std::size_t outer_axes = 0;

  bool accepts(std::size_t rank) const { return rank > outer_axes && row->accepts_rank(rank - outer_axes); }
};

std::optional<Demand> find_demand(std::span<const Placement> layers);

/// Empty where the layer takes any rank and keeps it.
std::optional<Demand> demand_of(const BoundLayer& bound) {
  if (bound.row == nullptr || bound.row->kind == LayerKind::Embedding) return Demand{};
  const LayerRow& row = *bound.row;
  if (row.wraps()) {
    const bool adds = row.kind == LayerKind::TimeDistributed;
    auto inner = bound.inside == nullptr ? std::nullopt : find_demand(bound.inside->wrapped);
    if (adds && (!inner || inner->row == nullptr)) return Demand{&row, 0};
    if (!inner) return Demand{};
    if (adds) ++inner->outer_axes;
    return inner;
  }
  if (row.kind == LayerKind::ResidualConnection) {
    return bound.inside == nullptr ? std::nullopt : find_demand(bound.inside->body);
  }
  if (row.demanded_rank() > 0 || row.least_rank > 1) return Demand{&row, 0};
  if (row.keeps_shape || row.keeps_rank) return {};
  return Demand{};
}

/// The number of branches the layers begin with.
std::size_t fork_at(std::span<const Placement> layers) {
  std::size_t count = 0;
  while (count < layers.size() && layers[count].branch != nullptr) ++count;
  return count;
}

std::optional<Demand> find_demand(std::span<const Placement> layers) {
  for (const Placement& placement : layers) {
    auto found = placement.branch != nullptr ? find_demand(placement.branch->body) : demand_of(*placement.layer);
    if (found) return found;
  }
  return {};
}

/// The demand on each input's path. Where there are several, a path begins with the branch of the input's name, if
/// there is one, and goes on where the fork is merged.
class Demands {
 public:
  Demands(const Sequence& layers, std::size_t inputs) : layers_(layers) {
    if (inputs > 1) fork_ = fork_at(layers_);
    for (std::size_t i = 0; i < fork_; ++i) bodies_.try_emplace(layers[i].branch->label, &layers[i].branch->body);
  }

  std::optional<Demand> of(const std::string& input) {
    const auto body = bodies_.find(input);
    if (body != bodies_.end()) {
      if (auto found = find_demand(*body->second)) return found;
    }
    if (!is_known_) shared_ = find_demand(layers_.subspan(fork_));
    is_known_ = true;
    return shared_;
  }

 private:
  std::span<const Placement> layers_;
  std::size_t fork_ = 0;
  std::unordered_map<std::string_view, const Sequence*> bodies_;
  std::optional<Demand> shared_;  ///< of what all inputs come to
  bool is_known_ = false;
};

/// Other tools write -1 for the batch.
std::string help_for_size(const syntax::ShapeLiteral& shape, const syntax::Dimension& bad) {
  const auto& all = shape.dimensions;
  if (&bad != &all.front() || bad.size != -1 || all.size() < 2) return "use `None` for a size that varies";
  Shape sample;
  for (std::size_t i = 1; i < all.size(); ++i) sample.push_back(all[i].size);
  return fmt::format("leave the batch size out: `{}`", to_string(sample));
}

/// Drops a leading None that is the batch axis.
void drop_batch_axis(DeclaredInput& input, const syntax::ShapeLiteral& literal, Demands& demands, Reporter& reporter) {
  Shape& shape = input.input.shape;
  if (shape.size() < 2 || shape.front()) return;
  const std::optional<Demand> demand = demands.of(input.input.name);
  const bool is_wanted =
      demand && demand->row != nullptr && demand->accepts(shape.size()) && !demand->accepts(shape.size() - 1);
  if (!is_wanted) {
    shape.erase(shape.begin());
    return;
  }
  reporter.add(Code::W521, literal.dimensions.front().span,
               fmt::format("the leading None of {} is kept as a dynamic axis: `{}` needs rank {}", to_string(shape),
                           demand->row->name, shape.size()),
               "shapes leave the batch out; declare every axis of one sample");
}

}  // namespace

bool is_countable(const Shape& shape) {
  std::int64_t elements = 1;
  for (const Dimension& size : shape) {
    if (size && (__builtin_mul_overflow(elements, *size, &elements) || elements > kMostSampleElements)) return false;
  }
  return true;
}

std::string input_name(const syntax::Network& network, std::size_t index) {
  if (network.inputs[index].name) return network.inputs[index].name->text;
  return network.inputs.size() == 1 ? "input" : fmt::format("input_{}", index + 1);
}

std::vector<DeclaredInput> read_inputs(const syntax::Network& network, const Sequence& layers, Reporter& reporter) {
  std::vector<DeclaredInput> inputs;
  std::unordered_map<std::string, syntax::Span> names;
  Demands demands(layers, network.inputs.size());
  for (std::size_t i = 0; i < network.inputs.size(); ++i) {
    const syntax::Input& declared = network.inputs[i];
    DeclaredInput& result = inputs.emplace_back();
    result.input.name = input_name(network, i);
    if (declared.name) {
      const auto [first, is_new] = names.try_emplace(result.input.name, declared.name->span);
      if (!is_new) {
        reporter.add(Code::E213, declared.name->span,
                     fmt::format("the input {} is already defined", as_code(result.input.name)),
                     "every input needs a name of its own", {{"the first input of this name", first->second}});
      }
    }
    Shape& shape = result.input.shape;
    bool is_sound = true;
    for (const syntax::Dimension& dimension : declared.shape.dimensions) {
      shape.push_back(dimension.size);
      if (dimension.size.value_or(1) >= 1) continue;
      reporter.add(Code::E502, dimension.span,
                   fmt::format("a dimension of the input must be at least 1, got `{}`", *dimension.size),
                   help_for_size(declared.shape, dimension));
      is_sound = false;
    }
    drop_batch_axis(result, declared.shape, demands, reporter);
    if (is_sound && !is_countable(shape)) {
      reporter.add(Code::E406, declared.shape.span,
                   fmt::format("the input has more than {} elements a sample: {}", with_thousands(kMostSampleElements),
                               to_string(shape)),
                   "declare a smaller shape");
      is_sound = false;
    }
    result.flow = {is_sound ? std::optional(shape) : std::nullopt, shape.size(), true};
  }
  return inputs;
}

}  // namespace neural::model
