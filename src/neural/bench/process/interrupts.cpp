#include "neural/bench/process/interrupts.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>

#include "neural/base/check.hpp"

namespace neural::bench::process {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t received = 0;
int wake_descriptor = -1;
int depth = 0;
std::array<struct sigaction, kSignals.size()> former{};

void remember(int signal) {
  received = signal;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_descriptor, &one, sizeof one);
}

}  // namespace

Interrupts::Interrupts() {
  if (depth++ > 0) return;
  received = 0;
  wake_descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  NEURAL_CHECK(wake_descriptor >= 0, "no descriptor is left to wait for signals");
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &former[i]);
    if (former[i].sa_handler == SIG_IGN) continue;
    struct sigaction action{};
    action.sa_handler = remember;
    action.sa_flags = SA_RESTART;
    sigaction(kSignals[i], &action, nullptr);
  }
}

Interrupts::~Interrupts() {
  if (--depth > 0) return;
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &former[i], nullptr);
  ::close(wake_descriptor);
  wake_descriptor = -1;
}

Status Interrupts::check() {
  if (depth == 0 || received == 0) return done();
  return fail(ErrorCode::kInterrupted, "interrupted",
              "every finished run is kept: go on with the same command and `--resume`");
}

int Interrupts::descriptor() {
  return wake_descriptor;
}

}  // namespace neural::bench::process
