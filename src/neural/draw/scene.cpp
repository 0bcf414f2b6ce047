#include "neural/draw/scene.hpp"

#include <fmt/format.h>

#include <array>
#include <span>

#include "neural/base/text.hpp"

namespace neural::draw {

using describe::Block;
using describe::Run;
using describe::Sequence;

namespace {

/// What is left out to keep a drawing small.
struct Limits {
  std::size_t longest = 0;  ///< items of a column
  std::size_t widest = 0;   ///< columns of a fork
  std::size_t deepest = 0;  ///< forks and frames in each other
};

constexpr std::array kLimits = {Limits{400, 24, 12}, Limits{100, 16, 8}, Limits{24, 12, 6}, Limits{8, 8, 4},
                                Limits{4, 4, 2}};

std::string count_of(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", with_thousands(static_cast<std::int64_t>(count)), what, count == 1 ? "" : "s");
}

/// The first and the last of a row; what is between begins at `first` and ends before `last`.
struct Cut {
  std::size_t first = 0;
  std::size_t last = 0;
};

Cut cut_of(std::size_t size, std::size_t most) {
  if (size <= most) return {size, size};
  return {(most + 1) / 2, size - most / 2};
}

class SceneBuilder {
 public:
  SceneBuilder(const SceneOptions& options, Limits limits) : options_(options), limits_(limits) {}

  bool is_too_large() const { return !options_.all && cards_ > options_.most_cards; }

  Column column_of(const Sequence& sequence, std::size_t depth) {
    return sequence.is_tangled ? tangled_column(sequence, depth, true) : column_of(std::span(sequence.blocks), depth);
  }

 private:
  Column column_of(std::span<const Block> blocks, std::size_t depth) {
    Column column;
    const std::vector<Run> runs = options_.all ? singles(blocks.size()) : describe::runs_of(blocks);
    const Cut cut = options_.all ? Cut{runs.size(), runs.size()} : cut_between(blocks, runs);
    for (std::size_t i = 0; i < cut.first; ++i) add_run(blocks, runs[i], depth, column);
    if (cut.first < cut.last) {
      std::size_t layers = 0;
      for (std::size_t i = runs[cut.first].begin; i < runs[cut.last].begin; ++i) layers += blocks[i].layers;
      column.items.push_back(gap("… " + count_of(layers, "more layer")));
    }
    for (std::size_t i = cut.last; i < runs.size(); ++i) add_run(blocks, runs[i], depth, column);
    return column;
  }

  static std::vector<Run> singles(std::size_t count) {
    std::vector<Run> runs(count);
    for (std::size_t i = 0; i < count; ++i) runs[i].begin = i;
    return runs;
  }

  /// A fork stays with what joins it.
  Cut cut_between(std::span<const Block> blocks, const std::vector<Run>& runs) const {
    const auto joins = [&](std::size_t i) { return runs[i].begin > 0 && blocks[runs[i].begin - 1].is_fork(); };
    Cut cut = cut_of(runs.size(), limits_.longest);
    if (cut.first == runs.size()) return cut;
    if (joins(cut.first)) ++cut.first;
    if (cut.last < runs.size() && joins(cut.last)) --cut.last;
    return cut.first < cut.last ? cut : Cut{runs.size(), runs.size()};
  }

  Item gap(std::string label) {
    ++cards_;
    return {.kind = Item::Kind::kGap, .label = std::move(label)};
  }

  void add_run(std::span<const Block> blocks, const Run& run, std::size_t depth, Column& column) {
    if (is_too_large()) return;
    if (run.repeats == 1) {
      column.items.push_back(item_of(blocks[run.begin], depth));
      return;
    }
    Item repeat{.kind = Item::Kind::kRepeat,
                .label = fmt::format("× {}", with_thousands(static_cast<std::int64_t>(run.repeats)))};
    repeat.columns.push_back(column_of(blocks.subspan(run.begin, run.period), depth + 1));
    column.items.push_back(std::move(repeat));
  }

