// The syntax tree: what was written, nothing resolved. Immutable once the parser has built it; every node keeps its
// span.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "neural/syntax/source.hpp"

namespace neural::syntax {

struct Identifier {
  std::string text;
  Span span;
};

struct Value;
struct Argument;
struct LayerExpression;
struct Item;

// ---- values ----

struct NoneLiteral {};

/// Decoded contents of a quoted string; the span of the Value includes the quotes.
struct StringLiteral {
  std::string text;
};

/// `( … )`: always a tuple, even with one element.
struct TupleValue {
  std::vector<Value> elements;
};

/// `[ … ]`
struct ListValue {
  std::vector<Value> elements;
};

/// `choice(a, b, …)`, `range(low, high[, step])` or `log_range(low, high)` inside `HPO( … )`.
struct SearchExpression {
  enum class Kind { kChoice, kRange, kLogRange };
  Kind kind = Kind::kChoice;
  std::vector<Value> operands;  ///< alternatives of a choice; else low, high and, where written, step
  Span span;                    ///< of the whole `HPO( … )`
};

/// `NAME` or `NAME( arguments )`.
struct Call {
  Identifier name;
  std::vector<Argument> arguments;
  bool parenthesised = false;
};

/// `cpu`, `"gpu:1"`, `cuda:0`: as written, without blanks between its tokens; the checker decides what is a device.
struct Device {
  std::string text;
  Span span;
};

/// `{ items }` behind a layer, a branch label or a macro head; may be empty.
struct Block {
  std::vector<Item> items;
  Span span;
};

/// What may stand behind the callee of a layer.
struct Suffixes {
  std::optional<Device> device;
  std::optional<Block> block;
  struct Repeat {
    std::int64_t count = 1;  ///< as written: may be zero or negative (E403 is the checker's)
    Span span;
  };
  std::optional<Repeat> repeat;
};

/// callee { "@" device | block } [ "*" count ]: a layer, and wherever a value may stand also a bare name or a call.
struct LayerExpression {
  std::variant<Call, SearchExpression> callee;
  std::shared_ptr<const Suffixes> suffixes;  ///< null for most layers; shared by copies
  Span span;

  // Null where there is none.
  const Device* device() const { return suffixes && suffixes->device ? &*suffixes->device : nullptr; }
  const Block* block() const { return suffixes && suffixes->block ? &*suffixes->block : nullptr; }
  const Suffixes::Repeat* repeat() const { return suffixes && suffixes->repeat ? &*suffixes->repeat : nullptr; }

  /// The name of a Call callee without arguments, block, device or repeat; null for anything else.
  const Identifier* bare_name() const;
};

struct Value {
  std::variant<NoneLiteral, bool, std::int64_t, double, StringLiteral, TupleValue, ListValue,
               std::shared_ptr<const LayerExpression>>
      data;
  Span span;

  /// A bare name, a call or a layer; null for any other value.
  const LayerExpression* layer() const {
    const auto* found = std::get_if<std::shared_ptr<const LayerExpression>>(&data);
    return found == nullptr ? nullptr : found->get();
  }
};

struct Argument {
  std::optional<Identifier> name;  ///< empty for a positional argument
  Value value;
  Span span;
};

// ---- layers ----

/// `label: { … }`, a parallel path.
struct Branch {
  Identifier label;
  Block block;
};

struct Item {
  std::variant<LayerExpression, Branch> data;
  Span span;
};

// ---- networks ----

/// One dimension of a declared shape; empty for None.
struct Dimension {
  std::optional<std::int64_t> size;
  Span span;
};

struct ShapeLiteral {
  std::vector<Dimension> dimensions;
  Span span;
};

struct Input {
  std::optional<Identifier> name;  ///< empty in the unnamed form
  ShapeLiteral shape;
};

/// `key: value, value …` in train { } or execution { }, or at network level (W115). A device is a StringLiteral.
struct Setting {
  Identifier key;
  std::vector<Value> values;
  Span span;
};

struct Network {
  Identifier name;
  std::vector<Input> inputs;  ///< empty only when the section is missing or broken (E109)
  std::vector<Item> layers;   ///< likewise (E109, E110)
  std::optional<Value> loss;
  std::optional<Value> optimizer;
  std::vector<Value> metrics;
  std::vector<Setting> training;
  std::vector<Setting> execution;
  Span span;                 ///< from `network` to its closing brace
  bool complete = true;      ///< false when the parser left something out after an error
  bool layers_sound = true;  ///< false when there were mistakes among the layers: shapes would follow from guesses
};

struct MacroParameter {
  Identifier name;
  std::optional<Value> default_value;
};

struct Macro {
  Identifier name;
  std::vector<MacroParameter> parameters;
  Block body;
  Span span;
};

struct ResearchMetric {
  Identifier name;
  double value = 0;
};

struct ResearchReference {
  Identifier key;
  std::string text;
};

struct Research {
  std::optional<Identifier> name;
  std::vector<ResearchMetric> metrics;
  std::vector<ResearchReference> references;
  Span span;
};

/// A whole source file, in the order written within each list.
struct File {
  std::vector<Macro> macros;
  std::vector<Network> networks;
  std::vector<Research> research;
};

}  // namespace neural::syntax
