#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "neural/base/text.hpp"
#include "neural/describe/describe.hpp"
#include "neural/describe/structure.hpp"
#include "neural/describe/tensor_names.hpp"
#include "neural/describe/text_table.hpp"
#include "neural/describe/units.hpp"

namespace neural::describe {
namespace {

using estimate::Node;
using estimate::Outline;
using estimate::Totals;

constexpr std::size_t kFoldFrom = 50;     ///< layers in a run
constexpr std::size_t kLongestCell = 48;  ///< of names and lists
constexpr std::size_t kDeepestIndent = 12;

std::string indented(std::size_t depth, std::string_view text) {
  return std::string(2 * std::min(depth, kDeepestIndent), ' ') + shortened(printable(text), kLongestCell);
}

std::string trained_text(const Node& node) {
  if (node.parameters == 0) return "";
  if (node.trainable_parameters == 0) return "no";
  return node.trainable_parameters == node.parameters ? "yes" : "part";
}

/// Of a layer without built-in meaning they are not known.
std::string flops_text(const Node& node, Amount flops) {
  return node.uncounted > 0 && flops == 0 ? "?" : count_text(flops);
}

/// Sums of what a folded row stands for.
struct Sums {
  std::size_t layers = 0;
  Amount parameters;
  estimate::Cost cost;
  std::uint32_t first_line = 0;
  std::uint32_t last_line = 0;

  void add(const Sequence& sequence) {
    for (const Block& block : sequence.blocks) add(block);
  }
  void add(const Block& block) {
    for (const Sequence& branch : block.branches) add(branch);
    if (block.node == nullptr) return;
    layers += block.layers;
    parameters += block.node->parameters;
    cost += block.node->cost;
    const std::uint32_t line = block.node->layer->line;
    first_line = first_line == 0 ? line : std::min(first_line, line);
    last_line = std::max(last_line, line);
  }
  std::string lines() const {
    return first_line == last_line ? std::to_string(first_line) : fmt::format("{}–{}", first_line, last_line);
  }
};

/// "a, b, … 98 more".
std::string from_text(const model::Layer& layer, const TensorNames& names) {
  constexpr std::size_t kMostNames = 3;
  const std::size_t count = layer.inputs.size();
  const std::size_t shown = count <= kMostNames ? count : kMostNames - 1;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < shown; ++i) {
    texts.push_back(shortened(printable(names.of(layer.inputs[i])), kLongestCell));
  }
  if (shown < count) {
    texts.push_back(fmt::format("… {} more", with_thousands(static_cast<std::int64_t>(count - shown))));
  }
  return join(texts, ", ");
}

/// Whether some layer, here or inside, does not just follow the one before it.
bool branches_off(const TensorNames& names, const std::vector<Node>& layers) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (!names.follows(i)) return true;
    if (!layers[i].body.empty() && branches_off(TensorNames::of_body(layers[i]), layers[i].body)) return true;
  }
  return false;
}

std::vector<TextTable::Column> columns(bool has_from) {
  std::vector<TextTable::Column> columns = {{"Layer", false, 14}, {"Type", false, 12}};
  if (has_from) columns.push_back({"From", false, 10});
  columns.push_back({"Output shape"});
  columns.push_back({"Parameters", true});
  columns.push_back({"Trained", false, 0, 2});
  columns.push_back({"FLOPs", true, 0, 5});
  columns.push_back({"With backward", true, 0, 3});
  columns.push_back({"Activations", true, 0, 4});
  columns.push_back({"Line", true, 0, 1});
  return columns;
}

class LayerTable {
 public:
  LayerTable(const Outline& outline, bool all)
      : outline_(outline),
        all_(all),
        has_from_(branches_off(TensorNames::of_network(outline), outline.layers)),
        table_(columns(has_from_)) {}

  TextTable build() && {
    add_inputs();
    const Sequence root = structure_of(outline_);
    add_blocks(root.blocks, root.is_tangled, TensorNames::of_network(outline_), 0);
    return std::move(table_);
  }

 private:
  struct Row {
    std::string name, type, from, output, parameters, trained, flops, with_backward, activations, line;
  };

