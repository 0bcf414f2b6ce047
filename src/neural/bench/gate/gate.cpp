#include "neural/bench/gate/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "neural/base/files.hpp"
#include "neural/base/hashes.hpp"
#include "neural/bench/gate/baseline_benchmarks.hpp"
#include "neural/bench/gate/build_baseline.hpp"
#include "neural/bench/gate/compile_time.hpp"
#include "neural/bench/history/compare.hpp"
#include "neural/bench/plan/environment.hpp"
#include "neural/bench/plan/output_folder.hpp"
#include "neural/bench/plan/python_tools.hpp"
#include "neural/bench/plan/select.hpp"
#include "neural/bench/plan/session_record.hpp"

namespace neural::bench::gate {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

/// What is compared, written before anything is measured.
constexpr const char* kStateFile = "state.json";
constexpr const char* kTraining = "training_time";
constexpr const char* kMemory = "memory";
constexpr const char* kCompiling = "compile_time";

/// The sessions of a gate, by their folders in its own.
enum class Round { kFirst, kSecond };

const char* folder_of(Round round) {
  return round == Round::kFirst ? "first" : "second";
}

std::set<Subject> suspects_of(const Looks& looks) {
  std::set<Subject> suspects;
  for (const auto& [subject, look] : looks) {
    if (is_suspect(subject, look)) suspects.insert(subject);
  }
  return suspects;
}

Names sorted(const std::set<std::string>& names) {
  return {names.begin(), names.end()};
}

/// How a gate measures: once all, and once what is suspect.
class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual Expected<Looks> measure_all() = 0;
  /// At least these; what belongs to the same cells may come with them.
  virtual Expected<Looks> measure_again(const std::set<Subject>& suspects) = 0;
};

/// What both kinds of gauges know.
class Sessions {
 public:
  Sessions(const Request& request, const Tools& tools) : request_(request), tools_(tools) {}

  plan::Request request(Round round) const {
    plan::Request session = request_.session;
    session.output = request_.session.output / folder_of(round);
    session.resume = false;
    if (round == Round::kSecond && session.seed) ++*session.seed;
    return session;
  }

  /// With `resume`, what lies in the session's folder is gone on with, or taken where it is finished.
  Expected<Json> run(plan::Request session) const {
    if (request_.session.resume && fs::exists(session.output / plan::kSessionFile)) {
      const plan::SessionRecord record = NEURAL_TRY(plan::read_session(session.output));
      if (!record.protocol.finished_utc.empty()) return read_json(session.output / "benchmark_results.json");
      session.resume = true;
    }
    return tools_.measure(session);
  }

 private:
  const Request& request_;
  const Tools& tools_;
};

/// Against the programs that another build generates.
class BuildGauge final : public Gauge {
 public:
  BuildGauge(const Request& request, const Tools& tools, fs::path executable, std::vector<GateCell> cells)
      : request_(request),
        tools_(tools),
        sessions_(request, tools),
        executable_(std::move(executable)),
        cells_(std::move(cells)) {}

  Expected<Looks> measure_all() override {
    Looks looks = NEURAL_TRY(time_compiling(cells_, Round::kFirst));
    looks.merge(NEURAL_TRY(measure(cells_, Round::kFirst)));
    return looks;
  }

  Expected<Looks> measure_again(const std::set<Subject>& suspects) override {
    std::vector<GateCell> compiled, trained;
    for (const GateCell& cell : cells_) {
      const auto is = [&](const char* metric) { return suspects.contains(subject_of(cell, metric)); };
      if (is(kCompiling)) compiled.push_back(cell);
      if (is(kTraining) || is(kMemory)) trained.push_back(cell);
    }
    Looks looks = NEURAL_TRY(time_compiling(compiled, Round::kSecond));
    if (!trained.empty()) looks.merge(NEURAL_TRY(measure(trained, Round::kSecond)));
    return looks;
  }

 private:
  static Subject subject_of(const GateCell& cell, const char* metric) {
    return {cell.model, cell.backend, cell.contender(), metric};
  }

  Expected<Looks> measure(const std::vector<GateCell>& cells, Round round) {
    const fs::path folder = request_.session.output / folder_of(round) / "baseline";
    const auto missing =
        NEURAL_TRY(make_baseline_benchmarks(cells, executable_, folder, tools_.runner, tools_.variables));
    Looks looks;
    std::set<std::string> without;
    for (const Ungenerated& each : missing) {
      without.insert(each.cell.model + "/" + each.cell.backend);
      for (const char* metric : {kTraining, kMemory}) looks[subject_of(each.cell, metric)].reason = each.reason;
    }
    plan::Request session = sessions_.request(round);
    session.sources = session.benchmarks;
    session.benchmarks = folder;
    std::set<std::string> models, backends, contenders;
    for (const GateCell& cell : cells) {
      if (without.contains(cell.model + "/" + cell.backend)) continue;
      models.insert(cell.model);
      backends.insert(cell.backend);
      contenders.insert(cell.contender());
    }
    if (models.empty()) return looks;
    session.wanted = {sorted(models), sorted(backends), sorted(contenders)};
    const Json results = NEURAL_TRY(sessions_.run(session));
    looks.merge(looks_of_results(results));
    return looks;
  }

