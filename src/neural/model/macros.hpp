// The macros of a file: what each name at the head of a layer means, how large a macro is when expanded, and the values
// of its parameters in one use.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "neural/model/catalogue/catalogue.hpp"
#include "neural/model/reporter.hpp"
#include "neural/syntax/ast.hpp"

namespace neural::model {

/// The most layers a file may have after expansion, the most macro uses on the way there, and the most values in the
/// bodies of those (E901).
inline constexpr std::int64_t kMostLayers = std::int64_t{1} << 20;
inline constexpr std::int64_t kMostExpansionSteps = std::int64_t{1} << 22;
inline constexpr std::int64_t kMostBodyValues = std::int64_t{1} << 24;

/// Macros may use each other this deep (E903).
inline constexpr int kDeepestMacro = 1000;

/// How much an expansion makes and costs. Sums and products stay at the largest number instead of overflowing.
struct ExpandedSize {
  std::int64_t layers = 0;
  std::int64_t steps = 0;   ///< items looked at; copies made by `*N` cost no step
  std::int64_t values = 0;  ///< arguments written out in the bodies of macros; only known afterwards

  void add(const ExpandedSize& other);
  ExpandedSize times(std::int64_t count) const;

  /// What there is too much of: "more than 1,048,576 layers after expansion"; empty where all is within the limits.
  std::string excess() const;
};

struct MacroInfo {
  const syntax::Macro* definition = nullptr;
  std::unordered_map<std::string_view, std::size_t> parameters;  ///< name -> index
  std::vector<std::size_t> required;                             ///< indices of those without a default
  ExpandedSize size;
  bool disputed = false;  ///< its name means something else, too, which is reported
  bool usable = true;     ///< false where it was not read whole, uses itself or is nested too deeply: all reported
};

/// What the head of a layer means; both null for a name nobody knows.
struct Head {
  const LayerRow* row = nullptr;
  const MacroInfo* macro = nullptr;
};

class MacroTable {
 public:
  /// Takes the definitions in; reports E213, E214, E903 and W218. The macros must outlive the table.
  MacroTable(std::span<const syntax::Macro> macros, Reporter& reporter);

  /// In this order: built-in name, macro, built-in alias, custom layer.
  Head resolve(std::string_view name) const;

  /// The size of one item with its repetition.
  ExpandedSize size_of(const syntax::Item& item) const;
  ExpandedSize size_of(const syntax::LayerExpression& layer) const;

  const std::deque<MacroInfo>& macros() const { return macros_; }

 private:
  void define(const syntax::Macro& macro, Reporter& reporter);
  ExpandedSize size_of(const std::vector<syntax::Item>& items) const;

  /// The macros a body may come to use: heads, and where layers are values.
  void collect_uses(const std::vector<syntax::Item>& items, std::vector<MacroInfo*>& uses);
  void collect_uses(const syntax::LayerExpression& layer, std::vector<MacroInfo*>& uses);

  friend class MacroWalk;
  std::deque<MacroInfo> macros_;
  std::unordered_map<std::string_view, MacroInfo*> by_name_;
  std::unordered_map<std::string_view, MacroInfo*> named_like_layers_;
};

/// The values of a macro's parameters in one use.
class MacroScope {
 public:
  explicit MacroScope(const MacroInfo& macro) : macro_(macro) {}

  /// Binds the arguments of a use, E215 for those that do not match; false after an error.
  bool bind(const syntax::Call& use, Reporter& reporter);

  /// The call with every parameter replaced by its value; the values take the place of the parameter's name, so that
  /// messages point into the body. Counts the values in `size`. Empty, with E903, where the parameters' values grow too
  /// large for one call.
  std::optional<syntax::Call> fill(const syntax::Call& call, ExpandedSize& size, Reporter& reporter) const;
  std::optional<syntax::SearchExpression> fill(const syntax::SearchExpression& search, ExpandedSize& size,
                                               Reporter& reporter) const;
  /// The default of a parameter, unless a value was given; null for other names.
  const syntax::Value* default_of(std::string_view name) const;

 private:
  friend class Filling;
  const syntax::Value* value_of(std::string_view name) const;
  void report_too_large(syntax::Span span, Reporter& reporter) const;

  const MacroInfo& macro_;
  std::unordered_map<std::size_t, const syntax::Value*> given_;
};

}  // namespace neural::model
