// What may be written as a call: initialisers, regularisers, constraints, schedules.
#include <fmt/format.h>

#include "neural/model/arguments.hpp"
#include "neural/model/value_text.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::model {

using syntax::Code;

std::optional<Attribute> ArgumentReader::read_initializer(const Target& target, const syntax::Value& value) {
  const auto call = read_call(value, target.name(), false, reporter_);
  if (!call) return {};
  const auto found = initializer_names().find(call->name.text);
  if (!found) return not_a_word(target, value.span, call->name.text, initializer_names().spellings());
  Binding binding = bind({.owner = found.row->name, .parameters = found.row->parameters}, *call);
  if (binding.failed) return {};
  return Attribute{Initializer{*found.row->kind, std::move(binding.attributes)}};
}

std::optional<Attribute> ArgumentReader::read_known(const Target& target, const syntax::Value& value,
                                                    const NameIndex<KnownRow>& names, std::string_view plural) {
  const auto call = read_call(value, target.name(), false, reporter_);
  if (!call) return {};
  const auto found = names.find(call->name.text);
  if (!found) return not_a_word(target, value.span, call->name.text, names.spellings());
  reporter_.unavailable(value.span, fmt::format("{} such as `{}` are", plural, found.row->name));
  return {};
}

std::optional<Attribute> ArgumentReader::read_learning_rate(const Target& target, const syntax::Value& value) {
  const syntax::Value& single = without_single_tuple(value);
  const auto* text = std::get_if<syntax::StringLiteral>(&single.data);
  const bool is_name = (text != nullptr && !is_number_text(text->text)) || single.layer() != nullptr;
  if (!is_name) return read_number(target, value);
  const auto call = read_call(single, target.name(), true, reporter_);
  if (!call) return {};
  const auto found = schedule_names().find(call->name.text);
  if (found) {
    reporter_.unavailable(call->name.span, fmt::format("learning-rate schedules such as `{}` are", found.row->name));
  } else {
    reporter_.add(Code::E210, call->name.span, fmt::format("{} is not a schedule", as_code(call->name.text)),
                  reporter_.did_you_mean(call->name.text, schedule_names().spellings()));
  }
  return {};
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
  const syntax::LayerExpression* layer = value.layer();
  if (layer == nullptr) {
    reporter.add(Code::E301, value.span,
                 fmt::format("{} must be a name or a call, got {}", place, value_as_code(value)));
    return {};
  }
  if (std::holds_alternative<syntax::SearchExpression>(layer->callee)) {
    reporter.unavailable(value.span, "search expressions (`HPO`) are");
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