  Expected<Looks> time_compiling(const std::vector<GateCell>& cells, Round round) {
    Looks looks;
    const std::uint64_t seed = request_.session.seed.value_or(0) + static_cast<std::uint64_t>(round);
    for (const GateCell& cell : cells) {
      const stats::Comparison times = NEURAL_TRY(
          compare_compile_times(cell, request_.executable, executable_, seed, tools_.runner, tools_.variables));
      looks[subject_of(cell, kCompiling)] = look_of(times);
    }
    return looks;
  }

  const Request& request_;
  const Tools& tools_;
  Sessions sessions_;
  fs::path executable_;
  std::vector<GateCell> cells_;
};

/// Against what a session found before.
class SessionGauge final : public Gauge {
 public:
  SessionGauge(const Request& request, const Tools& tools, const Json& stored)
      : request_(request), tools_(tools), sessions_(request, tools), stored_(stored) {}

  Expected<Looks> measure_all() override {
    NEURAL_TRY(check_machine());
    if (stored_.at("results").empty()) return fail(ErrorCode::kUsage, "the baseline has no cell to compare with");
    const plan::Wanted& asked = request_.session.wanted;
    std::set<std::string> models, backends, contenders;
    for (const Json& result : stored_.at("results")) {
      models.insert(NEURAL_TRY(json_field<std::string>(result, "model", "the baseline")));
      backends.insert(NEURAL_TRY(json_field<std::string>(result, "backend", "the baseline")));
      contenders.insert(NEURAL_TRY(json_field<std::string>(result, "contender", "the baseline")));
    }
    const auto narrowed = [](const Names& given, const std::set<std::string>& all) {
      return given.empty() ? sorted(all) : given;
    };
    return measure(
        {narrowed(asked.models, models), narrowed(asked.backends, backends), narrowed(asked.contenders, contenders)},
        Round::kFirst);
  }

  Expected<Looks> measure_again(const std::set<Subject>& suspects) override {
    std::set<std::string> models, backends, contenders;
    for (const Subject& suspect : suspects) {
      models.insert(suspect.model);
      backends.insert(suspect.backend);
      contenders.insert(suspect.contender);
    }
    return measure({sorted(models), sorted(backends), sorted(contenders)}, Round::kSecond);
  }

 private:
  /// The protocol of then, where nothing else is asked for.
  Expected<plan::Request> request(Round round) const {
    constexpr const char* kName = "the baseline's protocol";
    plan::Request session = sessions_.request(round);
    const Json& protocol = stored_.at("protocol");
    if (NEURAL_TRY(json_field<bool>(protocol, "quick", kName))) session.quick = true;
    if (!session.epochs) session.epochs = NEURAL_TRY(json_field<std::int64_t>(protocol, "epochs", kName));
    if (!session.profile && protocol.contains("profile")) {
      session.profile = process::profile_named(NEURAL_TRY(json_field<std::string>(protocol, "profile", kName)));
    }
    if (!session.threads) session.threads = NEURAL_TRY(json_field<int>(protocol, "threads", kName));
    return session;
  }

  /// Before anything is measured in vain.
  Status check_machine() const {
    const plan::Request session = NEURAL_TRY(request(Round::kFirst));
    const Json versions = NEURAL_TRY(plan::ask_versions({tools_.runner, session.python, tools_.variables}));
    return history::check_machines(
        stored_.at("environment"),
        plan::describe_environment(session.python, versions, session.profile.value_or(process::Profile::kControlled),
                                   *session.threads, tools_.variables));
  }

  Expected<Looks> measure(const plan::Wanted& wanted, Round round) {
    plan::Request session = NEURAL_TRY(request(round));
    session.wanted = wanted;
    const Json results = NEURAL_TRY(sessions_.run(session));
    const auto changes = NEURAL_TRY(history::compare_sessions(as_session(stored_), as_session(results)));
    Looks looks = looks_of_changes(changes);
    // The stored session may have cells that nobody asked for now.
    const bool all = round == Round::kFirst && request_.session.wanted.is_default();
    const Looks measured = looks_of_results(results);
    if (!all) std::erase_if(looks, [&](const auto& each) { return !measured.contains(each.first); });
    return looks;
  }

  static history::Session as_session(const Json& results) {
    return {"", compact_json(results.at("environment")), compact_json(results)};
  }

