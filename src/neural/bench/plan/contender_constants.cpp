#include "neural/bench/plan/contender_constants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "neural/base/text.hpp"
#include "neural/bench/plan/python_lines.hpp"

namespace neural::bench::plan {
namespace {

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/// The text after `NAME =` or `NAME: annotation =`, or nothing if the statement assigns to something else.
std::optional<std::string_view> assigned_value(std::string_view statement, std::string_view name) {
  if (!statement.starts_with(name)) return std::nullopt;
  std::string_view rest = statement.substr(name.size());
  if (!rest.empty() && is_name_byte(rest[0])) return std::nullopt;
  rest = trim(rest);
  if (rest.starts_with(':')) rest.remove_prefix(std::min(rest.find('='), rest.size()));
  if (!rest.starts_with('=') || rest.starts_with("==")) return std::nullopt;
  return trim(rest.substr(1));
}

/// The text of a literal like "pytorch" or 'pytorch', which may have a comment behind it.
std::optional<std::string> plain_string(std::string_view value) {
  if (value.empty() || (value[0] != '"' && value[0] != '\'')) return std::nullopt;
  const std::size_t end = value.find(value[0], 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = value.substr(1, end - 1);
  const std::string_view behind = trim(value.substr(end + 1));
  if (text.find('\\') != std::string_view::npos || (!behind.empty() && behind[0] != '#')) return std::nullopt;
  return std::string(text);
}

/// The constant's value; nothing if the program does not set it.
Expected<std::optional<std::string>> find_constant(const std::vector<PythonLine>& lines, std::string_view constant,
                                                   std::string_view program) {
  std::optional<std::string> found;
  int found_line = 0;
  for (const PythonLine& line : lines) {
    const std::optional<std::string_view> value = assigned_value(line.text, constant);
    if (!value) continue;
    if (found) {
      return fail(ErrorCode::kUsage,
                  fmt::format("{}: `{}` is set twice, in lines {} and {}", program, constant, found_line, line.number),
                  "a constant of a contender is read without running it: set it once");
    }
    found = plain_string(*value);
    found_line = line.number;
    if (found && !found->empty()) continue;
    return fail(ErrorCode::kUsage,
                fmt::format("{}: `{}` in line {} is `{}`, not a plain string", program, constant, line.number,
                            value->substr(0, value->find('\n'))),
                fmt::format("write it as `{} = \"…\"`: it is read without running the program", constant));
  }
  return found;
}

Expected<std::string> required_constant(const std::vector<PythonLine>& lines, std::string_view constant,
                                        std::string_view example, std::string_view program) {
  std::optional<std::string> value = NEURAL_TRY(find_constant(lines, constant, program));
  if (value) return *std::move(value);
  return fail(
      ErrorCode::kUsage, fmt::format("{}: a contender has to set `{}`, and this one does not", program, constant),
      fmt::format("add `{} = \"{}\"` at its top; a file that is no contender begins with `_`", constant, example));
}

Status check_level(const std::string& level, std::string_view program) {
  if (std::find(kLevels.begin(), kLevels.end(), level) != kLevels.end()) return done();
  const std::vector<std::string> near = nearest(level, kLevels, 1);
  return fail(ErrorCode::kUsage,
              fmt::format("{}: `LEVEL` is `{}`, expected {}", program, level, fmt::join(kLevels, ", ")),
              near.empty() ? std::string() : fmt::format("did you mean `{}`?", near[0]));
}

Status check_backend(const std::string& backend, std::string_view constant, std::string_view program) {
  const auto allowed = [](char byte) { return is_name_byte(byte) && !(byte >= 'A' && byte <= 'Z'); };
  if (std::all_of(backend.begin(), backend.end(), allowed)) return done();
  return fail(ErrorCode::kUsage,
              fmt::format("{}: `{}` is `{}`, expected lower case letters, digits and `_`", program, constant, backend));
}

}  // namespace

Expected<ContenderConstants> read_constants(std::string_view program, std::string_view name) {
  const std::vector<PythonLine> lines = top_level_lines(program);
  ContenderConstants constants;
  constants.backend = NEURAL_TRY(required_constant(lines, "BACKEND", "pytorch", name));
  constants.level = NEURAL_TRY(required_constant(lines, "LEVEL", "idiomatic", name));
  constants.reference = NEURAL_TRY(find_constant(lines, "REFERENCE", name)).value_or("");
  NEURAL_TRY(check_backend(constants.backend, "BACKEND", name));
  NEURAL_TRY(check_backend(constants.reference, "REFERENCE", name));
  NEURAL_TRY(check_level(constants.level, name));
  return constants;
}

}  // namespace neural::bench::plan
