// What `neural bench` shows while it measures.
#pragma once

#include <string>

#include "neural/bench/plan/observer.hpp"
#include "neural/cli/progress_line.hpp"

namespace neural::cli {

class BenchProgress : public bench::plan::Observer {
 public:
  /// `shown` is false for --no-progress: notices and broken cells are still told.
  explicit BenchProgress(bool shown);

  void notice(const std::string& text) override;
  void run_started(const bench::plan::Progress& progress) override;
  void cell_finished(const std::string& cell, const std::string& error) override;

 private:
  bool shown_;
  ProgressLine line_;
};

}  // namespace neural::cli
