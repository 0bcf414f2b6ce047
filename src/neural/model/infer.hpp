// The shapes of a network: runs the shape rules over the expanded layers and makes the Model's layers of them.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "neural/model/input.hpp"
#include "neural/model/names.hpp"
#include "neural/model/shapes/shape_context.hpp"

namespace neural::model {

class ShapeInference {
 public:
  explicit ShapeInference(Reporter& reporter) : reporter_(reporter) {}

  /// All layers in order, with names; after an error those that are still understood.
  std::vector<Layer> run(DeclaredInput input, const std::vector<Placement>& placements);

 private:
  void apply(const Placement& placement);
  void take_name(const Placement& placement);
  void apply_rule(const BoundLayer& bound, const std::string& name);

  /// Rule D: the Flatten before a Dense; false after an error.
  bool flatten_before(const BoundLayer& bound);
  bool check_rank(const BoundLayer& bound);
  void report(const BoundLayer& bound, const ShapeFailure& failure);

  /// What is left to know behind a layer that has an error, or whose input is not known.
  void continue_behind(const BoundLayer& bound);

  /// A layer of `row`, which is another than the bound layer's when the checker puts it in.
  void append(const LayerRow& row, Attributes attributes, Shape input, Shape output, const BoundLayer& bound);
  std::string rank_help(const LayerRow& row) const;
  std::string trail() const;

  Reporter& reporter_;
  DeclaredInput input_;
  Flow flow_;
  std::vector<Layer> layers_;
  AutomaticNames names_;
  std::unordered_map<std::string, syntax::Span> written_names_;
  std::unordered_map<std::size_t, const LayerRow*> rank_ends_;  ///< the first layer behind which a rank is gone
};

}  // namespace neural::model
