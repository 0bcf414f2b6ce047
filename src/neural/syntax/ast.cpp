#include "neural/syntax/ast.hpp"

namespace neural::syntax {

const Identifier* LayerExpression::bare_name() const {
  const Call* call = std::get_if<Call>(&callee);
  const bool bare = call != nullptr && !call->parenthesised && suffixes == nullptr;
  return bare ? &call->name : nullptr;
}

}  // namespace neural::syntax
