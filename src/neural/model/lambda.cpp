#include "neural/model/lambda.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "neural/base/text.hpp"

namespace neural::model {
namespace {

using Kind = LambdaStep::Kind;

struct Function {
  std::string_view name;
  Kind kind;
  int arguments;
};

constexpr std::array kFunctions = {
    Function{"abs", Kind::kAbs, 1},         Function{"exp", Kind::kExp, 1},
    Function{"log", Kind::kLog, 1},         Function{"sqrt", Kind::kSqrt, 1},
    Function{"square", Kind::kSquare, 1},   Function{"tanh", Kind::kTanh, 1},
    Function{"sigmoid", Kind::kSigmoid, 1}, Function{"relu", Kind::kRelu, 1},
    Function{"minimum", Kind::kMinimum, 2}, Function{"maximum", Kind::kMaximum, 2},
    Function{"clip", Kind::kClip, 3},
};

constexpr int kDeepest = 200;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view leading_name(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_letter(text[end]) || (end > 0 && is_digit(text[end])))) ++end;
  return text.substr(0, end);
}

/// sum = product { ("+" | "-") product }, product = factor { ("*" | "/") factor }, factor = ("+" | "-") factor | power,
/// power = primary [ "**" factor ].
class Reader {
 public:
  Reader(std::string_view text, std::string_view parameter) : text_(text), parameter_(parameter) {}

  bool read(std::vector<LambdaStep>& steps) {
    const bool sound = sum() && at_end();
    steps = std::move(steps_);
    return sound;
  }

 private:
  void skip_blanks() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t')) text_.remove_prefix(1);
  }
  bool at_end() {
    skip_blanks();
    return text_.empty();
  }
  bool skip_if(std::string_view sign) {
    skip_blanks();
    if (!text_.starts_with(sign)) return false;
    text_.remove_prefix(sign.size());
    return true;
  }
  void push(Kind kind, double number = 0) { steps_.push_back({kind, number}); }

  bool sum() {
    if (!product()) return false;
    for (;;) {
      const bool plus = skip_if("+");
      if (!plus && !skip_if("-")) return true;
      if (!product()) return false;
      push(plus ? Kind::kAdd : Kind::kSubtract);
    }
  }

  bool product() {
    if (!factor()) return false;
    for (;;) {
      skip_blanks();
      if (text_.starts_with("**") || text_.starts_with("//")) return text_.starts_with("**");
      const bool times = skip_if("*");
      if (!times && !skip_if("/")) return true;
      if (!factor()) return false;
      push(times ? Kind::kMultiply : Kind::kDivide);
    }
  }

  bool factor() {
    if (++depth_ > kDeepest) return false;
    bool sound = false;
    if (skip_if("-")) {
      sound = factor();
      push(Kind::kNegate);
    } else if (skip_if("+")) {
      sound = factor();
    } else {
      sound = power();
    }
    --depth_;
    return sound;
  }

  bool power() {
    if (!primary()) return false;
    if (!skip_if("**")) return true;
    if (!factor()) return false;
    push(Kind::kPower);
    return true;
  }

  bool primary() {
    if (skip_if("(")) return sum() && skip_if(")");
    skip_blanks();
    if (text_.empty()) return false;
    if (is_digit(text_.front()) || text_.front() == '.') return number();
    const std::string_view name = leading_name(text_);
    text_.remove_prefix(name.size());
    if (name == parameter_) {
      push(Kind::kInput);
      return true;
    }
    for (const Function& function : kFunctions) {
      if (function.name == name) return call(function);
    }
    return false;
  }

  bool number() {
    double value = 0;
    const auto result = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (result.ec != std::errc()) return false;
    text_.remove_prefix(static_cast<std::size_t>(result.ptr - text_.data()));
    if (!text_.empty() && (is_letter(text_.front()) || is_digit(text_.front()) || text_.front() == '.')) return false;
    push(Kind::kNumber, value);
    return true;
  }

  bool call(const Function& function) {
    if (!skip_if("(")) return false;
    for (int i = 0; i < function.arguments; ++i) {
      if ((i > 0 && !skip_if(",")) || !sum()) return false;
    }
    if (!skip_if(")")) return false;
    push(function.kind);
    return true;
  }

  std::string_view text_;
  std::string_view parameter_;
  std::vector<LambdaStep> steps_;
  int depth_ = 0;
};

}  // namespace

std::size_t operand_count(LambdaStep::Kind kind) {
  switch (kind) {
    case Kind::kNumber:
    case Kind::kInput:
      return 0;
    case Kind::kAdd:
    case Kind::kSubtract:
    case Kind::kMultiply:
    case Kind::kDivide:
    case Kind::kPower:
    case Kind::kMinimum:
    case Kind::kMaximum:
      return 2;
    case Kind::kClip:
      return 3;
    default:
      return 1;
  }
}

LambdaText parse_lambda(std::string_view text) {
  text = trim(text);
  std::string_view parameter = leading_name(text);
  if (parameter == "lambda" && text.size() > parameter.size() && text[parameter.size()] == ' ') {
    text = trim(text.substr(parameter.size()));
    parameter = leading_name(text);
  }
  if (parameter.empty() || parameter == "lambda") return {};
  text = trim(text.substr(parameter.size()));
  if (!text.starts_with(':')) return {};
  text = trim(text.substr(1));
  if (text.empty()) return {};
  LambdaText result{LambdaText::Kind::kOpaque, std::string(parameter)};
  if (Reader(text, parameter).read(result.steps)) {
    result.kind = LambdaText::Kind::kExpression;
  } else {
    result.steps.clear();
  }
  return result;
}

}  // namespace neural::model
