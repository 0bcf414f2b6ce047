#include "usage.hpp"

#include "neural/base/text.hpp"
#include "neural/model/catalogue/catalogue.hpp"
#include "neural/model/value_text.hpp"
#include "neural/syntax/parser.hpp"
#include "neural/syntax/tokens.hpp"

namespace neural::programs {
namespace {

using model::Attribute;
using model::Attributes;
using model::ParameterSpec;

// ---- networks ----

std::string text_of(const Attribute& attribute);

template <class T>
std::string text_of(const std::vector<T>& values) {
  std::string text = "(";
  for (const T& value : values) text += std::to_string(value) + ",";
  return text + ")";
}

std::string text_of(const model::AnyValue& any) {
  return "any " + std::to_string(any.data.index());
}

std::string text_of(std::string_view name, const Attributes& attributes) {
  std::string text(name);
  for (const auto& [parameter, attribute] : attributes.entries()) text += " " + text_of(attribute);
  return text;
}

struct AttributeText {
  std::string operator()(std::monostate) const { return "None"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return shortest_double(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const model::Shape& value) const { return model::to_string(value); }
  std::string operator()(model::Activation value) const { return std::string(activation_name(value)); }
  std::string operator()(const model::Initializer& value) const {
    return text_of(initializer_name(value.kind), value.parameters);
  }
  std::string operator()(const model::Regularizer& value) const {
    return text_of(regularizer_name(value.kind), value.parameters);
  }
  std::string operator()(const model::Constraint& value) const {
    return text_of(constraint_name(value.kind), value.parameters);
  }
  std::string operator()(const model::Schedule& value) const {
    return text_of(schedule_name(value.kind), value.parameters);
  }
  template <class Other>
  std::string operator()(const Other& value) const {
    return text_of(value);
  }
};

std::string text_of(const Attribute& attribute) {
  return std::visit(AttributeText{}, attribute.value);
}

class Networks {
 public:
  explicit Networks(Usage& usage) : usage_(usage) {}

  void read(const model::Model& network) {
    for (const model::Layer& layer : network.layers) read(layer);
    read("optimizer", optimizer_name(network.optimizer.kind), network.optimizer.parameters, model::optimizer_rows(),
         network.optimizer.kind);
    read("loss", loss_name(network.loss.kind), network.loss.parameters, model::loss_rows(), network.loss.kind);
    for (const model::Metric& metric : network.metrics) read(metric);
  }

 private:
  void read(const model::Layer& layer) {
    const std::string name(layer.type_name());
    usage_.layers.insert(name);
    const model::LayerRow& row = layer_row(layer.kind);
    read(name, layer.attributes, row.parameters, row.spatial_axes());
    if (layer.wrapped != nullptr) {
      usage_.parameters.insert(name + ".layer");
      read(*layer.wrapped);
    }
    if (layer.body() == nullptr) return;
    for (const model::Layer& inner : layer.body()->layers) read(inner);
  }

  void read(const std::string& owner, const Attributes& attributes, std::span<const ParameterSpec> specs,
            std::size_t axes) {
    for (const ParameterSpec& spec : specs) {
      const Attribute* value = attributes.find(spec.parameter);
      if (value == nullptr) continue;
      read_inside(*value);
      if (!spec.is_required() && text_of(*value) == text_of(default_attribute(spec, axes))) continue;
      usage_.parameters.insert(owner + "." + std::string(parameter_name(spec.parameter)));
    }
  }

  template <class RowType, class Kind>
  void read(const std::string& what, std::string_view name, const Attributes& attributes, std::span<const RowType> rows,
            Kind kind) {
    usage_.kinds.insert(what + " " + std::string(name));
    for (const RowType& row : rows) {
      if (row.kind == kind) read(std::string(name), attributes, row.parameters, 1);
    }
  }