  const Request& request_;
  const Tools& tools_;
  Sessions sessions_;
  const Json& stored_;
};

Expected<Report> compare(Gauge& gauge, const std::string& baseline, const Tools& tools) {
  const Looks first = NEURAL_TRY(gauge.measure_all());
  const std::set<Subject> suspects = suspects_of(first);
  Looks second;
  if (!suspects.empty()) {
    tools.notice(fmt::format("{} of {} quantities look worse; measuring them once more, in a second session",
                             suspects.size(), first.size()));
    second = NEURAL_TRY(gauge.measure_again(suspects));
  }
  Report report{baseline, find(first, second), Outcome::kInvalid};
  report.outcome = overall(report.findings);
  return report;
}

Expected<std::vector<GateCell>> cells_of(const plan::Request& session) {
  std::vector<GateCell> cells;
  const Names backends = NEURAL_TRY(plan::select_backends(session.wanted.backends));
  for (const plan::Benchmark& benchmark : NEURAL_TRY(plan::select_models(session.benchmarks, session.wanted.models))) {
    for (const std::string& backend : backends) cells.push_back({benchmark.model, backend, benchmark.source});
  }
  return cells;
}

Expected<Report> measure_against(const Baseline& baseline, const Request& request, const Tools& tools) {
  if (const auto* stored = std::get_if<StoredSession>(&baseline)) {
    SessionGauge gauge(request, tools, stored->results);
    return compare(gauge, name_of(baseline), tools);
  }
  if (!request.session.wanted.contenders.empty()) {
    return fail(ErrorCode::kUsage, "`--contenders` is for a baseline that is a session",
                "leave it out: against a build, its own programs are the contenders");
  }
  std::vector<GateCell> cells = NEURAL_TRY(cells_of(request.session));
  fs::path executable;
  if (const auto* revision = std::get_if<Revision>(&baseline)) {
    executable = NEURAL_TRY(build_baseline(*revision, request.cache, tools.runner, tools.variables, tools.notice));
  } else {
    executable = std::get<Executable>(baseline).path;
  }
  BuildGauge gauge(request, tools, std::move(executable), std::move(cells));
  return compare(gauge, name_of(baseline), tools);
}

/// What a gate compares: another one may not go on with its sessions.
Expected<Json> identity(const Baseline& baseline, const Request& request) {
  const auto hash = [](const fs::path& file) -> Expected<std::string> {
    const std::string bytes = NEURAL_TRY(read_file(file));
    return sha256(bytes);
  };
  Json identity = {{"baseline", name_of(baseline)}, {"this_sha256", NEURAL_TRY(hash(request.executable))}};
  if (const auto* build = std::get_if<Executable>(&baseline)) {
    identity["baseline_sha256"] = NEURAL_TRY(hash(build->path));
  } else if (const auto* stored = std::get_if<StoredSession>(&baseline)) {
    identity["baseline_sha256"] = sha256(compact_json(stored->results));
  }
  return identity;
}

/// Nothing of an earlier gate may be taken for this one's, and nothing of it is lost.
Status begin(const Baseline& baseline, const Request& request) {
  const fs::path& folder = request.session.output;
  const fs::path file = folder / kStateFile;
  const Json now = NEURAL_TRY(identity(baseline, request));
  if (request.session.resume) {
    const Expected<Json> before = read_json(file);
    if (before && *before == now) return done();
    return fail(ErrorCode::kUsage,
                before ? fmt::format("`{}` holds a gate of another build or against another baseline", folder.string())
                       : fmt::format("`{}` holds no gate to go on with", folder.string()),
                "leave out `--resume`, or name the folder with `--output`");
  }
  NEURAL_TRY(make_folder(folder));
  for (const Round round : {Round::kFirst, Round::kSecond}) {
    if (fs::exists(folder / folder_of(round))) NEURAL_TRY(plan::clear_for_new_session(folder / folder_of(round)));
  }
  return write_file(file, pretty_json(now));
}

}  // namespace

Json to_json(const Report& report) {
  Json findings = Json::array();
  for (const Finding& finding : report.findings) findings.push_back(to_json(finding));
  return {{"schema_version", 1},
          {"baseline", report.baseline},
          {"outcome", name_of(report.outcome)},
          {"findings", findings}};
}

Expected<Report> run_gate(const Request& request, const Tools& tools) {
  const Baseline baseline = NEURAL_TRY(
      find_baseline(request.baseline, {tools.runner, tools.variables, request.session.benchmarks, request.history}));
  NEURAL_TRY(begin(baseline, request));
  const Report report = NEURAL_TRY(measure_against(baseline, request, tools));
  NEURAL_TRY(write_file(request.session.output / kGateFile, pretty_json(to_json(report))));
  return report;
}

}  // namespace neural::bench::gate
