#include "neural/cli/progress_line.hpp"

#include <fmt/format.h>

#include <cmath>

#include "neural/base/text.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {

std::string minutes_text(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  return whole < 60 ? fmt::format("{} s", whole) : fmt::format("{} min {:02} s", whole / 60, whole % 60);
}

ProgressLine::ProgressLine(bool shown) : shown_(shown), terminal_(is_terminal(stderr)) {}

ProgressLine::~ProgressLine() {
  clear();
}

void ProgressLine::clear() {
  if (open_) tell("\r\033[K");
  open_ = false;
}

void ProgressLine::show(const std::string& sentence, const std::string& stage) {
  if (!shown_) return;
  if (terminal_) {
    clear();
    tell(sentence);
    open_ = true;
    return;
  }
  constexpr int kEvery = 10;
  const bool skipped = stage.empty() ? told_++ % kEvery != 0 : stage == last_stage_;
  last_stage_ = stage;
  if (!skipped) tell(sentence + "\n");
}

void ProgressLine::notice(const std::string& sentence) {
  clear();
  tell(fmt::format("neural: {}\n", printable(sentence)));
}

}  // namespace neural::cli
