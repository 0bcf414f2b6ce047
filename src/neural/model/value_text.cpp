#include "neural/model/value_text.hpp"

#include <cctype>
#include <charconv>

#include "neural/base/text.hpp"
#include "neural/model/reporter.hpp"

namespace neural::model {
namespace {

/// More than a message shows; what comes after is not written out.
constexpr std::size_t kEnough = 80;

void append(const syntax::Value& value, std::string& text);

void append_all(const std::vector<syntax::Value>& elements, std::string& text) {
  for (std::size_t i = 0; i < elements.size() && text.size() < kEnough; ++i) {
    if (i > 0) text += ", ";
    append(elements[i], text);
  }
}

struct Appender {
  std::string& text;

  void operator()(syntax::NoneLiteral) const { text += "None"; }
  void operator()(bool value) const { text += value ? "true" : "false"; }
  void operator()(std::int64_t value) const { text += std::to_string(value); }
  void operator()(double value) const { text += shortest_double(value); }
  void operator()(const syntax::StringLiteral& value) const { text += '"' + value.text.substr(0, kEnough) + '"'; }
  void operator()(const syntax::TupleValue& value) const {
    text += '(';
    append_all(value.elements, text);
    text += value.elements.size() == 1 ? ",)" : ")";
  }
  void operator()(const syntax::ListValue& value) const {
    text += '[';
    append_all(value.elements, text);
    text += ']';
  }
  void operator()(const std::shared_ptr<const syntax::LayerExpression>& value) const {
    const auto* call = std::get_if<syntax::Call>(&value->callee);
    text += call == nullptr ? "HPO" : call->name.text.substr(0, kEnough);
    if (call == nullptr || call->parenthesised) text += "(…)";
  }
};

void append(const syntax::Value& value, std::string& text) {
  if (text.size() < kEnough) std::visit(Appender{text}, value.data);
}

}  // namespace

std::string value_as_code(const syntax::Value& value) {
  std::string text;
  append(value, text);
  return as_code(text);
}

std::string number_as_code(const syntax::Value& value, const syntax::SourceText& source) {
  const bool is_number = std::holds_alternative<std::int64_t>(value.data) || std::holds_alternative<double>(value.data);
  // The value of a macro's parameter stands where the parameter's name is.
  const std::string_view text = source.text(value.span);
  return is_number && is_number_text(text) ? as_code(text) : value_as_code(value);
}

bool is_number_text(std::string_view text) {
  text = trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.back())) != 0) return false;  // "inf", "nan"
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ptr == text.data() + text.size();
}

const syntax::Value& without_single_tuple(const syntax::Value& value) {
  const syntax::Value* inner = &value;
  for (;;) {
    const auto* tuple = std::get_if<syntax::TupleValue>(&inner->data);
    if (tuple == nullptr || tuple->elements.size() != 1) return *inner;
    inner = &tuple->elements.front();
  }
}

const std::string* word_of(const syntax::Value& value) {
  if (const auto* text = std::get_if<syntax::StringLiteral>(&value.data)) return &text->text;
  const syntax::LayerExpression* layer = value.layer();
  if (layer == nullptr) return nullptr;
  const syntax::Identifier* name = layer->bare_name();
  return name == nullptr ? nullptr : &name->text;
}

}  // namespace neural::model
