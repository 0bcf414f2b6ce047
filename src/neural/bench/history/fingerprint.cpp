#include "neural/bench/history/fingerprint.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <string_view>

#include "neural/base/hashes.hpp"

namespace neural::bench::history {
namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;
constexpr std::array kParts = {"cpu", "hypervisor", "threads", "versions"};

// What contenders of level "other" are written with. Another version of it, or none, makes another contender and no
// other machine.
constexpr std::array<std::string_view, 3> kOfContenders = {"versions.jax", "versions.lightning", "versions.optax"};

void add(const std::string& key, const Json& value, std::map<std::string, std::string>& facts) {
  if (value.is_object()) {
    for (const auto& [name, part] : value.items()) add(key + "." + name, part, facts);
  } else if (!value.is_null()) {
    facts[key] = value.is_string() ? value.get<std::string>() : compact_json(value);
  }
}

/// "Linux 6.1.0-18 x86_64" -> "Linux 6.1".
std::string kernel_series(const std::string& kernel) {
  const std::size_t minor = kernel.find('.');
  return minor == std::string::npos ? kernel : kernel.substr(0, kernel.find_first_of(".- ", minor + 1));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> hard_facts(const Json& environment) {
  std::map<std::string, std::string> facts;
  if (!environment.is_object()) return {};
  for (const char* part : kParts) {
    if (const auto found = environment.find(part); found != environment.end()) add(part, *found, facts);
  }
  for (const std::string_view key : kOfContenders) facts.erase(std::string(key));
  if (const auto memory = environment.find("memory_bytes"); memory != environment.end() && memory->is_number()) {
    facts["memory"] = fmt::format("{} GiB", std::round(memory->get<double>() / kGib));
  }
  if (const auto kernel = environment.find("kernel"); kernel != environment.end() && kernel->is_string()) {
    facts["kernel"] = kernel_series(kernel->get<std::string>());
  }
  // Sessions of earlier versions were all controlled.
  if (const auto profile = environment.find("profile"); profile != environment.end() && *profile != "controlled") {
    add("profile", *profile, facts);
  }
  return {facts.begin(), facts.end()};
}

std::string fingerprint(const Json& environment) {
  constexpr std::size_t kDigits = 12;
  Json facts = Json::array();
  for (const auto& [key, value] : hard_facts(environment)) facts.push_back({key, value});
  return sha256(compact_json(facts)).substr(0, kDigits);
}

std::vector<Difference> differences(const Json& before, const Json& after) {
  std::map<std::string, Difference> found;
  for (const auto& [key, value] : hard_facts(before)) found[key] = {key, value, {}};
  for (const auto& [key, value] : hard_facts(after)) {
    found[key].key = key;
    found[key].after = value;
  }
  std::vector<Difference> all;
  for (auto& [key, difference] : found) {
    if (difference.before != difference.after) all.push_back(std::move(difference));
  }
  return all;
}

}  // namespace neural::bench::history
