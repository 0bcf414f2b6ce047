// Arguments of a call -> typed values of its parameters, by the catalogue's parameter specs.
#pragma once

#include <fmt/format.h>

#include <memory>
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
#include "neural/model/search.hpp"
#include "neural/syntax/ast.hpp"

namespace neural::model {

/// What a call may bind.
struct Signature {
  std::string_view owner;  ///< "Conv2D": what messages call it
  std::span<const ParameterSpec> parameters;
  std::span<const ParameterAlias> aliases = {};
  std::span<const ParameterAlias> shared_aliases = {};
  std::span<const IgnoredParameter> ignored = {};
  std::size_t axes = 1;         ///< spatial axes, for per-axis parameters
  bool takes_anything = false;  ///< arguments that find no parameter are kept as they are
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
  std::shared_ptr<const syntax::LayerExpression> wrapped = {};           ///< the value of a parameter that is a layer
  std::vector<std::pair<std::string, AnyValue>> further_arguments = {};  ///< of a signature that takes anything

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
  std::string advice() const;   ///< the bounds or the words, and an example: "use a whole number from 1, for example …"

  std::string description() const;                       ///< of its type: "a whole number", "`"auto"` or `"none"`"
  std::string assignment(std::string_view value) const;  ///< "`filters=8`"

  /// The words the parameter takes, and the one that equals `word` (fold).
  std::vector<std::string_view> words() const;
  std::optional<std::string_view> matching_word(std::string_view word) const;
};

/// Words as they are best written, in quotes.
std::vector<std::string> quoted(std::span<const std::string_view> words);

/// "use one of `SGD`, `RMSprop`, …", or all words where they are few.
std::string words_help(const std::vector<std::string>& words);

class ArgumentReader {
 public:
  /// Without `searches` a search expression is E355. `macro` is the macro whose body is read, for suggestions; when
  /// `open`, its parameters have no values yet, and whatever depends on one is not checked.
  explicit ArgumentReader(Reporter& reporter, SearchSpace* searches = nullptr, const MacroInfo* macro = nullptr,
                          bool open = false)
      : reporter_(reporter), searches_(searches), macro_(macro), open_(open) {}

  /// Positional arguments from left to right, with skipping, then the named ones; then the defaults.
  Binding bind(const Signature& signature, const syntax::Call& call);

  /// One value; empty after an error, which is reported, and for a value that is still open.
  std::optional<Attribute> read(const Target& target, const syntax::Value& value);

  /// Reads what may also be a choice between several: checks them all, takes note of the search, and gives the one of
  /// the current search point. `read_one` reads one value into an optional.
  template <class ReadOne>
  auto read_searched(const syntax::Value& value, std::string_view place, ReadOne read_one) -> decltype(read_one(value));

 private:
  struct Slots;
  void bind_argument(Slots& slots, const syntax::Argument& argument);
  const ParameterSpec* meant_slot(const Signature& signature, std::span<const ParameterSpec* const> slots,
                                  const syntax::Value& value) const;
  bool is_input_width(const Slots& slots, const ParameterSpec& blamed, const syntax::Argument& argument);
  bool is_too_early(const Slots& slots, const ParameterSpec& blamed, const syntax::Argument& argument);
  void too_many_arguments(const Slots& slots, const syntax::Argument& argument);
  bool is_further_layer(const Slots& slots, const syntax::Value& value) const;
  const ParameterSpec* positional_slot(Slots& slots, const syntax::Argument& argument);
  const ParameterSpec* named_slot(Slots& slots, const syntax::Argument& argument);
  bool keep_as_it_is(Slots& slots, const syntax::Argument& argument);
  bool is_ignored(const Signature& signature, const syntax::Argument& argument);
  void set_value(Slots& slots, const ParameterSpec& spec, const syntax::Argument& argument);
  void check_missing(Slots& slots);

  /// Whether the value is of the type, whatever its bounds.
  bool fits(const Target& target, const syntax::Value& value) const;