  Item item_of(const Block& block, std::size_t depth) {
    if (block.is_fork()) return fork_of(block, depth);
    ++cards_;
    if (block.input != nullptr) return {.card = card_of(*block.input)};
    Item item{.card = card_of(*block.node)};
    if (block.inside.empty()) return item;
    if (is_too_deep(depth)) {
      item.card.title += " …";
      return item;
    }
    item.kind = Item::Kind::kFrame;
    const Sequence& inside = block.inside.front();
    item.columns.push_back(inside.is_tangled ? tangled_column(inside, depth + 1, !block.node->wrapped.empty())
                                             : column_of(std::span(inside.blocks), depth + 1));
    const model::Layer& layer = *block.node->layer;
    item.has_shortcut = layer.kind == model::LayerKind::ResidualConnection;
    if (item.has_shortcut && layer.parts->shortcut && layer.parts->shortcut->projects) item.label = "projected";
    if (layer.kind == model::LayerKind::Bidirectional) item.card.name += " · both directions";
    if (layer.kind == model::LayerKind::TimeDistributed) item.card.name += " · every step";
    return item;
  }

  Item fork_of(const Block& block, std::size_t depth) {
    if (is_too_deep(depth)) return gap("… " + count_of(block.layers, "layer"));
    Item fork{.kind = Item::Kind::kFork};
    const std::span<const Sequence> branches = block.branches;
    const std::vector<Run> runs = options_.all ? singles(branches.size()) : describe::runs_of(branches);
    const Cut cut = options_.all ? Cut{runs.size(), runs.size()} : cut_of(runs.size(), limits_.widest);
    for (std::size_t i = 0; i < cut.first; ++i) add_branches(branches, runs[i], depth, fork);
    if (cut.first < cut.last) {
      const auto count = static_cast<std::int64_t>(runs[cut.last].begin - runs[cut.first].begin);
      fork.columns.emplace_back();
      fork.columns.back().items.push_back(gap(fmt::format("… {} more branches", with_thousands(count))));
    }
    for (std::size_t i = cut.last; i < runs.size(); ++i) add_branches(branches, runs[i], depth, fork);
    return fork;
  }

  void add_branches(std::span<const Sequence> branches, const Run& run, std::size_t depth, Item& fork) {
    if (is_too_large()) return;
    Column column = column_of(branches[run.begin], depth + 1);
    if (run.repeats > 1 && !column.items.empty()) {
      Item repeat{.kind = Item::Kind::kRepeat,
                  .label = fmt::format("{} like it", with_thousands(static_cast<std::int64_t>(run.repeats)))};
      repeat.columns.push_back(std::move(column));
      column = {};
      column.items.push_back(std::move(repeat));
    }
    fork.columns.push_back(std::move(column));
  }

  /// Nothing is folded, so that every edge has its ends. The tensors are the items in order, behind what the column
  /// gets unless an item (an input, the wrapped layer) gives it.
  Column tangled_column(const Sequence& sequence, std::size_t depth, bool begins_with_items) {
    Column column{.is_tangled = true};
    const std::ptrdiff_t entry = begins_with_items ? 0 : 1;
    for (const Block& block : sequence.blocks) {
      const auto place = static_cast<std::ptrdiff_t>(column.items.size());
      column.items.push_back(item_of(block, depth));
      if (block.node == nullptr) continue;
      for (const model::TensorId tensor : block.node->layer->inputs) {
        const std::ptrdiff_t from = static_cast<std::ptrdiff_t>(tensor.index) - entry;
        column.edges.emplace_back(from < place ? from : -1, place);
      }
    }
    return column;
  }

  bool is_too_deep(std::size_t depth) const { return !options_.all && depth >= limits_.deepest; }

  const SceneOptions& options_;
  Limits limits_;
  std::size_t cards_ = 0;
};

}  // namespace

Column scene_of(const Sequence& root, const SceneOptions& options) {
  for (const Limits& limits : kLimits) {
    SceneBuilder builder(options, limits);
    Column column = builder.column_of(root, 0);
    if (!builder.is_too_large() || &limits == &kLimits.back()) return column;
  }
  return {};
}

}  // namespace neural::draw
