#include "neural/bench/plan/environment.hpp"

#include <fmt/format.h>

#include "neural/base/files.hpp"
#include "neural/base/json_view.hpp"
#include "neural/bench/plan/machine.hpp"

namespace neural::bench::plan {
namespace {

constexpr const char* kFile = "environment.json";

Json object_of(const process::Variables& variables) {
  Json object = Json::object();
  for (const auto& [name, value] : variables) object[name] = value;
  return object;
}

/// The value as a person reads it.
std::string shown(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

Status compare(const Json& before, const Json& now, std::string_view what) {
  if (before == now) return done();
  return fail(ErrorCode::kUsage,
              fmt::format("{} was `{}` when this session began, now it is `{}`", what, shown(before), shown(now)),
              "go on where nothing has changed, or start anew with another `--output`");
}

}  // namespace

Json describe_environment(const std::filesystem::path& python, const Json& versions, process::Profile profile,
                          int threads, const process::Variables& variables) {
  Json environment = describe_machine();
  environment["profile"] = name_of(profile);
  environment["threads"] = threads;
  environment["python"] = python.string();
  environment["versions"] = versions;
  const process::VariableChoice choice = process::choose_variables(variables, profile);
  environment["variables_passed_on"] = object_of(choice.passed);
  environment["variables_not_passed_on"] = object_of(choice.dropped);
  return environment;
}

Status check_environment(const std::filesystem::path& results, const Json& environment) {
  const Expected<Json> before = read_json(results / kFile);
  if (!before && before.error().code == ErrorCode::kNotFound) return done();  // it died before it wrote this
  if (!before || !before->is_object()) {
    const std::string name = fmt::format("`{}`", (results / kFile).string());
    return fail(ErrorCode::kCorrupt, before ? name + ": not a JSON object" : before.error().message,
                "nobody can tell whether the machine is still the same: start anew with another `--output`");
  }
  NEURAL_TRY(compare(at(*before, {"cpu", "model"}), at(environment, {"cpu", "model"}), "the processor"));
  NEURAL_TRY(compare(at(*before, {"python"}), at(environment, {"python"}), "the interpreter"));
  const Json now = at(environment, {"versions"});
  const Json versions = at(*before, {"versions"});
  for (const auto& [name, version] : versions.items()) {
    NEURAL_TRY(compare(version, at(now, {name.c_str()}), "the version of " + name));
  }
  return done();
}

Status write_environment(const std::filesystem::path& results, const Json& environment) {
  return write_file(results / kFile, pretty_json(environment));
}

}  // namespace neural::bench::plan
