#include "neural/cli/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "neural/base/files.hpp"

namespace neural::cli {

bool is_terminal(std::FILE* stream) {
  return ::isatty(::fileno(stream)) == 1;
}

bool wants_color(std::FILE* stream) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  return is_terminal(stream) && terminal != nullptr && std::string_view(terminal) != "dumb";
}

std::size_t terminal_width(std::FILE* stream) {
  constexpr std::size_t kNarrowest = 40;
  struct winsize size{};
  if (!is_terminal(stream) || ::ioctl(::fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 0;
  return std::max<std::size_t>(kNarrowest, size.ws_col);
}

std::string decapitalised(std::string_view text) {
  std::string result(text);
  if (result.size() > 1 && result[0] >= 'A' && result[0] <= 'Z' && !(result[1] >= 'A' && result[1] <= 'Z')) {
    result[0] = static_cast<char>(result[0] - 'A' + 'a');
  }
  while (!result.empty() && (result.back() == '.' || result.back() == '\n')) result.pop_back();
  return result;
}

void tell(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void print_error(std::string_view message) {
  const bool color = wants_color(stderr);
  tell(fmt::format("neural: {}error:{} {}\n", color ? "\033[1;31m" : "", color ? "\033[0m" : "", message));
}

void print_error(const Error& error) {
  std::string text = error.message;
  if (!error.help.empty()) text += "\n  = help: " + error.help;
  print_error(text);
}

Status print_result(std::string_view text) {
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) return tl::unexpected(system_error("cannot write to standard output", errno));
  return done();
}

}  // namespace neural::cli
