// Layers as written -> the sequence of bound layers: heads resolved, arguments bound, macros and repetitions written
// out.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "neural/model/arguments.hpp"
#include "neural/model/macros.hpp"

namespace neural::model {

/// One layer as written; copies share it.
struct BoundLayer {
  const LayerRow* row = nullptr;  ///< null where nothing is known about the layer, which is reported
  Binding binding;
  std::optional<std::string> name;    ///< as written
  std::optional<std::string> device;  ///< lower case, from the layer or the macro use around it
  syntax::Span device_span;
  syntax::Span span;  ///< the layer's name
  std::uint32_t line = 0;
  const MacroUse* use = nullptr;
};

/// One layer of the expanded sequence.
struct Placement {
  const BoundLayer* layer = nullptr;
  std::string suffix;  ///< what repetition adds to a written name: "_1", "_2_1"
};

class Expander {
 public:
  /// Both must outlive the expander.
  Expander(const MacroTable& macros, Reporter& reporter) : macros_(macros), reporter_(reporter) {}

  /// Checks the body of every macro once, its parameters left open.
  void check_definitions();

  /// The layers of one network, good until the next call; linear in what comes out. Empty, with E901, where all
  /// networks together would have more than kMostLayers.
  std::optional<std::vector<Placement>> expand(const std::vector<syntax::Item>& items);

  /// Names and parameters of one layer alone.
  void check_layer(const syntax::Item& item);

 private:
  struct Context {
    const MacroInfo* macro = nullptr;   ///< whose body this is; null in a network
    const MacroScope* scope = nullptr;  ///< null in a network, and where the parameters are open
    const MacroUse* use = nullptr;
    std::optional<std::string> device;  ///< of the use
    syntax::Span device_span;

    bool is_open() const { return macro != nullptr && scope == nullptr; }  ///< a body whose parameters have no values
  };

  void place(const syntax::Item& item, const Context& context, std::vector<Placement>& placements);
  void place_layer(const syntax::LayerExpression& layer, const Context& context, std::vector<Placement>& placements);
  void place_call(const syntax::LayerExpression& layer, const syntax::Call& call, const Context& context,
                  std::vector<Placement>& placements);
  void place_macro(const MacroInfo& macro, const syntax::Call& call, const Context& context,
                   std::vector<Placement>& placements);
  void place_nothing(std::vector<Placement>& placements, const Context& context);
  void bind_layer(const LayerRow& row, const syntax::Call& call, BoundLayer& bound, const Context& context);
  void repeat(std::int64_t count, std::size_t first, std::vector<Placement>& placements);

  /// The device of a layer or use: its own, else that of the use around it; E211.
  void resolve_device(const syntax::LayerExpression& layer, Context& context);
  void unknown_head(const syntax::Identifier& name);
  void refuse_block(const syntax::Block& block, const syntax::Identifier& name, bool is_macro);

  const MacroTable& macros_;
  Reporter& reporter_;
  std::deque<BoundLayer> layers_;
  std::deque<MacroUse> uses_;
  ExpandedSize total_;
  std::vector<std::string_view> heads_;  ///< all names a layer may begin with, for suggestions
};

/// `cpu`, `gpu`, `cuda` and `tpu` with an optional `:index`, or `auto`, in lower case; E211 for anything else.
std::optional<std::string> read_device(std::string_view text, syntax::Span span, Reporter& reporter);

}  // namespace neural::model
