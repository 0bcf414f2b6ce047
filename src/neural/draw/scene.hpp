// What a drawing shows, before it has places: cards for layers in columns, forks, frames around what is inside a layer
// or repeated.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "neural/describe/structure.hpp"

namespace neural::draw {

/// What a layer is for; gives the colour.
enum class Family {
  kInput,
  kDense,
  kConvolution,
  kRecurrent,
  kAttention,
  kNormalization,
  kActivation,
  kPooling,
  kShape,
  kNoise,
  kMerge,
  kBlock,
  kCustom,
};

/// The text of a box. All of it is printable.
struct Card {
  Family family = Family::kShape;
  std::string title;  ///< the type
  std::string name;
  std::string shape;    ///< of the result
  std::string amount;   ///< of parameters; empty where there are none
  std::string tooltip;  ///< several lines
};

struct Item;

/// Items from top to bottom, each fed by the one above it; empty: a line.
struct Column {
  std::vector<Item> items;
  /// Where the items do not feed each other in order: pairs of items, from and to; -1 is what the column gets.
  bool is_tangled = false;
  std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>> edges;
};

struct Item {
  enum class Kind {
    kCard,
    kGap,     ///< layers that are left out; `label` says how many
    kFork,    ///< columns side by side, which the next item joins
    kFrame,   ///< one column inside a layer, whose card is the head of the frame
    kRepeat,  ///< one column that stands for several equal ones; `label` says how many
  };
  Kind kind = Kind::kCard;
  Card card = {};
  std::string label = {};
  bool has_shortcut = false;  ///< kFrame: a line past the column, and a sum behind it; `label` says what is on the line
  std::vector<Column> columns = {};
};

struct SceneOptions {
  bool all = false;               ///< nothing is folded or left out
  std::size_t most_cards = 1500;  ///< beyond, parts of it are left out; at least 300
};

/// `root` is the structure of a network. Linear.
Column scene_of(const describe::Sequence& root, const SceneOptions& options);

/// cards.cpp
Card card_of(const model::Input& input);
Card card_of(const estimate::Node& node);

}  // namespace neural::draw
