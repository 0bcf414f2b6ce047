#include "neural/bench/plan/preflight.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/plan/machine.hpp"
#include "neural/bench/process/machine_load.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

// Of a machine with nothing else to do it is below a hundredth.
constexpr double kMostPressure = 0.05;

std::string read_text(const fs::path& path) {
  const Expected<std::string> text = read_file(path);
  return text ? std::string(trim(*text)) : std::string();
}

/// A supply of that kind says that it gives power, or that it gives none.
bool supplies_say(const std::string& kind, const std::string& file, const std::string& value) {
  std::error_code error;
  for (fs::directory_iterator entry("/sys/class/power_supply", error), end; !error && entry != end;
       entry.increment(error)) {
    if (read_text(entry->path() / "type") == kind && read_text(entry->path() / file) == value) return true;
  }
  return false;
}

}  // namespace

Signs read_signs() {
  const Json governor = describe_machine()["cpu"]["governor"];
  return {.pressure = process::read_cpu_pressure().last_ten_seconds,
          .governor = governor.is_string() ? governor.get<std::string>() : std::string(),
          .on_battery = supplies_say("Battery", "status", "Discharging") && !supplies_say("Mains", "online", "1")};
}

std::vector<std::string> warnings_of(const Signs& signs) {
  std::vector<std::string> warnings;
  if (signs.pressure > kMostPressure) {
    warnings.push_back(
        fmt::format("this machine is busy: in the last ten seconds programs waited for a processor {:.0f} % of the "
                    "time; end what else runs, or expect pairs to be measured again and the flag `noisy`",
                    100 * signs.pressure));
  }
  if (!signs.governor.empty() && signs.governor != "performance") {
    warnings.push_back(fmt::format(
        "the governor of the processors is `{}`: their speed changes as they are used; `performance` is steadier",
        printable(signs.governor)));
  }
  if (signs.on_battery) warnings.emplace_back("this machine runs on its battery, which may slow it down: plug it in");
  return warnings;
}

}  // namespace neural::bench::plan
