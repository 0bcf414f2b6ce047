#include "neural/bench/process/machine_load.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdint>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"

namespace neural::bench::process {
namespace {

// The columns after `cpuN`, as proc(5) numbers them.
enum Column { kUser, kNice, kSystem, kIdle, kIoWait, kInterrupt, kSoftInterrupt, kSteal, kColumns };

std::int64_t number(std::string_view text) {
  std::int64_t value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

MachineLoad parse_machine_load(std::string_view stat, const cpu_set_t& processors, double ticks) {
  MachineLoad load;
  for (const std::string& line : split(stat, '\n')) {
    const std::vector<std::string> words = split(line, ' ');
    if (!words[0].starts_with("cpu") || words.size() <= kColumns) continue;
    const std::int64_t processor = number(std::string_view(words[0]).substr(3));
    if (processor < 0 || processor >= CPU_SETSIZE || !CPU_ISSET(processor, &processors)) continue;
    for (const Column column : {kUser, kNice, kSystem, kInterrupt, kSoftInterrupt}) {
      load.busy_seconds += static_cast<double>(number(words[1 + column])) / ticks;
    }
    load.steal_seconds += static_cast<double>(number(words[1 + kSteal])) / ticks;
  }
  return load;
}

double parse_pressure_seconds(std::string_view text) {
  constexpr std::string_view kKey = "total=";
  constexpr double kMicroseconds = 1e-6;
  const std::size_t line = text.starts_with("some ") ? 0 : text.find("\nsome ");
  const std::size_t key = line == std::string_view::npos ? line : text.find(kKey, line);
  if (key == std::string_view::npos) return std::numeric_limits<double>::quiet_NaN();
  const std::string_view digits = text.substr(key + kKey.size());
  const std::int64_t total = number(digits.substr(0, digits.find('\n')));
  return total < 0 ? std::numeric_limits<double>::quiet_NaN() : kMicroseconds * static_cast<double>(total);
}

MachineLoad read_machine_load() {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  const Expected<std::string> stat = read_file("/proc/stat");
  if (!stat || sched_getaffinity(0, sizeof processors, &processors) != 0) return {};
  MachineLoad load = parse_machine_load(*stat, processors, static_cast<double>(sysconf(_SC_CLK_TCK)));
  load.pressure_seconds = parse_pressure_seconds(read_file("/proc/pressure/cpu").value_or(std::string()));
  return load;
}

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace neural::bench::process