  std::optional<Attribute> read_number(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_boolean(const Target& target, const syntax::Value& value);
  bool is_inside(const Target& target, const syntax::Value& value, double number);
  std::optional<std::int64_t> integer(const Target& target, const syntax::Value& value);
  std::optional<double> real(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_axes(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_per_axis(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_shape(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_text(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_word(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_padding(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_activation(const Target& target, const syntax::Value& value);
  /// An initialiser, a regulariser or a constraint.
  template <class Kind>
  std::optional<Attribute> read_named(const Target& target, const syntax::Value& value,
                                      const NameIndex<Row<Kind>>& names);
  std::optional<Attribute> read_learning_rate(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_numbers(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_pads(const Target& target, const syntax::Value& value);
  std::optional<Attribute> read_search(const Target& target, const syntax::SearchExpression& search);
  std::optional<AnyValue> read_any(const syntax::Value& value);
  void read_wrapped(Slots& slots, const ParameterSpec& spec, const syntax::Argument& argument);
  bool check_schedule(const Binding& binding, ScheduleKind kind);

  std::nullopt_t wrong_type(const Target& target, const syntax::Value& value);
  std::nullopt_t not_a_word(const Target& target, syntax::Span span, std::string_view word,
                            std::span<const std::string_view> candidates);
  std::nullopt_t not_a_name(const Target& target, const syntax::Value& value);
  std::nullopt_t meaningless_name(const Target& target, const syntax::Value& value);

  /// E306 and E303: several values where one is wanted.
  bool is_single(const Target& target, const syntax::Value& value);
  bool is_open(const syntax::Value& value) const;

  Reporter& reporter_;
  SearchSpace* searches_;
  const MacroInfo* macro_;
  bool open_;
};

template <class ReadOne>
auto ArgumentReader::read_searched(const syntax::Value& value, std::string_view place, ReadOne read_one)
    -> decltype(read_one(value)) {
  const syntax::SearchExpression* search = search_of(value);
  if (search == nullptr) return read_one(value);
  if (!check_operands(*search, reporter_)) return {};
  if (searches_ == nullptr) {
    refuse_search(search->span, place, reporter_);
    return {};
  }
  decltype(read_one(value)) chosen;
  bool sound = true;
  for (std::size_t i = 0; i < search->operands.size(); ++i) {
    const PathScope scope(searches_, {}, i);
    auto one = read_searched(search->operands[i], place, read_one);
    sound = sound && one;
    if (!one && search->kind != syntax::SearchExpression::Kind::kChoice) break;  // the other bound is no better
    const bool is_wanted = searches_->point() == SearchPoint::kFirst ? i == 0 : i + 1 == search->operands.size();
    if (is_wanted) chosen = std::move(one);
  }
  if (!sound) return {};
  searches_->declare(*search, false, false);
  return chosen;
}

/// What is read from a name or a call by name, however it was written: `Adam`, "adam", `Adam(…)` and, where
/// `quoted_calls`, "Adam(…)". `place` is what messages call it. Empty after an error, which is reported.
std::optional<syntax::Call> read_call(const syntax::Value& value, std::string_view place, bool quoted_calls,
                                      Reporter& reporter);

/// The row a call names; null after `unknown`: "`…` is not `what`".
template <class RowType>
const RowType* find_named(const NameIndex<RowType>& names, const syntax::Call& call, syntax::Code unknown,
                          std::string_view what, Reporter& reporter) {
  const auto found = names.find(call.name.text);
  if (!found) {
    std::string help = reporter.did_you_mean(call.name.text, names.spellings());
    if (help.empty()) help = words_help({names.spellings().begin(), names.spellings().end()});
    reporter.add(unknown, call.name.span, fmt::format("{} is not {}", as_code(call.name.text), what), std::move(help));
    return nullptr;
  }
  return found.row;
}

}  // namespace neural::model
