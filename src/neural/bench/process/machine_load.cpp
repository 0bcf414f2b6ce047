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

CpuPressure parse_cpu_pressure(std::string_view text) {
  constexpr double kPercent = 1e-2, kMicroseconds = 1e-6;
  CpuPressure pressure;
  for (const std::string& line : split(text, '\n')) {
    if (!line.starts_with("some ")) continue;
    for (const std::string& word : split(line, ' ')) {
      const std::size_t equals = word.find('=');
      double value = 0;
      if (equals == std::string::npos) continue;
      const char* end = word.data() + word.size();
      const auto read = std::from_chars(word.data() + equals + 1, end, value);
      if (read.ec != std::errc() || read.ptr != end) continue;
      if (word.starts_with("avg10=")) pressure.last_ten_seconds = kPercent * value;
      if (word.starts_with("total=")) pressure.total_seconds = kMicroseconds * value;
    }
  }
  return pressure;
}

CpuPressure read_cpu_pressure() {
  return parse_cpu_pressure(read_file("/proc/pressure/cpu").value_or(std::string()));
}

MachineLoad read_machine_load() {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  const Expected<std::string> stat = read_file("/proc/stat");
  if (!stat || sched_getaffinity(0, sizeof processors, &processors) != 0) return {};
  MachineLoad load = parse_machine_load(*stat, processors, static_cast<double>(sysconf(_SC_CLK_TCK)));
  load.pressure_seconds = read_cpu_pressure().total_seconds;
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