  void read(const model::Metric& metric) {
    usage_.kinds.insert("metric " + std::string(metric.name()));
    for (const auto& row : model::metric_rows()) {
      if (row.name == metric.name()) read(std::string(row.name), metric.parameters, row.parameters, 1);
    }
  }

  void read_inside(const Attribute& attribute) {
    const auto& value = attribute.value;
    if (const auto* activation = std::get_if<model::Activation>(&value)) {
      usage_.kinds.insert("activation " + std::string(activation_name(*activation)));
    } else if (const auto* initializer = std::get_if<model::Initializer>(&value)) {
      const auto name = initializer_name(initializer->kind);
      read("initializer", name, initializer->parameters, model::initializer_rows(), initializer->kind);
    } else if (const auto* regularizer = std::get_if<model::Regularizer>(&value)) {
      const auto name = regularizer_name(regularizer->kind);
      read("regularizer", name, regularizer->parameters, model::regularizer_rows(), regularizer->kind);
    } else if (const auto* constraint = std::get_if<model::Constraint>(&value)) {
      const auto name = constraint_name(constraint->kind);
      read("constraint", name, constraint->parameters, model::constraint_rows(), constraint->kind);
    } else if (const auto* schedule = std::get_if<model::Schedule>(&value)) {
      read("schedule", schedule_name(schedule->kind), schedule->parameters, model::schedule_rows(), schedule->kind);
    }
  }

  Usage& usage_;
};

// ---- syntax trees ----

class Trees {
 public:
  Trees(const Checked& program, Usage& usage) : program_(program), usage_(usage) {}

  void read() {
    for (const syntax::Macro& macro : program_.file.macros) {
      for (const syntax::MacroParameter& parameter : macro.parameters) {
        if (parameter.default_value) read(*parameter.default_value, "default of a macro parameter");
      }
      read(macro.body.items);
    }
    for (const syntax::Network& network : program_.file.networks) {
      read(network.layers);
      if (network.loss) read(*network.loss, "loss");
      if (network.optimizer) read(*network.optimizer, "optimizer");
      for (const syntax::Value& metric : network.metrics) read(metric, "metrics");
      for (const syntax::Setting& setting : network.training) read(setting, "train");
      for (const syntax::Setting& setting : network.execution) read(setting, "execution");
    }
  }

 private:
  void read(const std::vector<syntax::Item>& items) {
    for (const syntax::Item& item : items) {
      if (const auto* branch = std::get_if<syntax::Branch>(&item.data)) {
        read(branch->block.items);
      } else {
        read(std::get<syntax::LayerExpression>(item.data), "layer");
      }
    }
  }

  void read(const syntax::Setting& setting, const std::string& block) {
    usage_.parameters.insert(block + "." + setting.key.text);
    if (setting.values.size() > 1) usage_.searches.insert(setting.key.text + " list");
    for (const syntax::Value& value : setting.values) {
      if (std::holds_alternative<syntax::ListValue>(value.data)) usage_.searches.insert(setting.key.text + " list");
      note_word(setting.key.text, value);
      read(value, setting.key.text);
    }
  }

  void read(const syntax::LayerExpression& layer, const std::string& place) {
    if (const auto* search = std::get_if<syntax::SearchExpression>(&layer.callee)) return read(*search, place);
    const auto& call = std::get<syntax::Call>(layer.callee);
    if (layer.block() != nullptr) {
      usage_.blocks.insert(call.name.text);
      read(layer.block()->items);
    }
    for (const syntax::Argument& argument : call.arguments) {
      if (argument.name) note_word(argument.name->text, argument.value);
      if (argument.name && place == "layer") note_written(call.name.text, argument);
      read(argument.value, place_inside(call, argument, place));
    }
  }

  static std::string place_inside(const syntax::Call& call, const syntax::Argument& argument,
                                  const std::string& place) {
    const auto found = model::layer_names().find(call.name.text);
    if (place == "layer" && found && found.row->wraps() && argument.value.layer() != nullptr) return "layer";
    if (place.ends_with("parameter"))
      return model::schedule_names().find(call.name.text) ? "schedule parameter" : "inner";
    if (place == "layer" && !found) return "macro argument";
    return place + " parameter";
  }

