// The text of a Lambda layer: `x: expr` or `lambda x: expr`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace neural::model {

/// An expression as a list of steps on a stack: operands push, an operator takes its arguments from the top and pushes
/// its result.
struct LambdaStep {
  enum class Kind : std::uint8_t {
    kNumber,
    kInput,  ///< the tensor
    kNegate,
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kPower,
    kAbs,
    kExp,
    kLog,
    kSqrt,
    kSquare,
    kTanh,
    kSigmoid,
    kRelu,
    kMinimum,
    kMaximum,
    kClip,  ///< of (value, low, high)
  };
  Kind kind{};
  double number = 0;
};

/// How many values the step takes from the stack: 1 to 3, of an operand none.
std::size_t operand_count(LambdaStep::Kind kind);

struct LambdaText {
  enum class Kind {
    kNoFunction,  ///< no parameter, or nothing behind it
    kOpaque,      ///< a function of which only the parameter is understood
    kExpression,
  };
  Kind kind = Kind::kNoFunction;
  std::string parameter = {};
  std::vector<LambdaStep> steps = {};  ///< of an expression
};

/// Numbers, the parameter, + − * / **, parentheses, and the functions above, elementwise; ** binds to the right and
/// tighter than a sign before it, as in Python. Linear; nesting beyond 200 is opaque.
LambdaText parse_lambda(std::string_view text);

}  // namespace neural::model