  void add(Row row, bool is_faint = false) {
    std::vector<std::string> cells = {std::move(row.name), std::move(row.type)};
    if (has_from_) cells.push_back(std::move(row.from));
    for (std::string* cell :
         {&row.output, &row.parameters, &row.trained, &row.flops, &row.with_backward, &row.activations, &row.line}) {
      cells.push_back(std::move(*cell));
    }
    table_.add(std::move(cells), is_faint);
  }

  void add_inputs() {
    const auto& inputs = outline_.model->inputs;
    for (std::size_t i = 0; i < inputs.size();) {
      const model::Input& input = inputs[i];
      std::size_t end = i + 1;
      while (end < inputs.size() && inputs[end].shape == input.shape && inputs[end].is_integer == input.is_integer)
        ++end;
      const Amount bytes = estimate::input_bytes(input);
      add({.name = indented(0, input.name),
           .type = input.is_integer ? "Input (integers)" : "Input",
           .output = model::to_string(input.shape),
           .activations = bytes_text(bytes)});
      if (all_ || end - i < kFoldFrom) {
        ++i;
        continue;
      }
      const auto others = static_cast<std::int64_t>(end - i - 1);
      add({.name = fmt::format("… {} more like it", with_thousands(others)), .activations = bytes_text(others * bytes)},
          true);
      i = end;
    }
  }

  void add_blocks(std::span<const Block> blocks, bool is_tangled, const TensorNames& names, std::size_t depth) {
    if (all_ || is_tangled) {
      for (const Block& block : blocks) add_block(block, names, depth);
      return;
    }
    for (const Run& run : runs_of(blocks)) {
      const auto repeated = blocks.subspan(run.begin, run.period * run.repeats);
      const auto first = repeated.first(run.period);
      Sums sums;
      for (const Block& block : repeated) sums.add(block);
      const bool folds = run.repeats > 1 && sums.layers >= kFoldFrom;
      for (const Block& block : folds ? first : repeated) add_block(block, names, depth);
      if (!folds) continue;
      const std::size_t period = sums.layers / run.repeats;
      sums = {};
      for (const Block& block : repeated.subspan(run.period)) sums.add(block);
      const auto others = static_cast<std::int64_t>(run.repeats - 1);
      const bool is_one = run.period == 1 && !first.front().is_fork();
      add_fold(fmt::format("… {} more like {}", with_thousands(others),
                           is_one ? "it" : fmt::format("these {} layers", period)),
               sums, depth);
    }
  }

  void add_block(const Block& block, const TensorNames& names, std::size_t depth) {
    if (block.node != nullptr) add_layer(block, names, depth);
    for (const Run& run : runs_of(std::span(block.branches))) {
      const auto repeated = std::span(block.branches).subspan(run.begin, run.repeats);
      Sums sums;
      for (const Sequence& branch : repeated) sums.add(branch);
      const bool folds = !all_ && run.repeats > 1 && sums.layers >= kFoldFrom;
      for (const Sequence& branch : folds ? repeated.first(1) : repeated) {
        add_blocks(branch.blocks, branch.is_tangled, names, depth);
      }
      if (!folds) continue;
      sums = {};
      for (const Sequence& branch : repeated.subspan(1)) sums.add(branch);
      const auto others = static_cast<std::int64_t>(run.repeats - 1);
      add_fold(fmt::format("… {} more branches like it", with_thousands(others)), sums, depth);
    }
  }

  /// The weights of a layer inside a Bidirectional are those of the layer around it, twice.
  void add_layer(const Block& block, const TensorNames& names, std::size_t depth, bool shows_parameters = true) {
    const Node& node = *block.node;
    const model::Layer& layer = *node.layer;
    const std::string type = shortened(printable(layer.type_name()), kLongestCell);
    add({.name = indented(depth, layer.name),
         .type = layer.implicit ? type + " (implicit)" : type,
         .from = names.follows(block.place) ? "" : from_text(layer, names),
         .output = model::to_string(layer.output),
         .parameters = shows_parameters ? with_thousands(node.parameters.value()) : "",
         .trained = trained_text(node),
         .flops = flops_text(node, node.cost.forward),
         .with_backward = flops_text(node, node.cost.forward_backward),
         .activations = bytes_text(node.cost.activation_bytes),
         .line = std::to_string(layer.line)});
    if (block.inside.empty()) return;
    std::span<const Block> inside = block.inside.front().blocks;
    if (!node.wrapped.empty()) {
      add_layer(inside.front(), TensorNames::of_body(layer.name, node.wrapped), depth + 1,
                layer.kind != model::LayerKind::Bidirectional);
      inside = inside.subspan(1);
    }
    add_blocks(inside, block.inside.front().is_tangled, TensorNames::of_body(node), depth + 1);
  }

