#include "neural/cli/output_file.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "neural/base/text.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {

Status must_spare_source(const std::string& source, const std::filesystem::path& output) {
  namespace fs = std::filesystem;
  std::error_code no_such_file;
  // A shell may have opened the source as standard input.
  const fs::path from = source == "-" ? "/dev/stdin" : source;
  const bool is_file = output != "-" && fs::is_regular_file(output, no_such_file);
  if (!is_file || !fs::equivalent(from, output, no_such_file)) return done();
  return fail(ErrorCode::kUsage, fmt::format("`{}` is the source: it would be overwritten", printable(output.string())),
              "choose another place with `-o`");
}

Status write_output(const std::filesystem::path& output, const std::function<Status(const Sink&)>& produce) {
  if (output == "-") return produce(print_result);
  NEURAL_TRY(write_file(output, produce));
  if (is_terminal(stderr)) tell(fmt::format("wrote {}\n", printable(output.string())));
  return done();
}

}  // namespace neural::cli
