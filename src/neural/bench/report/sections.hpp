// The parts of a report, in the order in which they stand. Each is made from the results document alone, takes any
// document, and ends with a blank line.
#pragma once

#include <string>

#include "neural/base/json.hpp"

namespace neural::bench::report {

/// The answer: a sentence for each kind of contender, and how sure it is.
std::string answer_section(const Json& results);

/// The table of all comparisons.
std::string summary_section(const Json& results);

/// What could not be measured, why, and what to do; empty if there is nothing.
std::string unmeasured_section(const Json& results);

/// What speaks against the figures above.
std::string weak_points_section(const Json& results);

/// Training time, total time, epoch and step time.
std::string time_sections(const Json& results);

/// Peak memory and the memory of training.
std::string memory_sections(const Json& results);

/// Accuracy, loss, and their course over the epochs.
std::string quality_sections(const Json& results);

/// What compiling costs, and what comes before the first step.
std::string overhead_sections(const Json& results);

/// What contenders written with other libraries cost; empty where none was measured.
std::string abstraction_section(const Json& results);

/// The parity certificates.
std::string parity_section(const Json& results);

/// The ratios of other sessions, and what their machines have otherwise; empty where the document knows of none.
std::string trend_section(const Json& results);

/// Every setting a process was given or found, with its value on each side; empty where none is known.
std::string settings_section(const Json& results);

/// How it was measured: order, intervals, what a time holds, machine, versions, and how to repeat it.
std::string protocol_section(const Json& results);
std::string machine_section(const Json& results);
std::string reading_section(const Json& results);

}  // namespace neural::bench::report
