// The compiler as the harness sees it: a function that is handed over, since the two wings do not include each other.
#pragma once

#include <filesystem>
#include <string_view>

#include "neural/base/expected.hpp"
#include "neural/bench/plan/request.hpp"

namespace neural::cli {

/// The program of the first network of `source`, as if it declared the batch size of the variant, with at least 20
/// samples of parsing and of code generation. The error of a source with mistakes holds its diagnostics as text.
Expected<bench::plan::CompiledProgram> compile_for_bench(const std::filesystem::path& source, std::string_view backend,
                                                         const bench::plan::Variant& variant);

}  // namespace neural::cli
