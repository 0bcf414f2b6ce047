// The text of a Lambda that a user lets through as it is, for one command (`--allow-python-lambda`).
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace neural::emit {

struct PythonLambda {
  std::string variable;    ///< an identifier of Python
  std::string expression;  ///< printable ASCII on one line
};

/// `x: expression` or `lambda x: expression`, or the reason why it is not taken: "`;` ends an expression".
///
/// What comes out stays one expression wherever one may stand, so that a text can compute, but neither end the line nor
/// the bracket it stands in: brackets are balanced and strings closed, no comma, colon, `=` or comment stands outside
/// of brackets, and words of statements stand nowhere. Whether Python takes it is for Python to say. Linear.
tl::expected<PythonLambda, std::string> read_python_lambda(std::string_view text);

/// What is said of a text that no program can have.
struct LambdaRefusal {
  std::string message, help;
};

/// The same for a text that is no expression of the language, where the user allows it; `title` is how messages call
/// the backend.
tl::expected<PythonLambda, LambdaRefusal> python_lambda_of(std::string_view text, bool is_allowed,
                                                           std::string_view title);

}  // namespace neural::emit
