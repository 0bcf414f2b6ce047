#include "neural/engine/run/team.hpp"

#include <sched.h>

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace neural::engine {
namespace {

/// Some 20 µs: many times what threads of equal work differ by, and less than a turn of the scheduler.
constexpr int kSpins = 4000;

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

/// While it lives, denormal numbers are zero on this thread.
class WithoutDenormals {
 public:
#if defined(__x86_64__)
  WithoutDenormals() : before_(_mm_getcsr()) {
    constexpr unsigned kFlushToZeroAndDenormalsAreZero = 0x8040;
    _mm_setcsr(before_ | kFlushToZeroAndDenormalsAreZero);
  }
  ~WithoutDenormals() { _mm_setcsr(before_); }

 private:
  unsigned before_;
#endif
};

/// Spins, then sleeps, while the value is `old`.
void wait_while(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int i = 0; i < kSpins; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    relax();
  }
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

}  // namespace

void Barrier::wait() {
  if (threads_ == 1) return;
  const std::uint32_t turn = turn_.load(std::memory_order_acquire);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
    arrived_.store(0, std::memory_order_relaxed);
    turn_.store(turn + 1, std::memory_order_release);
    turn_.notify_all();
    return;
  }
  wait_while(turn_, turn);
}

Team::Team(int threads) : barrier_(std::max(threads, 1)) {
  for (int thread = 1; thread < threads; ++thread) others_.emplace_back([this, thread] { live(thread); });
}

Team::~Team() {
  is_ending_.store(true, std::memory_order_release);
  begun_.fetch_add(1, std::memory_order_release);
  begun_.notify_all();
  for (std::thread& other : others_) other.join();
}

void Team::live(int thread) {
  std::uint32_t seen = 0;
  while (true) {
    wait_while(begun_, seen);
    ++seen;
    if (is_ending_.load(std::memory_order_acquire)) return;
    const WithoutDenormals setting;
    (*work_)(thread);
    barrier_.wait();
  }
}

void Team::run(const std::function<void(int)>& work) {
  const WithoutDenormals setting;
  if (others_.empty()) return work(0);
  work_ = &work;
  begun_.fetch_add(1, std::memory_order_release);
  begun_.notify_all();
  work(0);
  barrier_.wait();
}

int processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(CPU_COUNT(&set), 1) : 1;
}

Range share_of(std::int64_t count, int thread, int threads, std::int64_t grain) {
  const std::int64_t grains = (count + grain - 1) / grain;
  const auto bound = [&](std::int64_t of) { return std::min(count, grains * of / threads * grain); };
  return {bound(thread), bound(thread + 1)};
}

}  // namespace neural::engine
