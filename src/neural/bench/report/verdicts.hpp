// What may be claimed of a cell.
#pragma once

#include <string>

#include "neural/bench/report/cell.hpp"
#include "neural/bench/report/samples.hpp"
#include "neural/bench/stats/comparison.hpp"
#include "neural/bench/stats/rule.hpp"

namespace neural::bench::report {

/// What a session promises for each of its cells.
struct Promise {
  stats::Rule rule;
  /// Processes a side that fit all rows.
  std::size_t memory_processes = 1;
};

/// What a cell's runs give.
struct Measurements {
  PairTimes pairs;
  PeakMemory neural_memory;
  PeakMemory native_memory;
  /// Why both sides do not, or may not, compute the same; empty if they do.
  std::string parity_fault;
};

/// `reason`, and `next`, what to do about it, are empty if the cell is measured completely.
struct Verdicts {
  /// Of the pairs' epoch times.
  stats::Comparison time;
  stats::Comparison memory;
  /// Why nothing of the cell may be compared, training's outcome included; empty if it may.
  std::string fault;
  std::string reason;
  std::string next;
};

/// A run that failed, a file that cannot be read, sides that do not compute the same, a series of pairs that broke off
/// between two looks, and missing processes make the verdicts they bear on INVALID.
Verdicts judge_cell(const Cell& cell, const Measurements& measurements, const Promise& promise);

}  // namespace neural::bench::report
