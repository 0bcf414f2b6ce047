// Sequences of layers, and forks: branches beside each other.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "neural/model/graph_inference.hpp"

namespace neural::model {
namespace {

using syntax::Code;

}  // namespace

void GraphInference::run(const Sequence& sequence, const std::string& suffix) {
  if (outer_ == nullptr && layers_.empty()) layers_.reserve(sequence.size());
  for (std::size_t i = 0; i < sequence.size();) {
    std::size_t end = i;
    while (end < sequence.size() && sequence[end].branch != nullptr) ++end;
    if (end > i) {
      fork(std::span(sequence).subspan(i, end - i), suffix);
      i = end;
    } else {
      apply(sequence[i++], suffix);
    }
  }
}

void GraphInference::fork(std::span<const Placement> branches, const std::string& suffix) {
  check_labels(branches);
  const std::vector<OpenTensor> before = std::exchange(open_, {});
  const std::vector<std::optional<std::size_t>> starts = starts_of(branches, before);
  std::vector<std::size_t> takers(before.size());
  for (const auto& start : starts) {
    if (start) ++takers[*start];
  }
  std::vector<OpenTensor> ends;
  for (std::size_t i = 0; i < branches.size(); ++i) {
    const BoundBranch& branch = *branches[i].branch;
    const UseScope scope(network_.reporter(), branch.use);
    open_ = {OpenTensor{}};
    if (starts[i]) {
      open_.front() = before[*starts[i]];
      open_.front().input.reset();
      open_.front().branch = branch.label;  // until a layer takes it
      open_.front().is_shared = open_.front().is_shared || takers[*starts[i]] > 1;
    }
    run(branch.body, branches[i].suffix + suffix);
    ends.push_back(finish(branch.span, fmt::format("branch {}", as_code(branch.label))));
  }
  // Where it is not known which tensor a branch was meant to take, none is known to be untouched.
  const bool all_known = std::all_of(starts.begin(), starts.end(), [](const auto& start) { return start.has_value(); });
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (takers[i] == 0 && all_known) ends.push_back(before[i]);
  }
  open_ = std::move(ends);
}

/// E213 for the first label that is there twice.
void GraphInference::check_labels(std::span<const Placement> branches) {
  std::unordered_map<std::string_view, syntax::Span> labels;
  for (const Placement& placement : branches) {
    const BoundBranch& branch = *placement.branch;
    const auto [first, is_new] = labels.try_emplace(branch.label, branch.span);
    if (is_new) continue;
    const UseScope scope(network_.reporter(), branch.use);
    if (first->second.begin == branch.span.begin) {
      network_.reporter().add(
          Code::E213, branch.span,
          fmt::format("the branch {} stands beside itself: its fork is repeated", as_code(branch.label)),
          "merge the branches before they are repeated, for example with `Concatenate`");
    } else {
      network_.reporter().add(
          Code::E213, branch.span, fmt::format("the branch {} is already defined", as_code(branch.label)),
          "every branch of a fork needs a label of its own", {{"the first branch of this label", first->second}});
    }
    return;
  }
}

/// For each branch the open input of its name, else the only open tensor; E507.
std::vector<std::optional<std::size_t>> GraphInference::starts_of(std::span<const Placement> branches,
                                                                  const std::vector<OpenTensor>& before) {
  std::unordered_map<std::string_view, std::size_t> inputs;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i].input) inputs.try_emplace(network_.inputs()[*before[i].input].input.name, i);
  }
  std::vector<std::optional<std::size_t>> starts;
  for (const Placement& placement : branches) {
    const BoundBranch& branch = *placement.branch;
    const auto input = inputs.find(branch.label);
    if (input != inputs.end()) {
      starts.emplace_back(input->second);
    } else if (before.size() == 1) {
      starts.emplace_back(0);
    } else {
      const UseScope scope(network_.reporter(), branch.use);
      network_.reporter().add(
          Code::E507, branch.span,
          fmt::format("{} tensors are open, and branch {} is named after none of them: {}", before.size(),
                      as_code(branch.label), text_of(before)),
          "label the branch with the name of the input it begins with, or merge the tensors before it");
      starts.emplace_back();
    }
  }
  return starts;
}

OpenTensor GraphInference::finish(syntax::Span place, std::string_view what) {
  if (open_.size() > 1) {
    network_.reporter().add(Code::E507, place,
                            fmt::format("{} tensors are open at the end of {}: {}", open_.size(), what, text_of(open_)),
                            "merge them, for example with `Concatenate` or `Add`");
    return {};
  }
  return open_.front();
}

}  // namespace neural::model
