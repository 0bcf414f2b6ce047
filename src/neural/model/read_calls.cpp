// What may be written as a call: initialisers, regularisers, constraints, schedules.
#include <fmt/format.h>

#include <algorithm>

#include "neural/model/arguments.hpp"
#include "neural/model/value_text.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::model {

using syntax::Code;

template <class Kind>
std::optional<Attribute> ArgumentReader::read_named(const Target& target, const syntax::Value& value,
                                                    const NameIndex<Row<Kind>>& names) {
  const auto call = read_call(value, target.name(), false, reporter_);
  if (!call) return {};
  const auto found = names.find(call->name.text);
  if (!found) return not_a_word(target, value.span, call->name.text, names.spellings());
  // Parameters of what is itself the value of a parameter are not searched over.
  ArgumentReader inner(reporter_, nullptr, macro_, open_);
  Binding binding = inner.bind({.owner = found.row->name, .parameters = found.row->parameters}, *call);
  if (binding.failed) return {};
  return Attribute{Named<Kind>{found.row->kind, std::move(binding.attributes)}};
}

template std::optional<Attribute> ArgumentReader::read_named(const Target&, const syntax::Value&,
                                                             const NameIndex<Row<InitializerKind>>&);
template std::optional<Attribute> ArgumentReader::read_named(const Target&, const syntax::Value&,
                                                             const NameIndex<Row<RegularizerKind>>&);
template std::optional<Attribute> ArgumentReader::read_named(const Target&, const syntax::Value&,
                                                             const NameIndex<Row<ConstraintKind>>&);

std::optional<Attribute> ArgumentReader::read_learning_rate(const Target& target, const syntax::Value& value) {
  const syntax::Value& single = without_single_tuple(value);
  const auto* text = std::get_if<syntax::StringLiteral>(&single.data);
  const bool is_name = (text != nullptr && !is_number_text(text->text)) || single.layer() != nullptr;
  if (!is_name) return read_number(target, value);
  const auto call = read_call(single, target.name(), true, reporter_);
  if (!call) return {};
  const auto* row = find_named(schedule_names(), *call, Code::E210, "a schedule", reporter_);
  if (row == nullptr) return {};
  Binding binding = bind({.owner = row->name, .parameters = row->parameters}, *call);
  if (binding.failed || !check_schedule(binding, row->kind)) return {};
  return Attribute{Schedule{row->kind, std::move(binding.attributes)}};
}

/// One value more than boundaries, which rise.
bool ArgumentReader::check_schedule(const Binding& binding, ScheduleKind kind) {
  if (kind != ScheduleKind::PiecewiseConstantDecay) return true;
  const auto& boundaries = std::get<std::vector<double>>(binding.attributes.at(Parameter::boundaries).value);
  const auto& values = std::get<std::vector<double>>(binding.attributes.at(Parameter::values).value);
  if (values.size() != boundaries.size() + 1) {
    reporter_.add(Code::E303, binding.span_of(Parameter::values),
                  fmt::format("`{}.values` needs {} values, one more than there are boundaries, got {}", binding.owner,
                              boundaries.size() + 1, values.size()),
                  "give one learning rate before each boundary, and one for the rest");
    return false;
  }
  for (std::size_t i = 1; i < boundaries.size(); ++i) {
    if (boundaries[i - 1] < boundaries[i]) continue;
    reporter_.add(
        Code::E302, binding.span_of(Parameter::boundaries),
        fmt::format("`{}.boundaries` must rise, got {} after {}", binding.owner, boundaries[i], boundaries[i - 1]),
        "sort the boundaries");
    return false;
  }
  const auto bad = std::find_if(values.begin(), values.end(), [](double value) { return !(value > 0); });
  if (bad == values.end()) return true;
  reporter_.add(Code::E302, binding.span_of(Parameter::values),
                fmt::format("`{}.values` must be above 0, got {}", binding.owner, *bad), "a learning rate is positive");
  return false;
}

std::optional<syntax::Call> read_call(const syntax::Value& value, std::string_view place, bool quoted_calls,
                                      Reporter& reporter) {
  if (const auto* text = std::get_if<syntax::StringLiteral>(&value.data)) {
    const syntax::Span contents = {value.span.begin + 1, value.span.end - 1};
    if (!quoted_calls || text->text.find('(') == std::string::npos) {
      return syntax::Call{{text->text, quoted_calls ? contents : value.span}, {}, false};
    }
    const std::size_t errors = reporter.diagnostics().error_count();
    const auto inner = syntax::parse_quoted_value(reporter.source(), contents, reporter.diagnostics());
    if (inner && reporter.diagnostics().error_count() == errors) return read_call(*inner, place, false, reporter);
    reporter.count_error();
    return {};
  }
  const syntax::Value& single = without_single_tuple(value);
  if (&single != &value) return read_call(single, place, quoted_calls, reporter);
  const syntax::LayerExpression* layer = value.layer();
  if (layer == nullptr) {
    reporter.add(Code::E301, value.span,
                 fmt::format("{} must be a name or a call, got {}", place, value_as_code(value)));
    return {};
  }
  if (std::holds_alternative<syntax::SearchExpression>(layer->callee)) {
    refuse_search(value.span, place, reporter);
    return {};
  }
  if (layer->suffixes) {
    reporter.add(Code::E405, value.span,
                 fmt::format("{} is a layer expression where {} needs a value", value_as_code(value), place),
                 "leave out the device, the block and the repetition");
    return {};
  }
  return std::get<syntax::Call>(layer->callee);
}

}  // namespace neural::model
