#include "neural/cli/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "neural/base/text.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {

void add_output(CLI::App& app, std::string& output, const std::string& description) {
  const auto has_name = [](const std::string& value) { return value.empty() ? "the name is empty" : ""; };
  app.add_option("-o,--output", output, description)->check(CLI::Validator(has_name, "", "has_name"));
}

Status must_be_writable(const std::filesystem::path& output) {
  namespace fs = std::filesystem;
  std::error_code none;
  const fs::file_status status = fs::status(output, none);
  if (output == "-" || (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status))) return done();
  const std::string cannot = fmt::format("cannot write `{}`", printable(output.string()));
  const auto refuse = [&](ErrorCode code, const std::string& why) {
    return fail(code, cannot + ": " + why, "choose another place");
  };
  if (fs::is_directory(status)) return refuse(ErrorCode::kUsage, "it is a folder");
  const fs::path folder = fs::absolute(output).parent_path();
  if (!fs::is_directory(folder, none)) {
    return refuse(ErrorCode::kNotFound, fmt::format("there is no folder `{}`", printable(folder.string())));
  }
  if (fs::exists(status) && ::access(output.c_str(), W_OK) != 0) {
    return refuse(ErrorCode::kPermission, std::strerror(errno));
  }
  const fs::path probe = folder / fmt::format(".{}.{}.tmp", output.filename().string(), ::getpid());
  const int file = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return refuse(ErrorCode::kPermission, std::strerror(errno));
  ::close(file);
  fs::remove(probe, none);
  return done();
}

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
