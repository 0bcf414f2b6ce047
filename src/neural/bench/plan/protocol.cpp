#include "neural/bench/plan/protocol.hpp"

#include <fmt/format.h>

#include "neural/base/clock.hpp"
#include "neural/bench/plan/machine.hpp"
#include "neural/bench/stats/compare.hpp"
#include "neural/bench/stats/exact_tests.hpp"
#include "neural/bench/stats/quality.hpp"

namespace neural::bench::plan {
namespace {

constexpr std::uint64_t kSeeds = std::uint64_t{1} << 31U;

/// The confidence of the session's intervals: of one look what its pairs attain, of several what they keep together.
double level_of(const stats::Rule& rule) {
  if (rule.looks.size() == 1) return 1 - 2 * stats::sign_distribution(rule.looks[0])[0];
  return 1 - rule.equivalence_alpha;
}

template <class T>
Status same(const std::optional<T>& given, const T& before, std::string_view option) {
  if (!given || *given == before) return done();
  return fail(ErrorCode::kUsage, fmt::format("`{}` is {}, the session began with {}", option, *given, before),
              fmt::format("leave `{}` out to go on, or start anew with another `--output`", option));
}

/// Of an option without a default.
Status same_or_none(const std::optional<double>& given, const std::optional<double>& before, std::string_view option) {
  if (before || !given) return before ? same(given, *before, option) : done();
  return fail(ErrorCode::kUsage, fmt::format("`{}` is given, the session began without one", option),
              fmt::format("leave `{}` out to go on, or start anew with another `--output`", option));
}

Json or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

Status read_optional(const Json& value, const char* key, std::string_view name, std::optional<double>& target) {
  if (NEURAL_TRY(json_field<Json>(value, key, name)).is_null()) return done();
  target = NEURAL_TRY(json_field<double>(value, key, name));
  return done();
}

}  // namespace

Protocol make_protocol(const Request& request) {
  Protocol protocol;
  protocol.quick = request.quick;
  protocol.epochs = request.epochs.value_or(request.quick ? kQuickEpochs : kEpochs);
  protocol.seeds = request.seeds.value_or(1);
  protocol.target_accuracy = request.target_accuracy;
  protocol.budget_seconds = request.budget_seconds;
  protocol.profile = request.profile.value_or(process::Profile::kControlled);
  protocol.threads = request.threads ? *request.threads : physical_cores();
  protocol.seed = request.seed.value_or(static_cast<std::uint64_t>(unix_ms()) % kSeeds);
  protocol.timeout_seconds = request.timeout_seconds.value_or(kDefaultTimeoutSeconds);
  // What a stopped process has sent to an accelerator goes on there.
  if (request.apart || has_accelerator()) protocol.turn_seconds = 0;
  protocol.started_utc = utc_iso(unix_ms());
  protocol.command = request.command;
  protocol.repeat = request.repeat;
  return protocol;
}

Json to_json(const Protocol& protocol) {
  const stats::Rule rule = protocol.rule();
  return {
      {"quick", protocol.quick},
      {"epochs", protocol.epochs},
      {"looks", rule.looks},
      {"level", level_of(rule)},
      {"delta_time", rule.tolerance},
      {"delta_memory", stats::kMemoryTolerance},
      {"delta_accuracy", stats::kAccuracyTolerance},
      {"delta_loss", stats::kLossTolerance},
      {"seeds", protocol.seeds},
      {"target_accuracy", or_null(protocol.target_accuracy)},
      {"budget_seconds", or_null(protocol.budget_seconds)},
      {"profile", name_of(protocol.profile)},
      {"threads", protocol.threads},
      {"seed", protocol.seed},
      {"timeout_seconds", protocol.timeout_seconds},
      {"turn_seconds", protocol.turn_seconds},
      {"started_utc", protocol.started_utc},
      {"finished_utc", protocol.finished_utc},
      {"command", protocol.command},
      {"repeat", protocol.repeat},
  };
}

Expected<Protocol> protocol_from_json(const Json& value, std::string_view name) {
  Protocol protocol;
  protocol.quick = NEURAL_TRY(json_field<bool>(value, "quick", name));
  protocol.epochs = NEURAL_TRY(json_field<std::int64_t>(value, "epochs", name));
  protocol.seeds = NEURAL_TRY(json_field<int>(value, "seeds", name));
  NEURAL_TRY(read_optional(value, "target_accuracy", name, protocol.target_accuracy));
  NEURAL_TRY(read_optional(value, "budget_seconds", name, protocol.budget_seconds));
  const std::string profile = NEURAL_TRY(json_field<std::string>(value, "profile", name));
  protocol.profile = process::profile_named(profile).value_or(process::Profile::kControlled);
  protocol.threads = NEURAL_TRY(json_field<int>(value, "threads", name));
  protocol.seed = NEURAL_TRY(json_field<std::uint64_t>(value, "seed", name));
  protocol.timeout_seconds = NEURAL_TRY(json_field<double>(value, "timeout_seconds", name));
  protocol.turn_seconds = NEURAL_TRY(json_field<double>(value, "turn_seconds", name));
  protocol.started_utc = NEURAL_TRY(json_field<std::string>(value, "started_utc", name));
  protocol.finished_utc = NEURAL_TRY(json_field<std::string>(value, "finished_utc", name));
  protocol.command = NEURAL_TRY(json_field<std::vector<std::string>>(value, "command", name));
  protocol.repeat = NEURAL_TRY(json_field<std::string>(value, "repeat", name));
  // Another version of this program may look at other numbers of pairs; its sessions cannot be gone on with.
  if (to_json(protocol) == value) return protocol;
  return fail(ErrorCode::kUsage, fmt::format("{}: the session began with another protocol", name),
              "start anew with another `--output`");
}

Status check_same(const Request& request, const Protocol& protocol) {
  const std::optional<bool> quick = request.quick ? std::optional(true) : std::nullopt;
  NEURAL_TRY(same(quick, protocol.quick, "--quick"));
  NEURAL_TRY(same(request.epochs, protocol.epochs, "--epochs"));
  const auto profile = request.profile ? std::optional(name_of(*request.profile)) : std::nullopt;
  NEURAL_TRY(same(profile, name_of(protocol.profile), "--profile"));
  NEURAL_TRY(same(request.seeds, protocol.seeds, "--seeds"));
  NEURAL_TRY(same_or_none(request.target_accuracy, protocol.target_accuracy, "--target"));
  if (request.apart && protocol.turn_seconds > 0) {
    return fail(ErrorCode::kUsage, "`--apart` is given, the session began without it",
                "leave `--apart` out to go on, or start anew with another `--output`");
  }
  NEURAL_TRY(same(request.threads, protocol.threads, "--threads"));
  NEURAL_TRY(same(request.seed, protocol.seed, "--seed"));
  return done();
}

}  // namespace neural::bench::plan
