#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <unordered_set>

#include "neural/base/text.hpp"
#include "neural/model/arguments.hpp"
#include "neural/model/value_text.hpp"

namespace neural::model {

using syntax::Code;

/// The state of binding one call.
struct ArgumentReader::Slots {
  const Signature& signature;
  Binding binding;
  std::vector<std::pair<Parameter, Attribute>> values;
  std::bitset<64> bound;
  std::size_t next = 0;        ///< the parameter that takes the next positional argument
  std::size_t positional = 0;  ///< positional arguments so far
  bool is_guess = false;       ///< an open value took a slot it may not belong to
  bool has_unknown = false;    ///< an argument found no parameter
  bool has_misfit = false;     ///< a positional argument fits no slot, which is reported
  std::unordered_set<std::string_view> further_names;

  std::size_t index_of(const ParameterSpec& spec) const {
    return static_cast<std::size_t>(&spec - signature.parameters.data());
  }
};

Signature signature_of(const LayerRow& row) {
  return {.owner = row.name,
          .parameters = row.parameters,
          .aliases = row.parameter_aliases,
          .shared_aliases = layer_parameter_aliases(),
          .ignored = ignored_layer_parameters(),
          .axes = row.spatial_axes(),
          .takes_anything = row.is_opaque};
}

syntax::Span Binding::span_of(Parameter parameter) const {
  for (const auto& [each, span] : written) {
    if (each == parameter) return span;
  }
  return callee;
}

Binding ArgumentReader::bind(const Signature& signature, const syntax::Call& call) {
  NEURAL_CHECK(signature.parameters.size() <= 64, signature.owner);
  Slots slots{.signature = signature,
              .binding = {.owner = signature.owner, .callee = call.name.span},
              .values = {},
              .bound = {}};
  slots.values.reserve(call.arguments.size());
  bool named_seen = false;
  for (const syntax::Argument& argument : call.arguments) {
    named_seen = named_seen || argument.name.has_value();
    if (named_seen && !argument.name) {  // E105, which the parser reports
      slots.binding.failed = true;
      slots.has_unknown = true;
    } else {
      bind_argument(slots, argument);
    }
  }
  check_missing(slots);
  slots.binding.attributes = Attributes(defaults_of(signature.parameters, signature.axes), std::move(slots.values));
  return std::move(slots.binding);
}

void ArgumentReader::bind_argument(Slots& slots, const syntax::Argument& argument) {
  if (argument.name && is_ignored(slots.signature, argument)) return;
  if (slots.signature.takes_anything && keep_as_it_is(slots, argument)) return;
  const ParameterSpec* spec = argument.name ? named_slot(slots, argument) : positional_slot(slots, argument);
  if (spec == nullptr) {
    slots.binding.failed = true;
    slots.has_unknown = true;
    return;
  }
  const std::size_t index = slots.index_of(*spec);
  if (slots.bound[index] && !slots.is_guess) {
    reporter_.add(Code::E203, argument.span,
                  fmt::format("`{}.{}` is bound twice", slots.signature.owner, parameter_name(spec->parameter)),
                  "keep one of the values", {{"the first value", slots.binding.span_of(spec->parameter)}});
    slots.binding.failed = true;
    return;
  }
  slots.bound[index] = true;
  set_value(slots, *spec, argument);
}

/// An argument of a layer without built-in meaning, unless it is for a parameter that every layer has.
bool ArgumentReader::keep_as_it_is(Slots& slots, const syntax::Argument& argument) {
  const auto is_parameter = [&](const ParameterSpec& spec) {
    return argument.name && parameter_name(spec.parameter) == argument.name->text;
  };
  const auto& parameters = slots.signature.parameters;
  if (std::any_of(parameters.begin(), parameters.end(), is_parameter)) return false;
  if (is_open(argument.value)) return true;
  const std::string name = argument.name ? argument.name->text : std::string();
  if (argument.name && !slots.further_names.insert(argument.name->text).second) {
    reporter_.add(Code::E203, argument.span, fmt::format("`{}.{}` is bound twice", slots.signature.owner, name),
                  "keep one of the values");
    slots.binding.failed = true;
    return true;
  }
  const PathScope scope(searches_, name);
  const auto value =
      read_searched(argument.value, "this argument", [&](const syntax::Value& each) { return read_any(each); });
  if (value) slots.binding.further_arguments.emplace_back(name, *value);
  slots.binding.failed = slots.binding.failed || !value;
  return true;
}

/// One more layer behind the one that a wrapper takes.
bool ArgumentReader::is_further_layer(const Slots& slots, const syntax::Value& value) const {
  const auto& parameters = slots.signature.parameters;
  const auto wrapped = std::find_if(parameters.begin(), parameters.end(),
                                    [](const ParameterSpec& spec) { return spec.type == ValueType::kLayer; });
  if (wrapped == parameters.end() || !slots.bound[slots.index_of(*wrapped)]) return false;
  const syntax::LayerExpression* layer = value.layer();
  if (layer == nullptr || std::holds_alternative<syntax::SearchExpression>(layer->callee)) return false;
  return layer->bare_name() == nullptr || layer_names().find(layer->bare_name()->text);
}

const ParameterSpec* ArgumentReader::positional_slot(Slots& slots, const syntax::Argument& argument) {
  const auto& parameters = slots.signature.parameters;
  ++slots.positional;
  if (is_further_layer(slots, argument.value)) {
    reporter_.add(Code::E404, argument.span,
                  fmt::format("`{}` wraps exactly one layer, got one more: {}", slots.signature.owner,
                              value_as_code(argument.value)),
                  fmt::format("wrap each layer in a `{}` of its own", slots.signature.owner));
    return nullptr;
  }
  std::vector<const ParameterSpec*> left;
  for (std::size_t i = slots.next; i < parameters.size(); ++i) {
    const ParameterSpec& spec = parameters[i];
    if (spec.slot == Slot::kNamed) continue;
    left.push_back(&spec);
    if (fits({slots.signature.owner, spec, slots.signature.axes}, argument.value)) {
      slots.is_guess = slots.is_guess || (spec.slot == Slot::kSkippable && is_open(argument.value));
      slots.next = i + 1;
      return &spec;
    }
    if (spec.slot != Slot::kSkippable) break;
  }
  if (slots.is_guess && left.empty()) return nullptr;
  if (left.empty() || slots.has_misfit) {
    if (!slots.has_misfit) too_many_arguments(slots, argument);
    slots.has_misfit = true;
    return nullptr;
  }
  slots.has_misfit = true;
  const ParameterSpec* blamed = meant_slot(slots.signature, left, argument.value);
  slots.next = slots.index_of(*blamed) + 1;
  return is_input_width(slots, *blamed, argument) || is_too_early(slots, *blamed, argument) ? nullptr : blamed;
}

/// E301 for a value that would fit a slot behind the one it comes to: `Conv2D(8, relu)`.
bool ArgumentReader::is_too_early(const Slots& slots, const ParameterSpec& blamed, const syntax::Argument& argument) {
  const std::string_view owner = slots.signature.owner;
  const std::string* word = word_of(argument.value);
  if (word == nullptr || blamed.type == ValueType::kLayer) return false;
  for (const ParameterSpec& spec : slots.signature.parameters.subspan(slots.index_of(blamed) + 1)) {
    if (spec.slot == Slot::kNamed || !fits({owner, spec, slots.signature.axes}, argument.value)) continue;
    const std::string_view before = parameter_name(blamed.parameter);
    const std::string_view meant = parameter_name(spec.parameter);
    const Target target{owner, blamed, slots.signature.axes};
    reporter_.add(
        Code::E301, argument.value.span,
        fmt::format("{} must be {}, got {}", target.name(), target.description(), as_code(*word)),
        fmt::format("`{}` comes before `{}`: give both, or write `{}={}`", before, meant, meant, printable(*word)));
    return true;
  }
  return false;
}

/// Of the slots a value does not fit the one that has a word much like it, else the first.
const ParameterSpec* ArgumentReader::meant_slot(const Signature& signature, std::span<const ParameterSpec* const> slots,
                                                const syntax::Value& value) const {
  const auto* search = search_of(value);
  const std::string* word = word_of(search == nullptr ? value : search->operands.front());
  if (word == nullptr) return slots.front();
  for (const ParameterSpec* spec : slots) {
    const bool is_activation = spec->type == ValueType::kActivation;
    const std::vector<std::string_view> words =
        is_activation ? activation_names().spellings() : Target{signature.owner, *spec, signature.axes}.words();
    if (!words.empty() && !nearest(*word, words).empty()) return spec;
  }
  return slots.front();
}

/// E301 for a layer that is told its input width first, as elsewhere: `Dense(784, 128)`.
bool ArgumentReader::is_input_width(const Slots& slots, const ParameterSpec& blamed, const syntax::Argument& argument) {
  const std::string_view owner = slots.signature.owner;
  const bool is_number = std::holds_alternative<std::int64_t>(argument.value.data);
  const bool has_units = slots.signature.parameters.front().parameter == Parameter::units;
  if (!is_number || !has_units || blamed.parameter != Parameter::activation) return false;
  reporter_.add(
      Code::E301, argument.value.span,
      fmt::format("`{}.activation` must be the name of an activation, got {}", owner, value_as_code(argument.value)),
      fmt::format("`{}` takes its input width from the shape; write `{}({})`", owner, owner,
                  std::get<std::int64_t>(argument.value.data)));
  return true;
}

/// E204.
void ArgumentReader::too_many_arguments(const Slots& slots, const syntax::Argument& argument) {
  const auto& parameters = slots.signature.parameters;
  const std::string_view owner = slots.signature.owner;
  const auto most = static_cast<std::size_t>(std::count_if(
      parameters.begin(), parameters.end(), [](const ParameterSpec& spec) { return spec.slot != Slot::kNamed; }));
  std::string message;
  if (most == 0) {
    message = fmt::format("`{}` takes no positional arguments, got {}", owner, value_as_code(argument.value));
  } else if (slots.positional > most) {
    message = fmt::format("`{}` takes at most {} positional argument{}, got one more: {}", owner, most,
                          most == 1 ? "" : "s", value_as_code(argument.value));
  } else {
    message = fmt::format("no parameter of `{}` is left for {}", owner, value_as_code(argument.value));
  }
  reporter_.add(Code::E204, argument.span, std::move(message), "leave it out, or name the parameter it is for");
}

const ParameterSpec* ArgumentReader::named_slot(Slots& slots, const syntax::Argument& argument) {
  const Signature& signature = slots.signature;
  const std::string& name = argument.name->text;
  const auto find = [&](auto matches) {
    const auto found = std::find_if(signature.parameters.begin(), signature.parameters.end(), matches);
    return found == signature.parameters.end() ? nullptr : &*found;
  };
  const ParameterSpec* spec = find([&](const ParameterSpec& each) { return parameter_name(each.parameter) == name; });
  if (spec != nullptr) return spec;

  std::vector<std::string_view> candidates;
  for (const ParameterSpec& each : signature.parameters) candidates.push_back(parameter_name(each.parameter));
  for (const auto& aliases : {signature.aliases, signature.shared_aliases}) {
    for (const ParameterAlias& alias : aliases) {
      spec = find([&](const ParameterSpec& each) { return each.parameter == alias.target; });
      if (spec == nullptr) continue;
      if (alias.name == name) return spec;
      candidates.push_back(alias.name);
    }
  }
  reporter_.add(Code::E202, argument.name->span,
                fmt::format("`{}` has no parameter {}", signature.owner, as_code(name)),
                reporter_.did_you_mean(name, candidates));
  return nullptr;
}

bool ArgumentReader::is_ignored(const Signature& signature, const syntax::Argument& argument) {
  for (const IgnoredParameter& ignored : signature.ignored) {
    if (ignored.name != argument.name->text) continue;
    // A recurrent layer has some of them as parameters, and says itself that they have no effect.
    const auto is_it = [&](const ParameterSpec& spec) { return parameter_name(spec.parameter) == ignored.name; };
    if (std::any_of(signature.parameters.begin(), signature.parameters.end(), is_it)) return false;
    const bool* flag = std::get_if<bool>(&argument.value.data);
    if (!ignored.quiet_when_false || flag == nullptr || *flag) {
      reporter_.add(Code::W415, argument.name->span,
                    fmt::format("`{}` of `{}` is ignored", ignored.name, signature.owner), "leave it out");
    }
    return true;
  }
  return false;
}

void ArgumentReader::set_value(Slots& slots, const ParameterSpec& spec, const syntax::Argument& argument) {
  slots.binding.written.emplace_back(spec.parameter, argument.value.span);
  if (spec.type == ValueType::kLayer) return read_wrapped(slots, spec, argument);
  const PathScope scope(searches_, parameter_name(spec.parameter));
  auto value = read({slots.signature.owner, spec, slots.signature.axes}, argument.value);
  if (value) {
    slots.values.emplace_back(spec.parameter, std::move(*value));
    return;
  }
  slots.binding.failed = true;
  slots.binding.shape_failed = slots.binding.shape_failed || spec.decides_shape;
}

/// A layer of its own is only taken out here; it is expanded like any other.
void ArgumentReader::read_wrapped(Slots& slots, const ParameterSpec& spec, const syntax::Argument& argument) {
  const auto* layer = std::get_if<std::shared_ptr<const syntax::LayerExpression>>(&argument.value.data);
  if (layer != nullptr && !is_open(argument.value)) {
    slots.binding.wrapped = *layer;
    return;
  }
  slots.binding.failed = slots.binding.shape_failed = true;
  if (is_open(argument.value)) return;
  const Target target{slots.signature.owner, spec};
  reporter_.add(Code::E405, argument.value.span,
                fmt::format("{} must be a layer, got {}", target.name(), value_as_code(argument.value)),
                fmt::format("for example `{}(LSTM(32))`", slots.signature.owner));
}

void ArgumentReader::check_missing(Slots& slots) {
  for (std::size_t i = 0; i < slots.signature.parameters.size(); ++i) {
    const ParameterSpec& spec = slots.signature.parameters[i];
    if (slots.bound[i] || !spec.is_required()) continue;
    slots.binding.failed = true;
    slots.binding.shape_failed = slots.binding.shape_failed || spec.decides_shape;
    // After an argument that found no parameter this is no news: it was probably meant.
    if (slots.has_unknown || slots.is_guess) continue;
    const Target target{slots.signature.owner, spec, slots.signature.axes};
    reporter_.add(Code::E205, slots.binding.callee,
                  fmt::format("`{}` requires `{}`", slots.signature.owner, parameter_name(spec.parameter)),
                  target.example());
  }
}

}  // namespace neural::model
