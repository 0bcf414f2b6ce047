// Arguments of a call -> typed values of its parameters, by the catalogue's parameter specs.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "neural/model/attributes.hpp"
#include "neural/model/catalogue/catalogue.hpp"
#include "neural/model/macros.hpp"
#include "neural/model/reporter.hpp"
#include "neural/syntax/ast.hpp"

namespace neural::model {

/// What a call may bind.
struct Signature {
  std::string_view owner;  ///< "Conv2D": what messages call it
  std::span<const ParameterSpec> parameters;
  std::span<const ParameterAlias> aliases = {};
  std::span<const ParameterAlias> shared_aliases = {};
  std::span<const IgnoredParameter> ignored = {};
  std::size_t axes = 1;  ///< spatial axes, for per-axis parameters
};
Signature signature_of(const LayerRow& row);

/// A bound call. After an error `failed` is set and a parameter without a good value has its default, or is missing
/// where it has none.
struct Binding {
  std::string_view owner;
  syntax::Span callee;
  Attributes attributes = {};
  std::vector<std::pair<Parameter, syntax::Span>> written = {};  ///< where the value of a parameter stands
  bool failed = false;
  bool shape_failed = false;  ///< a parameter that decides the output shape has no good value

  syntax::Span span_of(Parameter parameter) const;  ///< of its value, or of the callee where none is written
};

/// One parameter of one owner, as a value is read for it.
struct Target {
  std::string_view owner;
  const ParameterSpec& spec;
  std::size_t axes = 1;

  std::string_view joint = "=";  ///< between name and value: settings have ": "

  std::string name() const;     ///< "`Conv2D.filters`"
  std::string example() const;  ///< "for example `filters=8`"

  /// The words the parameter takes, and the one that equals `word` (fold).
  std::vector<std::string_view> words() const;
  std::optional<std::string_view> matching_word(std::string_view word) const;
};

class ArgumentReader {
 public:
  /// `macro` is the macro whose body is read, for suggestions; when `open`, its parameters have no values yet, and
  /// whatever depends on one is not checked.
  explicit ArgumentReader(Reporter& reporter, const MacroInfo* macro = nullptr, bool open = false)
      : reporter_(reporter), macro_(macro), open_(open) {}

  /// Positional arguments from left to right, with skipping, then the named ones; then the defaults.
  Binding bind(const Signature& signature, const syntax::Call& call);

  /// One value; empty after an error, which is reported, and for a value that is still open.
  std::optional<Attribute> read(const Target& target, const syntax::Value& value);

 private:
  struct Slots;
  void bind_argument(Slots& slots, const syntax::Argument& argument);
  const ParameterSpec* positional_slot(Slots& slots, const syntax::Argument& argument);
  const ParameterSpec* named_slot(Slots& slots, const syntax::Argument& argument);
  bool is_ignored(const Signature& signature, const syntax::Argument& argument);
  void set_value(Slots& slots, const ParameterSpec& spec, const syntax::Argument& argument);
  void check_missing(Slots& slots);

  /// Whether the value is of the type, whatever its bounds.
  bool fits(const Target& target, const syntax::Value& value) const;

  std::optional<Attribute> read_number(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_boolean(const Target& target, const syntax::Value& value);
  std::optional<std::int64_t> integer(const Target& target, const syntax::Value& value);
  std::optional<double> real(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_axes(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_per_axis(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_shape(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_text(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_word(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_padding(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_activation(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_initializer(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_known(const Target& target, const syntax::Value& value,
                                      const NameIndex<KnownRow>& names, std::string_view plural);
  std::optional<Attribute> read_learning_rate(const Target& target, const syntax::Value& value);

  std::nullopt_t wrong_type(const Target& target, const syntax::Value& value);
  std::nullopt_t not_a_word(const Target& target, syntax::Span span, std::string_view word,
                            std::span<const std::string_view> candidates);
  std::nullopt_t not_a_name(const Target& target, const syntax::Value& value);
  std::nullopt_t meaningless_name(const Target& target, const syntax::Value& value);

  /// E306 and E303: several values where one is wanted.
  bool is_single(const Target& target, const syntax::Value& value);
  bool is_open(const syntax::Value& value) const;

  Reporter& reporter_;
  const MacroInfo* macro_;
  bool open_;
};

/// What is read from a name or a call by name, however it was written: `Adam`, "adam", `Adam(…)` and, where
/// `quoted_calls`, "Adam(…)". `place` is what messages call it. Empty after an error, which is reported.
std::optional<syntax::Call> read_call(const syntax::Value& value, std::string_view place, bool quoted_calls,
                                      Reporter& reporter);

/// The row a call names; null after E703, or `unknown`: "`…` is not `what`".
template <class RowType>
const RowType* find_available(const NameIndex<RowType>& names, const syntax::Call& call, syntax::Code unknown,
                              std::string_view what, Reporter& reporter) {
  const auto found = names.find(call.name.text);
  if (!found) {
    reporter.add(unknown, call.name.span, fmt::format("{} is not {}", as_code(call.name.text), what),
                 reporter.did_you_mean(call.name.text, names.spellings()));
    return nullptr;
  }
  if (found.row->kind) return found.row;
  reporter.unavailable(call.name.span, fmt::format("`{}` is", found.row->name));
  return nullptr;
}

}  // namespace neural::model
