// The expression of a Lambda in Python.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace neural::emit::tensorflow {

struct LambdaExpression {
  std::string text;  ///< `ops.clip(x / 255.0 - 0.5, -0.5, 0.5)`
  bool uses_ops = false;
};

/// The function `text` of the variable `tensor`; empty for one without built-in meaning. Numbers among themselves are
/// computed here. Nothing of the text is copied.
std::optional<LambdaExpression> lambda_expression(std::string_view text, std::string_view tensor);

}  // namespace neural::emit::tensorflow
