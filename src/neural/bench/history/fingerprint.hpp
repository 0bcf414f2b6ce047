// What must be the same where two sessions are compared.
#pragma once

#include <string>
#include <vector>

#include "neural/base/json.hpp"

namespace neural::bench::history {

/// The part of environment.json that decides how fast a machine is, as `key.key` -> text: processor, memory (whole
/// GiB), kernel (major.minor), hypervisor, threads, versions of Python and of each framework that there is a backend
/// for. What is not known is left out.
std::vector<std::pair<std::string, std::string>> hard_facts(const Json& environment);

/// A short name of the hard facts: 12 hexadecimal digits. Sessions may be compared where it is the same.
std::string fingerprint(const Json& environment);

/// A hard fact that is not the same; empty where one side does not know it.
struct Difference {
  std::string key, before, after;
};

/// Sorted by key.
std::vector<Difference> differences(const Json& before, const Json& after);

}  // namespace neural::bench::history
