#include "neural/cli/bench_progress.hpp"

#include <fmt/format.h>

#include <cmath>

#include "neural/base/text.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {
namespace {

using bench::plan::Progress;
using bench::process::Task;

std::string stage_of(const Progress& progress) {
  switch (progress.task) {
    case Task::kParity:
      return "parity";
    case Task::kFull:
      return "full run";
    case Task::kPair:
      return fmt::format("pair {} of {}", progress.pair, progress.pairs);
    case Task::kMemory:
      return "memory";
  }
  return "";
}

std::string minutes(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  return whole < 60 ? fmt::format("{} s", whole) : fmt::format("{} min {:02} s", whole / 60, whole % 60);
}

std::string sentence(const Progress& progress) {
  std::string text = fmt::format("[{}/{}] {}: {} ({})", progress.cell_number, progress.cells, printable(progress.cell),
                                 stage_of(progress), name_of(progress.side));
  if (progress.ratio) text += fmt::format(", ratio {:.3f}", *progress.ratio);
  if (progress.seconds_left) text += fmt::format(", {} left", minutes(*progress.seconds_left));
  return text;
}

}  // namespace

BenchProgress::BenchProgress(bool shown) : shown_(shown), terminal_(is_terminal(stderr)) {}

BenchProgress::~BenchProgress() {
  clear_line();
}

void BenchProgress::clear_line() {
  if (line_open_) tell("\r\033[K");
  line_open_ = false;
}

void BenchProgress::notice(const std::string& text) {
  clear_line();
  tell(fmt::format("neural: {}\n", printable(text)));
}

void BenchProgress::run_started(const Progress& progress) {
  if (!shown_) return;
  if (terminal_) {
    clear_line();
    tell(sentence(progress));
    line_open_ = true;
    return;
  }
  // A log does not need a line for each of the two sides.
  std::string stage = fmt::format("{} {}", progress.cell, stage_of(progress));
  if (stage == last_stage_) return;
  last_stage_ = std::move(stage);
  tell(sentence(progress) + "\n");
}

void BenchProgress::cell_finished(const std::string& cell, const std::string& error) {
  clear_line();
  if (!error.empty()) {
    tell(fmt::format("{}: INVALID: {}\n", printable(cell), printable(error)));
  } else if (shown_) {
    tell(fmt::format("{}: done\n", printable(cell)));
  }
}

}  // namespace neural::cli
