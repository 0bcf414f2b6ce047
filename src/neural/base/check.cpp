#include "neural/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace neural {

void check_failed(const char* file, int line, std::string_view condition, std::string_view message) {
  std::fprintf(stderr, "%s:%d: internal error: `%.*s` does not hold", file, line, static_cast<int>(condition.size()),
               condition.data());
  if (!message.empty()) std::fprintf(stderr, " (%.*s)", static_cast<int>(message.size()), message.data());
  std::fputc('\n', stderr);
  std::abort();
}

}  // namespace neural