  void add_fold(std::string text, const Sums& sums, std::size_t depth) {
    add({.name = indented(depth, text),
         .parameters = with_thousands(sums.parameters.value()),
         .flops = count_text(sums.cost.forward),
         .with_backward = count_text(sums.cost.forward_backward),
         .activations = bytes_text(sums.cost.activation_bytes),
         .line = sums.lines()},
        true);
  }

  const Outline& outline_;
  bool all_;
  bool has_from_;
  TextTable table_;
};

/// Names, amounts and what they mean, in three columns.
std::string totals_text(const Outline& outline) {
  const Totals& totals = outline.totals;
  const estimate::Memory& memory = totals.memory;
  const model::Model& model = *outline.model;
  const std::int64_t fixed = totals.parameters.value() - totals.trainable_parameters.value();
  const std::vector<std::array<std::string, 3>> rows = {
      {"parameters", with_thousands(totals.parameters.value()),
       fmt::format("{} trained, {} fixed", with_thousands(totals.trainable_parameters.value()), with_thousands(fixed))},
      {"FLOPs a sample", count_text(totals.cost.forward),
       fmt::format("forward; {} forward and backward", count_text(totals.cost.forward_backward))},
      {"training memory", bytes_text(memory.training()), "at least:"},
      {"  weights", bytes_text(memory.weights), ""},
      {"  gradients", bytes_text(memory.gradients), ""},
      {"  optimizer", bytes_text(memory.optimizer_state), std::string(optimizer_name(model.optimizer.kind))},
      {"  batch", bytes_text(memory.batch()),
       fmt::format("{} samples of {} inputs and {} activations", with_thousands(memory.batch_size.value()),
                   bytes_text(memory.inputs_per_sample), bytes_text(memory.activations_per_sample))},
  };
  std::array<std::size_t, 2> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], code_points(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      line += row[i] + std::string(widths[i] - code_points(row[i]) + 2, ' ');
    }
    line += row[2];
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

bool has_layers_inside(const Outline& outline) {
  return outline.totals.layers > static_cast<std::int64_t>(outline.layers.size());
}

std::string plural(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", with_thousands(count), what, count == 1 ? "" : "s");
}

std::string notes_text(const Outline& outline, const std::vector<std::string_view>& left_out) {
  const Totals& totals = outline.totals;
  std::vector<std::string> notes;
  if (has_layers_inside(outline)) notes.emplace_back("indented layers are counted in the layer they are in");
  if (totals.is_dynamic) notes.emplace_back("a size of None counts as 1 in FLOPs and memory");
  if (totals.uncounted > 0) {
    notes.push_back(
        fmt::format("FLOPs of {} without built-in meaning are not counted", plural(totals.uncounted.value(), "layer")));
  }
  if (const auto& search = outline.model->search; !search.empty()) {
    notes.push_back(fmt::format("the program searches {}; shown are the first alternatives and the low ends",
                                plural(static_cast<std::int64_t>(search.size()), "value")));
  }
  if (!left_out.empty()) {
    std::vector<std::string> titles(left_out.begin(), left_out.end());
    notes.push_back(fmt::format("too narrow for {}", join(titles, ", ")));
  }
  std::string text;
  for (const std::string& note : notes) text += "note: " + note + "\n";
  return text.empty() ? text : "\n" + text;
}

}  // namespace

std::string as_table(const Outline& outline, const TableOptions& options) {
  const auto rendered = LayerTable(outline, options.all).build().render(options.width, options.color);
  const std::string name = printable(outline.model->name);
  return fmt::format("{}\n\n{}\n{}{}", options.color ? "\033[1m" + name + "\033[0m" : name, rendered.text,
                     totals_text(outline), notes_text(outline, rendered.left_out));
}

}  // namespace neural::describe
