#include "neural/bench/process/variables.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"

namespace neural::bench::process {
namespace {

enum class Content { kText, kPaths };

struct Passed {
  std::string_view name;  // one that ends in `_` stands for all that begin so
  Content content;
};

constexpr std::array kPassed = {
    Passed{"PATH", Content::kPaths},
    Passed{"HOME", Content::kText},
    Passed{"LANG", Content::kText},
    Passed{"LC_", Content::kText},
    Passed{"TZ", Content::kText},
    Passed{"LD_LIBRARY_PATH", Content::kPaths},
    Passed{"PYTHONPATH", Content::kPaths},
    Passed{"NEURAL_DATA", Content::kPaths},
    Passed{"CUDA_VISIBLE_DEVICES", Content::kText},
    Passed{"TF_ENABLE_ONEDNN_OPTS", Content::kText},
    Passed{"PYTORCH_JIT", Content::kText},
};

constexpr std::array<std::string_view, 5> kThreads = {"OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS",
                                                      "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"};

// Variables with these beginnings change how fast a framework is.
constexpr std::array<std::string_view, 18> kSpeed = {
    "OMP_", "GOMP_",  "KMP_",   "MKL_",           "OPENBLAS_", "DNNL_", "ONEDNN_", "MKLDNN_",    "TF_",
    "XLA_", "KERAS_", "TORCH_", "TORCHINDUCTOR_", "PYTORCH_",  "CUDA_", "MALLOC_", "LD_PRELOAD", "PYTHON"};

const Passed* find_passed(std::string_view name) {
  const auto found = std::find_if(kPassed.begin(), kPassed.end(), [&](const Passed& passed) {
    return passed.name.ends_with('_') ? name.starts_with(passed.name) : name == passed.name;
  });
  return found == kPassed.end() ? nullptr : found;
}

std::string absolute_paths(const std::string& value) {
  std::vector<std::string> paths = split(value, ':');
  for (std::string& path : paths) {
    if (!path.empty()) path = std::filesystem::absolute(path).string();
  }
  return join(paths, ":");
}

std::string entry_of(const std::string& name, const std::string& value) {
  const Passed* passed = find_passed(name);
  const bool paths = passed != nullptr && passed->content == Content::kPaths;
  return name + "=" + (paths ? absolute_paths(value) : value);
}

}  // namespace

std::string_view name_of(Profile profile) {
  return profile == Profile::kControlled ? "controlled" : "as-shipped";
}

std::optional<Profile> profile_named(std::string_view name) {
  for (const Profile profile : {Profile::kControlled, Profile::kAsShipped}) {
    if (name_of(profile) == name) return profile;
  }
  return std::nullopt;
}

Variables current_variables() {
  Variables variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

VariableChoice choose_variables(const Variables& outside, Profile profile) {
  VariableChoice choice;
  for (const auto& [name, value] : outside) {
    const bool speed = std::any_of(kSpeed.begin(), kSpeed.end(), [&](auto start) { return name.starts_with(start); });
    if (find_passed(name) != nullptr || (speed && profile == Profile::kAsShipped)) {
      choice.passed.emplace_back(name, value);
    } else if (speed) {
      choice.dropped.emplace_back(name, value);
    }
  }
  return choice;
}

std::vector<std::string> worker_environment(const Variables& outside, Profile profile, int threads,
                                            std::size_t padding) {
  NEURAL_CHECK(threads > 0, "a worker without threads");
  NEURAL_CHECK(padding <= kLongestPadding, "the padding is too long");
  std::vector<std::string> environment;
  if (profile == Profile::kAsShipped) {
    environment = helper_environment(outside);
  } else {
    for (const auto& [name, value] : choose_variables(outside, profile).passed) {
      environment.push_back(entry_of(name, value));
    }
    for (const std::string_view name : kThreads) {
      environment.push_back(std::string(name) + "=" + std::to_string(threads));
    }
  }
  // No compiled modules beside the programs that are measured: the second run would import something else.
  environment.emplace_back("PYTHONDONTWRITEBYTECODE=1");
  environment.push_back("NEURAL_PADDING=" + std::string(padding, 'x'));
  return environment;
}

std::vector<std::string> helper_environment(const Variables& outside) {
  std::vector<std::string> environment;
  for (const auto& [name, value] : outside) environment.push_back(entry_of(name, value));
  return environment;
}

}  // namespace neural::bench::process
