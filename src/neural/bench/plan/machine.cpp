#include "neural/bench/plan/machine.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <vector>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"

namespace neural::bench::plan {
namespace {

constexpr std::array<std::string_view, 6> kInstructionSets = {"avx",     "avx2",        "fma",
                                                              "avx512f", "avx512_bf16", "amx_tile"};

std::string read_text(const std::string& path) {
  const Expected<std::string> text = read_file(path);
  return text ? std::string(trim(*text)) : std::string();
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

/// "123 kB" of /proc/meminfo in bytes.
Json bytes_or_null(const std::string& kilobytes) {
  const long long count = std::atoll(kilobytes.c_str());
  return kilobytes.empty() ? Json() : Json(count * 1024);
}

std::vector<int> own_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> processors;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return processors;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (CPU_ISSET(processor, &set)) processors.push_back(processor);
  }
  return processors;
}

std::string processor_file(int processor, std::string_view name) {
  return read_text(fmt::format("/sys/devices/system/cpu/cpu{}/{}", processor, name));
}

/// The processors this program may use, by physical core.
std::vector<std::vector<int>> own_cores() {
  std::map<std::string, std::vector<int>> cores;
  for (const int processor : own_processors()) {
    const std::string core = processor_file(processor, "topology/core_id");
    const std::string package = processor_file(processor, "topology/physical_package_id");
    cores[core.empty() ? fmt::format("processor {}", processor) : package + "/" + core].push_back(processor);
  }
  std::vector<std::vector<int>> result;
  for (auto& [name, processors] : cores) result.push_back(std::move(processors));
  return result;
}

Json describe_processors() {
  const std::string info = read_text("/proc/cpuinfo");
  const std::vector<int> processors = own_processors();
  const std::vector<std::string> flags = split(proc_value(info, "flags"), ' ');
  Json sets = Json::object();
  for (const std::string_view set : kInstructionSets) {
    sets[std::string(set)] = std::find(flags.begin(), flags.end(), set) != flags.end();
  }
  const int first = processors.empty() ? 0 : processors.front();
  return {
      {"model", text_or_null(proc_value(info, "model name"))},
      {"microcode", text_or_null(proc_value(info, "microcode"))},
      {"instruction_sets", sets},
      {"processors", processors.size()},
      {"physical_cores", physical_cores()},
      {"governor", text_or_null(processor_file(first, "cpufreq/scaling_governor"))},
  };
}

Json describe_kernel() {
  utsname names{};
  return uname(&names) == 0 ? Json(fmt::format("{} {} {}", names.sysname, names.release, names.machine)) : Json();
}

Json describe_hypervisor() {
  const bool guest =
      (" " + proc_value(read_text("/proc/cpuinfo"), "flags") + " ").find(" hypervisor ") != std::string::npos;
  const std::string product = read_text("/sys/class/dmi/id/sys_vendor");
  if (!guest) return {};
  return product.empty() ? "unknown" : product;
}

/// The word in brackets of "always [madvise] never".
Json chosen_word(const std::string& words) {
  const std::size_t begin = words.find('[');
  const std::size_t end = words.find(']');
  if (begin == std::string::npos || end == std::string::npos) return {};
  return words.substr(begin + 1, end - begin - 1);
}

Json load_of_last_minute() {
  const std::string load = read_text("/proc/loadavg");
  return load.empty() ? Json() : Json(std::atof(load.c_str()));
}

}  // namespace

std::string proc_value(std::string_view text, std::string_view key) {
  for (const std::string& line : split(text, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos && trim(std::string_view(line).substr(0, colon)) == key) {
      return std::string(trim(std::string_view(line).substr(colon + 1)));
    }
  }
  return {};
}

bool has_accelerator() {
  std::error_code error;
  return std::filesystem::exists("/dev/nvidiactl", error) || std::filesystem::exists("/dev/kfd", error);
}

std::int64_t available_memory_bytes() {
  std::int64_t bytes = std::numeric_limits<std::int64_t>::max();
  const Json machine = bytes_or_null(proc_value(read_text("/proc/meminfo"), "MemAvailable"));
  if (machine.is_number()) bytes = machine.get<std::int64_t>();
  // "0::/path" is the group in the unified hierarchy; "max" is no limit.
  const std::string groups = "\n" + read_text("/proc/self/cgroup");
  const std::size_t place = groups.find("\n0::");
  if (place == std::string::npos) return bytes;
  const std::string path = "/sys/fs/cgroup" + groups.substr(place + 4, groups.find('\n', place + 1) - place - 4);
  const std::string most = read_text(path + "/memory.max"), used = read_text(path + "/memory.current");
  if (most.empty() || most == "max") return bytes;
  return std::clamp<std::int64_t>(std::atoll(most.c_str()) - std::atoll(used.c_str()), 0, bytes);
}

std::vector<int> processors_for(int cores, std::uint64_t draw) {
  const std::vector<std::vector<int>> all = own_cores();
  std::vector<int> processors;
  if (static_cast<std::size_t>(cores) >= all.size()) return processors;
  for (int i = 0; i < cores; ++i) {
    const std::vector<int>& core = all[(draw + static_cast<std::uint64_t>(i)) % all.size()];
    processors.insert(processors.end(), core.begin(), core.end());
  }
  return processors;
}

int physical_cores() {
  return std::max(1, static_cast<int>(own_cores().size()));
}

Json describe_machine() {
  const std::string memory = read_text("/proc/meminfo");
  return {
      {"cpu", describe_processors()},
      {"memory_bytes", bytes_or_null(proc_value(memory, "MemTotal"))},
      {"swap_bytes", bytes_or_null(proc_value(memory, "SwapTotal"))},
      {"kernel", describe_kernel()},
      {"hypervisor", describe_hypervisor()},
      {"transparent_huge_pages", chosen_word(read_text("/sys/kernel/mm/transparent_hugepage/enabled"))},
      {"load", load_of_last_minute()},
  };
}

}  // namespace neural::bench::plan
