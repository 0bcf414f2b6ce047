#include "mutation_sites.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "neural/model/catalogue/catalogue.hpp"
#include "neural/syntax/tokens.hpp"

namespace neural::programs {
namespace {

using syntax::Span;
using syntax::TokenKind;

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// Which word a parameter takes: that of its name, or of the layer's only slot for words.
std::string word_role(std::string_view parameter, std::string_view word) {
  if (parameter.ends_with("activation") || parameter == "function") return "activation";
  if (parameter.ends_with("initializer")) return "initializer";
  if (parameter.empty() && model::activation_names().find(word)) return "activation";
  return "word";
}

class Walk {
 public:
  Walk(const Checked& program, Sites& sites) : program_(program), sites_(sites) {}

  void file() {
    for (const syntax::Macro& macro : program_.file.macros) macros_.insert(macro.name.text);
    for (const syntax::Macro& macro : program_.file.macros) {
      name(macro.name.span, "macro");
      for (const syntax::MacroParameter& parameter : macro.parameters) {
        name(parameter.name.span, "macro parameter");
        parameters_.insert(parameter.name.text);
        if (parameter.default_value) value(*parameter.default_value, {});
      }
      sequence(macro.body.items, macro.name.text);
      parameters_.clear();
    }
    for (const syntax::Network& network : program_.file.networks) this->network(network);
  }

 private:
  void network(const syntax::Network& network) {
    sequence(network.layers, network.name.text);
    if (network.loss) named(*network.loss, "loss");
    if (network.optimizer) named(*network.optimizer, "optimizer");
    for (const syntax::Value& metric : network.metrics) {
      if (const auto* list = std::get_if<syntax::ListValue>(&metric.data)) {
        for (const syntax::Value& element : list->elements) named(element, "metric");
      } else {
        named(metric, "metric");
      }
    }
    for (const syntax::Setting& setting : network.training) {
      name(setting.key.span, "training key");
      const bool is_text = setting.key.text == "save_path" || setting.key.text == "dataset";
      for (const syntax::Value& each : setting.values) {
        if (!is_text) value(each, setting.key.text);
      }
    }
    for (const syntax::Setting& setting : network.execution) name(setting.key.span, "execution key");
  }

  void sequence(const std::vector<syntax::Item>& items, const std::string& owner,
                const syntax::Item* behind = nullptr) {
    SequenceSite site{{}, owner, behind};
    for (const syntax::Item& item : items) {
      site.items.push_back(&item);
      if (const auto* branch = std::get_if<syntax::Branch>(&item.data)) {
        sequence(branch->block.items, owner, behind_fork(items, &item));
      } else {
        layer(std::get<syntax::LayerExpression>(item.data), owner);
      }
    }
    if (!site.items.empty()) sites_.sequences.push_back(std::move(site));
  }

  static const syntax::Item* behind_fork(const std::vector<syntax::Item>& items, const syntax::Item* branch) {
    const syntax::Item* end = items.data() + items.size();
    while (branch != end && std::holds_alternative<syntax::Branch>(branch->data)) ++branch;
    return branch == end ? nullptr : branch;
  }

  /// By its own name.
  static std::string head_of(const syntax::LayerExpression& layer) {
    const auto* call = std::get_if<syntax::Call>(&layer.callee);
    if (call == nullptr) return {};
    const auto found = model::layer_names().find(call->name.text);
    return found ? std::string(found.row->name) : call->name.text;
  }

  void layer(const syntax::LayerExpression& layer, const std::string& owner) {
    if (layer.block() != nullptr) {
      const std::string around = std::exchange(block_, head_of(layer));
      sequence(layer.block()->items, owner);
      block_ = around;
    }
    const auto* call = std::get_if<syntax::Call>(&layer.callee);
    if (call == nullptr) {
      for (const syntax::Value& operand : std::get<syntax::SearchExpression>(layer.callee).operands) {
        if (operand.layer() != nullptr) this->layer(*operand.layer(), owner);
      }
      return;
    }
    const bool is_macro = macros_.contains(call->name.text);
    name(call->name.span, is_macro ? "macro" : "layer");
    const auto found = model::layer_names().find(call->name.text);
    if (!is_macro && (!found || found.row->is_opaque)) return;
    if (!is_macro) required_arguments(*call, *found.row);
    for (const syntax::Argument& argument : call->arguments) {
      if (argument.name) name(argument.name->span, is_macro ? "macro parameter" : "parameter");
      const std::string parameter = argument.name ? argument.name->text : std::string();
      const bool is_free = parameter == "name" || (!is_macro && found.row->name == "Lambda");
      const bool is_layer = !is_macro && found.row->wraps() && argument.value.layer() != nullptr;
      if (is_layer && (parameter == "layer" || parameter.empty())) {
        this->layer(*argument.value.layer(), owner);
      } else if (!is_free) {
        value(argument.value, parameter);
      }
    }
  }

  void required_arguments(const syntax::Call& call, const model::LayerRow& row) {
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      const syntax::Argument& argument = call.arguments[i];
      const bool is_required = std::any_of(row.parameters.begin(), row.parameters.end(), [&](const auto& spec) {
        return spec.is_required() && argument.name && parameter_name(spec.parameter) == argument.name->text;
      });
      const bool is_first = i == 0 && !argument.name && row.parameters.front().is_required();
      if (is_required || is_first) sites_.arguments.push_back({&call, i});
    }
  }