  void read(const syntax::SearchExpression& search, const std::string& place) {
    using Kind = syntax::SearchExpression::Kind;
    usage_.searches.insert(place);
    const bool has_step = search.operands.size() == 3;
    usage_.searches.insert(search.kind == Kind::kChoice     ? "choice"
                           : search.kind == Kind::kLogRange ? "log_range"
                           : has_step                       ? "range with step"
                                                            : "range");
    if (search.kind != Kind::kChoice) return;
    for (const syntax::Value& operand : search.operands) {
      const syntax::LayerExpression* layer = operand.layer();
      if (layer != nullptr && std::holds_alternative<syntax::SearchExpression>(layer->callee)) {
        usage_.searches.insert("choice inside a choice");
      }
      read(operand, place);
    }
  }

  void read(const syntax::Value& value, const std::string& place) {
    if (const auto* layer = value.layer()) return read(*layer, place);
    if (const auto* list = std::get_if<syntax::ListValue>(&value.data)) {
      for (const syntax::Value& element : list->elements) read(element, place);
    }
    const auto* text = std::get_if<syntax::StringLiteral>(&value.data);
    if (text == nullptr || text->text.find('(') == std::string::npos) return;
    if (place != "loss" && place != "optimizer" && place != "metrics" && place != "optimizer parameter") return;
    syntax::DiagnosticList ignored;
    const syntax::Span contents = {value.span.begin + 1, value.span.end - 1};
    if (const auto inner = syntax::parse_quoted_value(program_.source, contents, ignored)) {
      usage_.words.insert("quoted call");
      read(*inner, place);
    }
  }

  void note_word(const std::string& parameter, const syntax::Value& value) {
    if (const std::string* word = model::word_of(value)) usage_.words.insert(parameter + "=" + fold(*word));
    if (const syntax::LayerExpression* layer = value.layer()) {
      const auto* search = std::get_if<syntax::SearchExpression>(&layer->callee);
      if (search == nullptr) return;
      for (const syntax::Value& operand : search->operands) note_word(parameter, operand);
    }
  }

  /// `stateful=true` has no effect on the network, but it is written.
  void note_written(const std::string& layer, const syntax::Argument& argument) {
    const auto found = model::layer_names().find(layer);
    const bool* flag = std::get_if<bool>(&argument.value.data);
    if (found && flag != nullptr && *flag) {
      usage_.parameters.insert(std::string(found.row->name) + "." + argument.name->text);
    }
  }

  const Checked& program_;
  Usage& usage_;
};

void read_spellings(const Checked& program, Usage& usage) {
  const syntax::SourceText& source = program.source;
  syntax::DiagnosticList ignored;
  const syntax::Span whole = {0, static_cast<std::uint32_t>(source.text().size())};
  for (const syntax::Token& token : syntax::tokenize(source, whole, ignored)) {
    std::string text(source.text(token.span));
    if (token.kind == syntax::TokenKind::kString) text = syntax::decode_string(text);
    if (token.kind != syntax::TokenKind::kString && token.kind != syntax::TokenKind::kIdentifier) continue;
    usage.spellings.insert(text);
    usage.spellings.insert(fold(text));
  }
}

}  // namespace

Usage usage_of(const std::vector<Checked>& programs) {
  Usage usage;
  for (const Checked& program : programs) {
    for (const auto& network : program.networks) {
      if (network) Networks(usage).read(*network);
    }
    Trees(program, usage).read();
    read_spellings(program, usage);
    for (const syntax::Diagnostic& found : program.diagnostics.sorted()) {
      usage.codes.insert(std::string(code_name(found.code)));
    }
  }
  return usage;
}

}  // namespace neural::programs
