// `Expected<T>`: a value, or the reason the outside world did not give one (file, process, database, network).
// Mistakes in a user's program are diagnostics (syntax/diagnostics.hpp); our own mistakes are NEURAL_CHECK.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace neural {

/// What kind of thing went wrong: decides the exit code (usage and environment are 2, measurement is 3).
enum class ErrorCode { kUsage, kNotFound, kPermission, kNoSpace, kIo, kCorrupt, kProcess, kMeasurement, kInterrupted };

/// A failure of the outside world. `message` names the thing (a path, a command) and says what was seen, in lower case
/// and without a full stop; `help` says what to do next, and may be empty.
struct Error {
  ErrorCode code = ErrorCode::kIo;
  std::string message;
  std::string help;

  /// The same failure, told from one level further out: "`context`: message".
  Error within(std::string_view context) const { return {code, std::string(context) + ": " + message, help}; }
};

template <class T>
class [[nodiscard]] Expected : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;

  /// The value, moved out; for `Expected<void>` nothing. Only for NEURAL_TRY.
  T take() && {
    if constexpr (!std::is_void_v<T>) return std::move(**this);
  }
};

/// For a function that gives no value but may fail: `return done();`.
using Status = Expected<void>;
inline Status done() {
  return {};
}

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string help = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(help)});
}

}  // namespace neural

/// The value of an `Expected`, or a return of its error: `auto text = NEURAL_TRY(read_file(path));`. Not inside
/// braces or arguments behind a value that owns memory: GCC does not destroy what stands before it when it returns.
#define NEURAL_TRY(expression)                                                             \
  __extension__({                                                                          \
    auto neural_try_result = (expression);                                                 \
    if (!neural_try_result) return ::tl::unexpected(std::move(neural_try_result).error()); \
    std::move(neural_try_result).take();                                                   \
  })
