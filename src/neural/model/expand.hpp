// Layers as written -> what there is to build: heads resolved, arguments bound, macros and repetitions written out,
// branches and blocks as trees.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "neural/model/arguments.hpp"
#include "neural/model/macros.hpp"

namespace neural::model {

struct LayerInside;
struct BoundBranch;

/// One layer as written; copies share it.
struct BoundLayer {
  const LayerRow* row = nullptr;  ///< null where nothing is known about the layer, which is reported
  Attributes attributes;
  bool failed = false;        ///< an argument has an error
  bool shape_failed = false;  ///< one that decides the output shape
  bool is_named = false;      ///< by `name=`
  std::uint32_t line = 0;
  syntax::Span span;                          ///< the layer's name
  syntax::Span name_span;                     ///< of the value of `name=`
  syntax::Span device_span;                   ///< of the device
  std::shared_ptr<const std::string> device;  ///< lower case, from the layer or the macro use around it
  const MacroUse* use = nullptr;
  std::shared_ptr<const LayerInside> inside;  ///< null for most layers

  std::string_view type_name() const;  ///< of a layer with a row
};

/// A layer or a branch at its place.
struct Placement {
  const BoundLayer* layer = nullptr;  ///< one of the two is set
  const BoundBranch* branch = nullptr;
  std::string suffix;  ///< what repetition adds to the names written in it: "_1", "_2_1"
};
using Sequence = std::vector<Placement>;

/// What few layers have.
struct LayerInside {
  bool has_block = false;
  Sequence body;                             ///< the block
  Sequence wrapped;                          ///< exactly one layer, of a wrapper without errors
  std::shared_ptr<const LayerParts> custom;  ///< the call of a layer without built-in meaning
};

/// A path beside others.
struct BoundBranch {
  std::string_view label;
  syntax::Span span;
  const MacroUse* use = nullptr;
  Sequence body;
};

class Expander {
 public:
  /// Both must outlive the expander.
  Expander(const MacroTable& macros, Reporter& reporter) : macros_(macros), reporter_(reporter) {}

  /// Checks the body of every macro once, its parameters left open.
  void check_definitions();

  /// The layers of one network, good until the next call; linear in what comes out. Empty, with E901 or E903, where all
  /// networks together would have more than kMostLayers, or be nested too deeply.
  std::optional<Sequence> expand(const std::vector<syntax::Item>& items, SearchSpace& searches);

  /// Forgets that the last network counted: it is expanded once more.
  void forget_last() {
    total_ = total_before_last_;
    placed_ = placed_before_last_;
  }

  /// Names and parameters of one layer alone.
  void check_layer(const syntax::Item& item);

 private:
  struct Context {
    const MacroInfo* macro = nullptr;   ///< whose body this is; null in a network
    const MacroScope* scope = nullptr;  ///< the values of its parameters; null where none are to be put in
    bool is_open = false;               ///< the parameters have no values yet
    const MacroUse* use = nullptr;
    std::shared_ptr<const std::string> device;  ///< of the use
    syntax::Span device_span;
  };

  // expand.cpp
  void place_items(const std::vector<syntax::Item>& items, const Context& context, Sequence& placements);
  void place(const syntax::Item& item, const Context& context, Sequence& placements);
  void place_branch(const syntax::Branch& branch, const Context& context, Sequence& placements);
  void place_layer(const syntax::LayerExpression& layer, const Context& context, Sequence& placements);
  void place_search(const syntax::LayerExpression& layer, const syntax::SearchExpression& search,
                    const Context& context, Sequence& placements);
  static bool is_parameter(const syntax::LayerExpression& layer, const Context& context);
  void place_call(const syntax::LayerExpression& layer, const syntax::Call& call, const Context& context,
                  Sequence& placements);
  void place_macro(const MacroInfo& macro, const syntax::Call& call, const Context& context, Sequence& placements);
  void place_nothing(syntax::Span span, Sequence& placements, const Context& context);
  void repeat(std::int64_t count, const ExpandedSize& size, syntax::Span span, std::size_t first, Sequence& placements);
  BoundLayer& add_layer(syntax::Span span);
  void grow(const ExpandedSize& by, syntax::Span span);
  bool is_too_deep(syntax::Span span);

  // bind_layer.cpp
  /// `call` is that of the layer with the values of the macro's parameters in.
  void bind_layer(const syntax::LayerExpression& layer, const syntax::Call& call, BoundLayer& bound,
                  const Context& context);
  void bind_inside(const syntax::LayerExpression& layer, const syntax::Call& call, Binding& binding, BoundLayer& bound,
                   const Context& context);
  void place_wrapped(const syntax::LayerExpression& wrapped, const BoundLayer& bound, LayerInside& inside,
                     const Context& context);
  bool may_be_wrapped(const syntax::LayerExpression& layer, const LayerRow& wrapper);
  static bool suits(const LayerRow& wrapper, const LayerRow& wrapped);
  void refuse_wrapped(syntax::Span span, const LayerRow& wrapper, const LayerRow* wrapped);
  void count_stack(const LayerRow& row, const BoundLayer& bound);
  struct KnownBinding;
  KnownBinding* binding_slot(const LayerRow& row, const syntax::Call& call, const Context& context);
  const KnownBinding* find_binding(const LayerRow& row, const syntax::LayerExpression& layer, const syntax::Call& call,
                                   const Context& context);

  /// The device of a layer or use: its own, else that of the use around it; E211.
  void resolve_device(const syntax::LayerExpression& layer, Context& context);
  void unknown_head(const syntax::Identifier& name, const Context& context);
  void refuse_block(const syntax::Block& block, const syntax::Identifier& name, bool is_macro);

  /// What came of a call that was bound before without any remark. In the body of a macro it is known by its place: its
  /// text may be long, and is read at every use.
  struct KnownBinding {
    std::string_view text;
    const syntax::LayerExpression* place = nullptr;
    const LayerRow* row = nullptr;
    Attributes attributes;
  };

  const MacroTable& macros_;
  Reporter& reporter_;
  SearchSpace unnamed_searches_;  ///< of what belongs to no network
  SearchSpace* searches_ = &unnamed_searches_;
  std::deque<BoundLayer> layers_;
  std::deque<BoundBranch> branches_;
  std::deque<MacroUse> uses_;
  ExpandedSize total_;   ///< of all networks so far, as far as it is known before they are expanded
  ExpandedSize placed_;  ///< what they have become
  ExpandedSize total_before_last_;
  ExpandedSize placed_before_last_;
  int depth_ = 0;  ///< of blocks and wrappers
  bool stopped_ = false;
  std::vector<std::string_view> heads_;  ///< all names a layer may begin with, for suggestions
  std::vector<KnownBinding> known_;      ///< a slot for each hash of a text or place
};

/// `cpu`, `gpu`, `cuda` and `tpu` with an optional `:index`, or `auto`, in lower case; E211 for anything else.
std::optional<std::string> read_device(std::string_view text, syntax::Span span, Reporter& reporter);

}  // namespace neural::model