  void value(const syntax::Value& value, const std::string& parameter) {
    using Kind = ValueSite::Kind;
    if (std::holds_alternative<std::int64_t>(value.data) || std::holds_alternative<double>(value.data)) {
      sites_.values.push_back({value.span, Kind::kNumber, block_});
    } else if (std::holds_alternative<bool>(value.data)) {
      sites_.values.push_back({value.span, Kind::kBoolean, block_});
    } else if (std::holds_alternative<syntax::TupleValue>(value.data)) {
      sites_.values.push_back({value.span, Kind::kTuple, block_});
    } else if (const auto* text = std::get_if<syntax::StringLiteral>(&value.data)) {
      sites_.values.push_back({value.span, Kind::kWord, block_});
      name({value.span.begin + 1, value.span.end - 1}, word_role(parameter, text->text));
    } else if (value.layer() != nullptr) {
      expression(*value.layer(), parameter);
    }
  }

  void expression(const syntax::LayerExpression& layer, const std::string& parameter) {
    const auto* call = std::get_if<syntax::Call>(&layer.callee);
    if (call == nullptr) {
      for (const syntax::Value& operand : std::get<syntax::SearchExpression>(layer.callee).operands) {
        value(operand, parameter);
      }
      return;
    }
    if (layer.bare_name() != nullptr) sites_.values.push_back({layer.span, ValueSite::Kind::kWord, block_});
    const bool is_schedule = model::schedule_names().find(call->name.text) && call->parenthesised;
    name(call->name.span, parameters_.contains(call->name.text) ? "macro parameter"
                          : is_schedule                         ? "schedule"
                                                                : word_role(parameter, call->name.text));
    for (const syntax::Argument& argument : call->arguments) {
      if (argument.name) name(argument.name->span, "parameter");
      value(argument.value, argument.name ? argument.name->text : std::string());
    }
  }

  /// A loss, an optimizer or a metric.
  void named(const syntax::Value& value, const std::string& role) {
    if (std::holds_alternative<syntax::StringLiteral>(value.data)) {
      name({value.span.begin + 1, value.span.end - 1}, role);
      return;
    }
    const syntax::LayerExpression* layer = value.layer();
    const auto* call = layer == nullptr ? nullptr : std::get_if<syntax::Call>(&layer->callee);
    if (call == nullptr) return;
    name(call->name.span, role);
    for (const syntax::Argument& argument : call->arguments) {
      if (argument.name) name(argument.name->span, "parameter");
      this->value(argument.value, argument.name ? argument.name->text : std::string());
    }
  }

  void name(Span span, const std::string& role) {
    if (is_name(program_.source.text(span))) sites_.names.push_back({span, role});
  }

  const Checked& program_;
  Sites& sites_;
  std::set<std::string> macros_;
  std::set<std::string> parameters_;
  std::string block_;  ///< the layer in whose block the walk is
};

class Tokens {
 public:
  Tokens(const Checked& program, Sites& sites) : source_(program.source), sites_(sites) {
    syntax::DiagnosticList ignored;
    tokens_ = syntax::tokenize(source_, {0, static_cast<std::uint32_t>(source_.text().size())}, ignored);
  }

  void read() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) read(i);
  }

 private:
  void end_bracket(const syntax::Token& close) {
    const syntax::Span open = open_.back()->span;
    open_.pop_back();
    const syntax::Span around = open_.empty() ? syntax::Span{} : open_.back()->span;
    sites_.brackets.push_back({open, close.span, around});
    sites_.brackets.push_back({close.span, open, around});
  }

  void read(std::size_t at) {
    const syntax::Token& token = tokens_[at];
    switch (token.kind) {
      case TokenKind::kLeftBrace:
        if (open_.empty()) is_network_ = at >= 2 && source_.text(tokens_[at - 2].span) == "network";
        open_.push_back(&token);
        return;
      case TokenKind::kLeftParenthesis:
      case TokenKind::kLeftBracket:
        open_.push_back(&token);
        return;
      case TokenKind::kRightBrace:
        if (open_.size() == 1) end_section(at);
        [[fallthrough]];
      case TokenKind::kRightParenthesis:
      case TokenKind::kRightBracket:
        end_bracket(token);
        return;
      case TokenKind::kComma:
        if (!open_.empty() && open_.back()->kind != TokenKind::kLeftBrace && !is_closing(tokens_[at + 1].kind)) {
          sites_.commas.push_back(token.span);
        }
        return;
      case TokenKind::kIdentifier:
        if (open_.size() == 1 && is_network_ && is_section(at)) {
          sites_.names.push_back({token.span, "section"});
          end_section(at);
          begin_ = at;
        }
        return;
      default:
        return;
    }
  }

  bool is_section(std::size_t at) const {
    const TokenKind next = tokens_[at + 1].kind;
    return (next == TokenKind::kColon || next == TokenKind::kLeftBrace) && syntax::is_section(tokens_[at].word);
  }

  void end_section(std::size_t at) {
    if (begin_ != 0) sites_.sections.push_back({tokens_[begin_].span.begin, tokens_[at - 1].span.end});
    begin_ = 0;
  }

  static bool is_closing(TokenKind kind) {
    return kind == TokenKind::kRightParenthesis || kind == TokenKind::kRightBracket;
  }

  const syntax::SourceText& source_;
  Sites& sites_;
  std::vector<syntax::Token> tokens_;
  std::vector<const syntax::Token*> open_;
  bool is_network_ = false;
  std::size_t begin_ = 0;  ///< of the section that is being read; 0: none
};

}  // namespace

Sites sites_of(const Checked& program) {
  Sites sites;
  Walk(program, sites).file();
  Tokens(program, sites).read();
  return sites;
}

}  // namespace neural::programs
