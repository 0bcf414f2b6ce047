// What the research blocks of a file claim, and what of it a program measures. Which measured value a claim is about,
// and which side of the number reaches it, is decided here alone: generated programs and benchmarks carry the answer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "neural/emit/text/program.hpp"
#include "neural/emit/text/python_writer.hpp"
#include "neural/model/model.hpp"
#include "neural/model/research.hpp"

namespace neural::emit {

struct Claim {
  std::string block;               ///< the block's name; empty where it has none
  std::string metric;              ///< as written: "accuracy", "test_loss"
  double value = 0;                ///< what others have reached
  std::optional<std::string> key;  ///< the metric in what `evaluate` returns; none: nothing measures it
  bool less_is_better = false;     ///< reached by at most the value (a loss), else by at least it
};

/// The results as claims about the network, in their order. A metric is found by its key, or by any name or other
/// spelling that the language has for it; the network's loss also by its own name; all of them behind `test_` or
/// `val_`, too.
std::vector<Claim> research_claims(const model::Model& model, std::span<const model::ResearchResult> results);

/// RESEARCH, where there are claims.
void write_research_constant(PythonWriter& writer, const Program& program);

/// compare_with_research(result): a line for each claim. Only where there are claims.
void write_research_function(PythonWriter& writer, const Program& program);

}  // namespace neural::emit
