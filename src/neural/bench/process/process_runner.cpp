#include "neural/bench/process/process_runner.hpp"

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/base/clock.hpp"
#include "neural/bench/process/interrupts.hpp"
#include "neural/bench/process/launch.hpp"
#include "neural/bench/process/machine_load.hpp"

namespace neural::bench::process {
namespace {

/// What the machine did besides while one or two processes ran.
class LoadMeter {
 public:
  /// Tells each ending of it.
  void record(std::vector<Ending>& endings) const {
    const MachineLoad after = read_machine_load();
    const double elapsed = static_cast<double>(monotonic_ns() - begin_ns_) * 1e-9;
    double ours = own_cpu_seconds() - own_seconds_, wall = 0;
    for (const Ending& ending : endings) {
      ours += ending.user_seconds + ending.system_seconds;
      wall += ending.wall_seconds;
    }
    if (wall <= 0 || elapsed <= 0) return;
    const double foreign = after.busy_seconds - before_.busy_seconds - ours;
    const double steal = std::max(0.0, after.steal_seconds - before_.steal_seconds);
    for (Ending& ending : endings) {
      ending.steal_seconds = steal * ending.wall_seconds / wall;
      ending.foreign_cpu_share = std::max(0.0, foreign) / elapsed;
      ending.cpu_pressure_share = (after.pressure_seconds - before_.pressure_seconds) / elapsed;
    }
  }

 private:
  MachineLoad before_ = read_machine_load();
  double own_seconds_ = own_cpu_seconds();
  std::int64_t begin_ns_ = monotonic_ns();
};

using Launches = std::vector<std::unique_ptr<Launch>>;

/// Until one of the two, both of which are stopped, has ended.
Status take_turns(const Launches& launches, double seconds) {
  for (std::size_t turn = 0; !launches[0]->ended() && !launches[1]->ended(); ++turn) {
    Launch& launch = *launches[turn % 2];
    launch.resume();
    NEURAL_TRY(launch.watch(launch.elapsed() + seconds));
    launch.pause();
  }
  return done();
}

/// Each process as far as it has the machine for itself, then both in turns, then what is left of one.
Status see_to_the_end(const std::array<Command, 2>& commands, const Turns& turns, double grace, Launches& launches) {
  for (const Command& command : commands) {
    launches.push_back(NEURAL_TRY(Launch::start(command, grace, turns)));
    NEURAL_TRY(launches.back()->watch_for_event());
    if (!launches.back()->is_ready()) break;
  }
  if (launches.size() == 2) NEURAL_TRY(take_turns(launches, turns.seconds));
  for (const auto& launch : launches) {
    launch->resume();
    NEURAL_TRY(launch->watch());
  }
  return done();
}

}  // namespace

Expected<Ending> ProcessRunner::run(const Command& command) {
  NEURAL_CHECK(command.timeout_seconds > 0, "a process without a limit of time");
  const Interrupts interrupts;
  NEURAL_TRY(Interrupts::check());
  const LoadMeter meter;
  const auto launch = NEURAL_TRY(Launch::start(command, grace_seconds_));
  NEURAL_TRY(launch->watch());
  std::vector<Ending> endings = {launch->finish()};
  meter.record(endings);
  return endings.front();
}

Expected<std::vector<Ending>> ProcessRunner::run_in_turns(const std::array<Command, 2>& commands, const Turns& turns) {
  NEURAL_CHECK(turns.seconds > 0 && !turns.after.empty(), "turns without a length, or a beginning");
  const Interrupts interrupts;
  NEURAL_TRY(Interrupts::check());
  const LoadMeter meter;
  Launches launches;
  NEURAL_TRY(see_to_the_end(commands, turns, grace_seconds_, launches));
  std::vector<Ending> endings;
  for (const auto& launch : launches) endings.push_back(launch->finish());
  meter.record(endings);
  return endings;
}

}  // namespace neural::bench::process
