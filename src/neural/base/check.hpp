// NEURAL_CHECK: a condition only a mistake of ours can break. It stays in every build and ends the program.
#pragma once

#include <string_view>

namespace neural {

/// Prints `file:line: internal error: condition (message)` and aborts.
[[noreturn]] void check_failed(const char* file, int line, std::string_view condition, std::string_view message = {});

}  // namespace neural

/// `NEURAL_CHECK(condition)`, or with a message where the condition does not say what is wrong.
#define NEURAL_CHECK(condition, ...)  \
  ((condition) ? static_cast<void>(0) \
               : ::neural::check_failed(__FILE__, __LINE__, #condition __VA_OPT__(, ) __VA_ARGS__))
