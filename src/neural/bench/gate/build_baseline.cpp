#include "neural/bench/gate/build_baseline.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/plan/git.hpp"
#include "neural/bench/plan/python_tools.hpp"
#include "neural/bench/process/host_lock.hpp"

namespace neural::bench::gate {
namespace {

namespace fs = std::filesystem;

constexpr double kGitSeconds = 600;
constexpr double kBuildSeconds = 3600;

class Build {
 public:
  Build(const Revision& revision, fs::path folder, process::Runner& runner, const process::Variables& variables)
      : revision_(revision), folder_(std::move(folder)), runner_(runner), variables_(variables) {}

  fs::path executable() const { return folder_ / "neural"; }
  fs::path log() const { return folder_ / "build.log"; }

  Status run() {
    NEURAL_TRY(put_sources());
    const fs::path build = folder_ / "build";
    NEURAL_TRY(cmake({"-S", source().string(), "-B", build.string(), "-DCMAKE_BUILD_TYPE=Release",
                      "-DNEURAL_PYTHON=OFF", "-DNEURAL_TESTS=OFF", "-DNEURAL_MICROBENCH=OFF"}));
    NEURAL_TRY(cmake({"--build", build.string(), "--target", "neural", "--parallel",
                      std::to_string(std::max(1U, std::thread::hardware_concurrency()))}));
    return keep(build / "src" / "neural" / "cli" / "neural");
  }

 private:
  fs::path source() const { return folder_ / "source"; }

  /// By an index of our own, so that the repository's stays as it is.
  Status put_sources() {
    process::Variables variables = variables_;
    std::erase_if(variables, [](const auto& variable) { return variable.first == "GIT_INDEX_FILE"; });
    variables.emplace_back("GIT_INDEX_FILE", (folder_ / "index").string());
    const auto git = [&](const std::vector<std::string>& words) {
      return plan::ask_git(runner_, variables, revision_.repository, words, kGitSeconds);
    };
    NEURAL_TRY(git({"read-tree", revision_.sha}));
    NEURAL_TRY(git({"checkout-index", "--all", "--force", "--quiet", "--prefix=" + source().string() + "/"}));
    return done();
  }

  Status cmake(const std::vector<std::string>& arguments) {
    process::Command command;
    command.arguments = {"/usr/bin/env", "cmake"};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    command.environment = process::helper_environment(variables_);
    // So that ccache, where there is one, knows a file again that it compiled in another folder.
    command.environment.push_back("CCACHE_BASEDIR=" + folder_.string());
    command.environment.emplace_back("CCACHE_NOHASHDIR=1");
    command.log = log();
    command.timeout_seconds = kBuildSeconds;
    const process::Ending ending = NEURAL_TRY(runner_.run(command));
    if (ending.exit_status == 0) return done();
    const std::string said = plan::last_line(read_file(log()).value_or(std::string()));
    return fail(
        ErrorCode::kProcess,
        fmt::format("revision {} cannot be built: {}", revision_.sha, ending.timed_out ? "it took too long" : said),
        fmt::format("`{}` has all that was said; a build of your own can be given as the baseline", log().string()));
  }

  /// The executable alone: sources and objects of each revision would fill the disk.
  Status keep(const fs::path& built) {
    std::error_code error;
    fs::rename(built, executable(), error);
    if (error) {
      return tl::unexpected(system_error(fmt::format("cannot keep `{}`", built.string()), error.value()));
    }
    for (const char* part : {"source", "build", "index"}) fs::remove_all(folder_ / part, error);
    return done();
  }

  const Revision& revision_;
  fs::path folder_;
  process::Runner& runner_;
  const process::Variables& variables_;
};

}  // namespace

Expected<fs::path> build_baseline(const Revision& revision, const fs::path& cache, process::Runner& runner,
                                  const process::Variables& variables,
                                  const std::function<void(const std::string&)>& notice) {
  const fs::path folder = fs::absolute(cache / "baselines" / revision.sha);
  NEURAL_TRY(make_folder(folder));
  Build build(revision, folder, runner, variables);
  const process::HostLock lock = NEURAL_TRY(process::HostLock::acquire(
      folder, [&](const std::string&) { notice("another process builds the baseline; waiting until it has ended"); }));
  if (::access(build.executable().c_str(), X_OK) == 0) return build.executable();
  notice(fmt::format("building the baseline, which takes minutes the first time: {}", build.log().string()));
  NEURAL_TRY(build.run());
  return build.executable();
}

}  // namespace neural::bench::gate
