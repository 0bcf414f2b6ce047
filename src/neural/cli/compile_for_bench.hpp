// The compiler as the harness sees it: a function that is handed over, since the two wings do not include each other.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/bench/plan/request.hpp"

namespace neural::cli {

/// The program, or of the engine the text itself, of the first network of `source`, as if it declared the batch size of
/// the variant, with at least 20 samples of parsing and of code generation. The error of a source with mistakes holds
/// its diagnostics as text.
Expected<bench::plan::CompiledProgram> compile_for_bench(const std::filesystem::path& source, std::string_view backend,
                                                         const bench::plan::Variant& variant);

/// The command that compiles a model file in a process of its own: a plan::CompileCommand. Of the engine it only
/// checks.
std::vector<std::string> bench_compile_command(const std::filesystem::path& source, std::string_view backend,
                                               const std::string& level, const std::filesystem::path& output);

}  // namespace neural::cli
