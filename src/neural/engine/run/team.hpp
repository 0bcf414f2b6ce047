// Threads that take every step together.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace neural::engine {

/// Where all threads of a team wait for each other: some microseconds by spinning, then asleep, so that a busy
/// processor is not kept from the one that is waited for.
class Barrier {
 public:
  explicit Barrier(int threads) : threads_(threads) {}
  void wait();

 private:
  const int threads_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> turn_{0};
};

/// The threads but the first, which is the caller's, live as long as the team. Within `run` they treat denormal numbers
/// as zero, which makes no difference to training and much to its speed; the caller's own setting comes back.
class Team {
 public:
  explicit Team(int threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return static_cast<int>(others_.size()) + 1; }

  /// Calls `work` with 0 … size - 1, each on its own thread, and returns when all have returned.
  void run(const std::function<void(int thread)>& work);

  /// Within `run`, called by all of them: none goes on before the last has come.
  void wait() { barrier_.wait(); }

 private:
  void live(int thread);

  Barrier barrier_;
  std::vector<std::thread> others_;
  const std::function<void(int)>* work_ = nullptr;
  std::atomic<std::uint32_t> begun_{0};
  std::atomic<bool> is_ending_{false};
};

/// That this process may use.
int processors();

/// The part of `count` things that thread `thread` of `threads` takes: neighbours, and as evenly as `grain` allows.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};
Range share_of(std::int64_t count, int thread, int threads, std::int64_t grain = 1);

}  // namespace neural::engine
