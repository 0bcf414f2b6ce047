#include "neural/bench/process/runner.hpp"

namespace neural::bench::process {

Expected<std::vector<Ending>> Runner::run_in_turns(const std::array<Command, 2>& commands,
                                                   [[maybe_unused]] const Turns& turns) {
  std::vector<Ending> endings;
  for (const Command& command : commands) endings.push_back(NEURAL_TRY(run(command)));
  return endings;
}

}  // namespace neural::bench::process
