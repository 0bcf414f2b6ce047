// Builds another revision of this program.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "neural/bench/gate/baseline.hpp"

namespace neural::bench::gate {

/// The executable of a revision, built in a folder of its own under `cache`, from the files that git has of it; nothing
/// is written into the repository. A revision that was built before is not built again. `notice` is told what takes a
/// while, and where its log is. A build that fails is an error (kProcess) with the last line of that log; one that is
/// interrupted goes on where it stood the next time.
Expected<std::filesystem::path> build_baseline(const Revision& revision, const std::filesystem::path& cache,
                                               process::Runner& runner, const process::Variables& variables,
                                               const std::function<void(const std::string&)>& notice);

}  // namespace neural::bench::gate
