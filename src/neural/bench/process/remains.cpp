#include "neural/bench/process/remains.hpp"

#include <poll.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <filesystem>
#include <string>

#include "neural/base/files.hpp"

namespace neural::bench::process {
namespace {

constexpr int kRounds = 300;
constexpr int kRoundMilliseconds = 10;

/// The process a folder of /proc stands for, or 0.
pid_t process_id(const std::string& name) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
  return error == std::errc{} && end == name.data() + name.size() ? pid : 0;
}

bool kill_all_with(std::string_view token) {
  bool found = false;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const pid_t pid = process_id(entry->path().filename().string());
    if (pid == 0 || pid == ::getpid()) continue;
    // A process that has ended but was not waited for has an empty environment.
    const Expected<std::string> environment = read_file(entry->path() / "environ");
    if (!environment || environment->find(token) == std::string::npos) continue;
    found = true;
    ::kill(pid, SIGKILL);
  }
  return found;
}

}  // namespace

void end_remains(std::string_view token) {
  for (int round = 0; round < kRounds && kill_all_with(token); ++round) ::poll(nullptr, 0, kRoundMilliseconds);
}

}  // namespace neural::bench::process
