#include "neural/cli/history_recorder.hpp"

#include "neural/bench/history/record.hpp"

namespace neural::cli {

HistoryRecorder::HistoryRecorder(std::filesystem::path history, std::filesystem::path results)
    : path_(std::move(history)), results_(std::move(results)) {}

Status HistoryRecorder::open() {
  if (history_) return done();
  history_ = NEURAL_TRY(bench::history::History::open(path_, true));
  return done();
}

Status HistoryRecorder::add(const std::string& cell, const std::string& run) {
  NEURAL_TRY(open());
  if (session_ == 0) session_ = NEURAL_TRY(bench::history::record_session(*history_, results_));
  return bench::history::record_run(*history_, session_, results_, cell, run);
}

Expected<std::int64_t> HistoryRecorder::finish() {
  NEURAL_TRY(open());
  return bench::history::record_folder(*history_, results_);
}

}  // namespace neural::cli
