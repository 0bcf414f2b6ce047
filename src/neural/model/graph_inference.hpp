// Inference of one graph: the network itself, the body of a residual connection, what a wrapper holds.
#pragma once

#include <array>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "neural/model/input.hpp"
#include "neural/model/loss.hpp"
#include "neural/model/names.hpp"
#include "neural/model/shapes/shape_context.hpp"

namespace neural::model {

/// How many graphs around the one of a mistake its message tells of.
inline constexpr int kLevelsOfTrail = 3;
/// Of a merge whose tensors do not fit.
inline constexpr std::size_t kMostTrails = 3;

/// Where a tensor comes from that only an error has made.
inline constexpr TensorId kNowhere{std::numeric_limits<std::uint32_t>::max()};

/// A tensor that no layer has taken yet.
struct OpenTensor {
  Flow flow = {};
  TensorId id = kNowhere;
  std::optional<std::size_t> input = {};   ///< the input it still is, untouched
  std::optional<std::size_t> origin = {};  ///< the input it was made of by layers that keep any shape
  bool is_shared = false;                  ///< several branches begin with it
  std::string_view branch = {};            ///< the branch without layers that it came through last
};

/// What is the same in all graphs of a network.
class NetworkInference {
 public:
  NetworkInference(std::vector<DeclaredInput>& inputs, std::optional<LossKind> loss, Reporter& reporter)
      : inputs_(inputs), loss_(loss), reporter_(reporter) {}

  Reporter& reporter() { return reporter_; }
  std::vector<DeclaredInput>& inputs() { return inputs_; }
  std::optional<LossKind> loss() const { return loss_; }

  /// Takes the names written in the layers, so that no automatic name equals one; E213.
  void take_names(const Sequence& sequence, const std::string& suffix);

  /// `name=` with what repetition adds, else the next automatic name.
  std::string name_of(const BoundLayer& layer, const std::string& suffix);
  std::string automatic_name(LayerKind kind) { return names_.next(layer_kind_name(kind)); }

  /// What a rule made of the same attributes and the same input before.
  struct Inferred {
    const LayerRow* row = nullptr;
    Attributes written;
    Shape input;
    Attributes attributes;
    Shape output;
    std::shared_ptr<const std::vector<Tensor>> tensors;
  };
  Inferred& slot_for(const BoundLayer& layer, const Shape& input);

 private:
  static constexpr std::size_t kSlots = 64;

  std::vector<DeclaredInput>& inputs_;
  std::optional<LossKind> loss_;
  Reporter& reporter_;
  AutomaticNames names_;
  std::unordered_map<std::string, syntax::Span> written_names_;
  std::array<Inferred, kSlots> inferred_;
};

class GraphInference {
 public:
  /// The network's own graph begins with all its inputs.
  GraphInference(NetworkInference& network, std::vector<OpenTensor> open)
      : network_(network), open_(std::move(open)), input_count_(open_.size()) {}

  /// The graph inside a layer of `outer`, which takes `input`. Rule D ends here.
  GraphInference(GraphInference& outer, const BoundLayer& around, OpenTensor input)
      : network_(outer.network_),
        outer_(&outer),
        around_(&around),
        outer_tensor_(input.id),
        begin_(input.flow.shape),
        open_{{.flow = std::move(input.flow), .id = {0}, .origin = input.origin}},
        input_count_(1) {
    open_.front().flow.is_raw = false;
  }

  void run(const Sequence& sequence, const std::string& suffix);

  std::vector<OpenTensor>& open() { return open_; }
  std::vector<Layer>& layers() { return layers_; }

  /// Makes a graph without layers one: an empty branch is the identity.
  void append_identity();

  /// The one tensor at the end; E507 for several.
  OpenTensor finish(syntax::Span place, std::string_view what);

 private:
  // forks.cpp
  void fork(std::span<const Placement> branches, const std::string& suffix);
  void check_labels(std::span<const Placement> branches);
  std::vector<std::optional<std::size_t>> starts_of(std::span<const Placement> branches,
                                                    const std::vector<OpenTensor>& before);

  // graph_inference.cpp
  void apply(const Placement& placement, const std::string& suffix);
  bool takes_open_tensors(const BoundLayer& bound);
  void apply_plain(const BoundLayer& bound, const std::string& suffix);
  void apply_rule(const BoundLayer& bound, const std::string& suffix);
  void apply_identity(const BoundLayer& bound, const std::string& suffix);
  bool flatten_before(const BoundLayer& bound);
  void read_ids(const BoundLayer& bound);
  bool check_rank(const BoundLayer& bound, std::size_t which);
  void continue_behind(const BoundLayer& bound);
  void lose(const BoundLayer& bound, const PartialShape& known = {});
  void report(const BoundLayer& bound, const ShapeFailure& failure, std::size_t which = 0);
  void add_other_trails(std::size_t which, std::vector<syntax::Note>& notes) const;
  bool check_size(const BoundLayer& bound, const Shape& output);
  void append(Layer layer, bool stays_raw);
  Layer layer_of(const BoundLayer& bound, const LayerRow& row) const;

  // nested_layers.cpp
  void apply_residual(const BoundLayer& bound, const std::string& suffix);
  void apply_bidirectional(const BoundLayer& bound, const std::string& suffix);
  void apply_time_distributed(const BoundLayer& bound, const std::string& suffix);
  void apply_block_behind(const BoundLayer& bound, const std::string& suffix);
  void check_unused_block(const BoundLayer& bound, const std::string& suffix, const OpenTensor& input);
  std::optional<Shortcut> shortcut_past(const BoundLayer& bound, const Shape& input, const Shape& body);

  // trail.cpp
  std::string rank_help(const BoundLayer& bound, const OpenTensor& tensor) const;
  std::string trail(TensorId from, int levels) const;
  std::string text_of(const std::vector<OpenTensor>& tensors) const;
  const Layer* layer_behind(TensorId tensor) const;
  bool comes_from(TensorId tensor, syntax::Span place) const;

  NetworkInference& network_;
  GraphInference* outer_ = nullptr;     ///< null in the network's own graph
  const BoundLayer* around_ = nullptr;  ///< the layer this graph is inside of
  TensorId outer_tensor_;               ///< of the outer graph, which the layer around takes
  std::optional<Shape> begin_;          ///< what the graph inside begins with, where it is known
  std::vector<OpenTensor> open_;        ///< never empty
  std::size_t input_count_;
  std::vector<Layer> layers_;
  std::unordered_set<std::size_t> unknown_;  ///< layers of which after an error not even the output is known
};

}  // namespace neural::model
