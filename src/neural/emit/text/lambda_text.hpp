// The expression of a Lambda in Python.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace neural::emit {

/// Whose functions an expression calls.
enum class Functions : std::uint8_t {
  kKeras,  ///< `ops.abs(x)`
  kTorch,  ///< `torch.abs(x)`
};

struct LambdaExpression {
  std::string text;  ///< `ops.clip(x / 255.0 - 0.5, -0.5, 0.5)`
  bool uses_functions = false;
};

/// The function `text` of the variable `tensor`; empty for one without built-in meaning. Numbers among themselves are
/// computed here. Nothing of the text is copied.
std::optional<LambdaExpression> lambda_expression(std::string_view text, std::string_view tensor, Functions functions);

/// What to write where there is none.
inline constexpr const char* kLambdaHelp =
    "use numbers, the name, + - * / **, and abs, exp, log, sqrt, square, tanh, sigmoid, relu, minimum, maximum, clip";

}  // namespace neural::emit
