#include "neural/cli/bench_progress.hpp"

#include <fmt/format.h>

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

std::string sentence(const Progress& progress) {
  std::string text = fmt::format("[{}/{}] {}: {} ({})", progress.cell_number, progress.cells, printable(progress.cell),
                                 stage_of(progress), name_of(progress.side));
  if (progress.ratio) text += fmt::format(", ratio {:.3f}", *progress.ratio);
  if (progress.seconds_left) text += fmt::format(", {} left", minutes_text(*progress.seconds_left));
  return text;
}

}  // namespace

BenchProgress::BenchProgress(bool shown) : shown_(shown), line_(shown) {}

void BenchProgress::notice(const std::string& text) {
  line_.notice(text);
}

void BenchProgress::run_started(const Progress& progress) {
  // A log does not need a line for each of the two sides.
  line_.show(sentence(progress), fmt::format("{} {}", progress.cell, stage_of(progress)));
}

void BenchProgress::cell_finished(const std::string& cell, const std::string& error) {
  line_.clear();
  if (!error.empty()) {
    tell(fmt::format("{}: INVALID: {}\n", printable(cell), printable(error)));
  } else if (shown_) {
    tell(fmt::format("{}: done\n", printable(cell)));
  }
}

}  // namespace neural::cli
