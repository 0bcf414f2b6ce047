#include <fmt/format.h>

#include <string>
#include <thread>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/plan/interpreter.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/executable.hpp"
#include "neural/cli/python_half.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "examples:\n"
    "  neural doctor\n"
    "  neural doctor --python /usr/bin/python3\n"
    "\nexit codes: 0 at least one backend works, 2 none does";

std::string line(std::string_view name, std::string_view state, std::string_view detail) {
  return fmt::format("{:<12}{:<9}{}\n", name, state, detail);
}

std::string processor_line() {
  std::string features;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) features += " avx2";
  if (__builtin_cpu_supports("fma")) features += " fma";
  if (__builtin_cpu_supports("avx512f")) features += " avx512f";
#endif
  return fmt::format("{} processors,{}", std::thread::hardware_concurrency(),
                     features.empty() ? " no vector extensions known" : features);
}

Expected<int> examine(const std::string& given_python) {
  std::string text = line("neural", "ok", fmt::format("{}, {}", NEURAL_VERSION, printable(executable_path().string())));
  text += line("machine", "ok", processor_line());
  const auto benchmarks = find_benchmarks_folder({});
  text += benchmarks ? line("benchmarks", "ok", printable(benchmarks->string()))
                     : line("benchmarks", "missing", benchmarks.error().message);
  NEURAL_TRY(print_result(text));
  const auto python = NEURAL_TRY(bench::plan::choose_interpreter(bench::plan::interpreter_sources(given_python)));
  const int status = NEURAL_TRY(run_module(python, "neural.doctor", {}));
  return status == 0 ? kDone : kUsage;
}

}  // namespace

Run add_doctor(CLI::App& app) {
  auto python = std::make_shared<std::string>();
  app.add_option("--python", *python, "The Python interpreter to examine (default: the one `neural bench` would take)");
  app.footer(kFooter);
  return [python] { return examine(*python); };
}

}  // namespace neural::cli
