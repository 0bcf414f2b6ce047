// The catalogue: every name of the language, once. Binding of arguments, aliases, suggestions, shape rules, documents
// and coverage tests read these tables; nothing else knows what a layer is called or what it takes.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "neural/base/text.hpp"
#include "neural/model/catalogue/parameter_spec.hpp"
#include "neural/model/model.hpp"

namespace neural::model {

class ShapeContext;
struct Binding;
class Reporter;

/// Another spelling of a parameter, valid wherever its target is a parameter.
struct ParameterAlias {
  std::string_view name;
  Parameter target{};
};

/// An optimiser, a loss, an initialiser, …
template <class KindType>
struct Row {
  using Kind = KindType;
  std::string_view name;
  std::string_view aliases = {};  ///< separated by blanks
  Kind kind = {};
  std::span<const ParameterSpec> parameters = {};
};

/// Output shape and parameter tensors from attributes and input shape; empty when the input does not fit.
using ShapeRule = std::optional<Shape> (*)(ShapeContext& context);

/// What can be told about the output when the input's sizes are unknown (its rank may be known) after an error.
struct PartialShape {
  std::optional<std::size_t> rank;
  std::optional<Shape> shape;
};
using PartialShapeRule = PartialShape (*)(const Attributes& attributes, std::optional<std::size_t> input_rank);

/// Resolves parameters that depend on others, and checks those that exclude each other.
using Completion = void (*)(Binding& binding, Reporter& reporter);

/// How many of the open tensors a layer takes.
enum class Takes {
  kOne,
  kOneOrTwo,  ///< (query, value) or (target, memory)
  kAll,       ///< a merge
};

/// What becomes of a block behind a layer.
enum class BlockUse {
  kRefused,   ///< E401
  kResidual,  ///< x + block(x)
  kSteps,     ///< applied to every step, behind the wrapped layer
  kAfter,     ///< applied to the layer's result
  kUnused,    ///< checked, but not applied
};

struct LayerRow {
  std::string_view name;
  std::string_view aliases = {};
  LayerKind kind = {};
  std::span<const ParameterSpec> parameters = {};
  std::span<const ParameterAlias> parameter_aliases = {};  ///< besides those of every layer
  std::string_view input_axes = {};          ///< "height width channels": the rank the layer demands; empty: any rank
  std::size_t least_rank = 1;                ///< where any rank from here on will do
  bool keeps_shape = false;                  ///< output shape = input shape, at any rank: raw tensors stay raw
  bool keeps_rank = false;                   ///< as keeps_shape, but the tensor is raw no more
  bool flattens_input = false;               ///< rule D: higher ranks are flattened first
  std::optional<Activation> activates = {};  ///< the activation the layer itself is
  Takes takes = Takes::kOne;
  BlockUse block = BlockUse::kRefused;
  bool is_recurrent = false;                 ///< what Bidirectional may wrap
  bool is_opaque = false;                    ///< no built-in meaning: takes any arguments (W414)
  ShapeRule shape_rule = nullptr;            ///< null where the shape comes from a block or a wrapped layer
  PartialShapeRule partial_shape = nullptr;  ///< without one only keeps_shape and the demanded rank tell anything
  Completion complete = nullptr;

  /// The number of words in input_axes.
  std::size_t demanded_rank() const {
    return input_axes.empty() ? 0 : 1 + static_cast<std::size_t>(std::count(input_axes.begin(), input_axes.end(), ' '));
  }
  /// All but the channels and the time.
  std::size_t spatial_axes() const {
    const std::size_t others = input_axes.starts_with("time ") ? 2 : 1;
    return demanded_rank() > others ? demanded_rank() - others : 1;
  }
  bool accepts_rank(std::size_t rank) const {
    return input_axes.empty() ? rank >= least_rank : rank == demanded_rank();
  }
  /// Any rank will do, and the output has the same.
  bool is_rank_free() const { return input_axes.empty() && least_rank <= 1 && (keeps_shape || keeps_rank); }
  bool wraps() const;  ///< has a parameter `layer` for a layer of its own
};

/// A metric without a kind of its own is `accuracy`, whose form the loss decides.
struct MetricChoice {
  std::optional<MetricKind> kind;
};

/// Every layer of the language by name; the row of custom layers is apart.
std::span<const LayerRow> layer_rows();
const LayerRow& custom_layer_row();
std::span<const Row<OptimizerKind>> optimizer_rows();
std::span<const Row<LossKind>> loss_rows();
std::span<const Row<MetricChoice>> metric_rows();
std::span<const Row<Activation>> activation_rows();
std::span<const Row<InitializerKind>> initializer_rows();
std::span<const Row<ScheduleKind>> schedule_rows();
std::span<const Row<RegularizerKind>> regularizer_rows();
std::span<const Row<ConstraintKind>> constraint_rows();
std::span<const ParameterSpec> training_settings();  ///< the keys of train { }

std::span<const ParameterAlias> layer_parameter_aliases();  ///< on every layer that has the target
std::span<const ParameterAlias> optimizer_parameter_aliases();

/// Parameters every layer accepts and ignores (W415). With `quiet_when_false`, false says nothing and is no warning.
struct IgnoredParameter {
  std::string_view name;
  bool quiet_when_false = false;
};
std::span<const IgnoredParameter> ignored_layer_parameters();

const LayerRow& layer_row(LayerKind kind);
const Row<InitializerKind>& initializer_row(InitializerKind kind);

/// Finds rows by name or alias, compared as built-in names are (fold).
template <class RowType>
class NameIndex {
 public:
  explicit NameIndex(std::span<const RowType> rows) {
    for (const RowType& row : rows) add(row, row.name, false);
    for (const RowType& row : rows) {
      for (const std::string_view alias : words_in(row.aliases)) add(row, alias, true);
    }
  }

  struct Found {
    const RowType* row = nullptr;
    bool by_alias = false;
    explicit operator bool() const { return row != nullptr; }
  };
  Found find(std::string_view word) const {
    const auto found = rows_.find(fold(word));
    return found == rows_.end() ? Found{} : found->second;
  }

  /// All names and aliases, as candidates for suggestions.
  const std::vector<std::string_view>& spellings() const { return spellings_; }

 private:
  void add(const RowType& row, std::string_view spelling, bool by_alias) {
    spellings_.push_back(spelling);
    rows_.try_emplace(fold(spelling), Found{&row, by_alias});
  }

  std::unordered_map<std::string, Found> rows_;
  std::vector<std::string_view> spellings_;
};

const NameIndex<LayerRow>& layer_names();
const NameIndex<Row<OptimizerKind>>& optimizer_names();
const NameIndex<Row<LossKind>>& loss_names();
const NameIndex<Row<MetricChoice>>& metric_names();
const NameIndex<Row<Activation>>& activation_names();
const NameIndex<Row<InitializerKind>>& initializer_names();
const NameIndex<Row<ScheduleKind>>& schedule_names();
const NameIndex<Row<RegularizerKind>>& regularizer_names();
const NameIndex<Row<ConstraintKind>>& constraint_names();

/// `[A-Z][A-Za-z0-9]*Layer`: a class of the user's own.
bool is_custom_layer_name(std::string_view name);

}  // namespace neural::model
