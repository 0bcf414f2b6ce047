// What `neural bench` shows while it measures: one line that is rewritten on a terminal, plain lines elsewhere.
#pragma once

#include <string>

#include "neural/bench/plan/observer.hpp"

namespace neural::cli {

class BenchProgress : public bench::plan::Observer {
 public:
  /// `shown` is false for --no-progress: notices and broken cells are still told.
  explicit BenchProgress(bool shown);
  ~BenchProgress() override;

  void notice(const std::string& text) override;
  void run_started(const bench::plan::Progress& progress) override;
  void cell_finished(const std::string& cell, const std::string& error) override;

 private:
  void clear_line();

  bool shown_;
  bool terminal_;
  bool line_open_ = false;
  std::string last_stage_;
};

}  // namespace neural::cli
