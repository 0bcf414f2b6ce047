// What `neural parity` says of the networks it compared.
#pragma once

#include <span>
#include <string>

#include "neural/base/json.hpp"
#include "neural/cli/parity_cases.hpp"

namespace neural::cli {

/// A network that was asked for alone: every check of every comparison.
std::string table_of(const ParityCase& one);

/// A line for one of many: "agreed   model.neural Net  3.1e-07 of gradients, dense/kernel".
std::string line_of(const ParityCase& one);

/// What became of many: how many agreed, and of each kind of check how many there were, and the largest deviation.
std::string summary_of(std::span<const ParityCase> cases);

/// {schema, networks: [certificate with file, outcome, error], summary: {agreed, differ, refused, failed, checks}}
Json certificates_of(std::span<const ParityCase> cases, const ParityOptions& options);

}  // namespace neural::cli
