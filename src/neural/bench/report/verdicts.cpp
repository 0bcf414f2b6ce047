#include "neural/bench/report/verdicts.hpp"

#include <fmt/format.h>

#include <string_view>

#include "neural/bench/stats/compare.hpp"

namespace neural::bench::report {
namespace {

constexpr std::string_view kInterrupted = "interrupted";
constexpr std::string_view kBudget = "the budget";

/// What stands in the way of any verdict, parity aside; empty if nothing does.
std::string cell_fault(const Cell& cell) {
  if (!cell.error.empty()) return cell.error;
  for (const char* name : {"parity_neural", "parity_native", "full_neural", "full_native"}) {
    const Run* run = find_run(cell.runs, name);
    if (run == nullptr) return fmt::format("{}: there is no `raw/{}/{}`", kInterrupted, cell.name, name);
    if (!run->valid) return run->reason;
  }
  return {};
}

std::string pairs_fault(const PairTimes& pairs, const stats::Rule& rule) {
  if (!pairs.fault.empty()) return pairs.fault;
  const stats::NextAction action = stats::next_action(epochs_of(pairs.neural), epochs_of(pairs.native), rule);
  if (action.stop != stats::Stop::kNo) return {};
  const std::size_t measured = pairs.neural.size();
  return fmt::format("{} after {} of {} pairs", kInterrupted, measured,
                     measured + static_cast<std::size_t>(action.pairs));
}

std::string memory_fault(const Measurements& measurements, std::size_t processes) {
  for (const PeakMemory* memory : {&measurements.neural_memory, &measurements.native_memory}) {
    if (!memory->fault.empty()) return memory->fault;
    if (memory->peak.size() < processes) {
      return fmt::format("{} after {} of {} processes that fit all rows", kInterrupted, memory->peak.size(), processes);
    }
  }
  return {};
}

std::string next_step(const std::string& reason) {
  if (reason.empty()) return {};
  if (reason.starts_with(kBudget)) return "measure again with a larger `--budget`, or with fewer models in it";
  if (reason.starts_with(kInterrupted)) return "go on with `neural bench --resume` and the same `--output`";
  return "read the log or the file that is named, correct what it says, and measure again";
}

}  // namespace

Verdicts judge_cell(const Cell& cell, const Measurements& measurements, const Promise& promise) {
  const std::string fault = cell_fault(cell);
  if (!fault.empty()) {
    return {stats::invalid_comparison(fault), stats::invalid_comparison(fault), fault, fault, next_step(fault)};
  }
  if (const std::string& parity = measurements.parity_fault; !parity.empty()) {
    return {stats::invalid_comparison(parity), stats::invalid_comparison(parity), parity, parity,
            "make both programs compute the same (the parity certificate says where they part), and measure again"};
  }
  const PairTimes& pairs = measurements.pairs;
  const std::string time = pairs_fault(pairs, promise.rule);
  const std::string memory = memory_fault(measurements, promise.memory_processes);
  Verdicts verdicts;
  verdicts.reason = time.empty() ? memory : time;
  verdicts.next = next_step(verdicts.reason);
  verdicts.time = time.empty() ? stats::compare_times(epochs_of(pairs.neural), epochs_of(pairs.native), promise.rule,
                                                      {.sequential = false, .noisy = pairs.noisy})
                               : stats::invalid_comparison(time);
  verdicts.memory = memory.empty()
                        ? stats::compare_memory(measurements.neural_memory.peak, measurements.native_memory.peak)
                        : stats::invalid_comparison(memory);
  return verdicts;
}

}  // namespace neural::bench::report
