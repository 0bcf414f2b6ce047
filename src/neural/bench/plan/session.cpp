#include "neural/bench/plan/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/bench/plan/backends.hpp"
#include "neural/bench/plan/cell_runs.hpp"
#include "neural/bench/plan/environment.hpp"
#include "neural/bench/plan/equal_pairs.hpp"
#include "neural/bench/plan/measure_cell.hpp"
#include "neural/bench/plan/output_folder.hpp"
#include "neural/bench/plan/revision.hpp"
#include "neural/bench/plan/session_record.hpp"
#include "neural/bench/process/interrupts.hpp"
#include "neural/bench/report/write_reports.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

/// The session that is asked for, before anything is written.
struct Start {
  SessionRecord record;
  std::vector<Cell> cells;
};

Status check_wanted(const Wanted& wanted, const Wanted& before) {
  const auto same = [](const auto& given, const auto& first) { return given.empty() || given == first; };
  if (same(wanted.models, before.models) && same(wanted.backends, before.backends) &&
      same(wanted.contenders, before.contenders) && same(wanted.levels, before.levels) &&
      same(wanted.batch_sizes, before.batch_sizes) && (wanted.shard == Shard{} || wanted.shard == before.shard)) {
    return done();
  }
  return fail(
      ErrorCode::kUsage,
      "other models, backends, contenders, levels, batch sizes or parts are asked for than when the session began",
      "leave them out to go on, or start anew with another `--output`");
}

Status check_can_resume(const Request& request) {
  if (fs::exists(request.output / kSessionFile)) return done();
  return fail(ErrorCode::kUsage, fmt::format("`{}` holds no session to go on with", request.output.string()),
              "leave out `--resume`, or name the folder with `--output`");
}

/// Tells what is left out.
Status leave_out_missing(Start& start, const Wanted& wanted, const Json& versions, Observer& observer) {
  for (const std::string& notice : leave_out_missing(start.cells, wanted, versions)) observer.notice(notice);
  if (!start.cells.empty()) return done();
  return fail(ErrorCode::kUsage, "of the contenders that are asked for none has its framework installed",
              "the lines above say what to install");
}

Expected<Start> begin_new(const Request& request) {
  Start start;
  start.cells = NEURAL_TRY(select_cells(request.benchmarks, request.wanted));
  start.record = {make_protocol(request), request.wanted, request.version, request.python.string(), {}};
  return start;
}

Expected<Start> resume(const Request& request, const Tools& tools, const Json& versions) {
  Start start;
  start.record = NEURAL_TRY(read_session(request.output));
  if (start.record.version != request.version) {
    return fail(ErrorCode::kUsage,
                fmt::format("the session was begun by version {} of this program, this is {}", start.record.version,
                            request.version),
                "start anew with another `--output`");
  }
  NEURAL_TRY(check_same(request, start.record.protocol));
  NEURAL_TRY(check_wanted(request.wanted, start.record.wanted));
  start.cells = NEURAL_TRY(select_cells(request.benchmarks, start.record.wanted));
  NEURAL_TRY(leave_out_missing(start, start.record.wanted, versions, tools.observer));
  const std::vector<CellIdentity> now = NEURAL_TRY(identify(start.cells));
  NEURAL_TRY(check_unchanged(start.record.cells, now));
  start.record.protocol.timeout_seconds = request.timeout_seconds.value_or(start.record.protocol.timeout_seconds);
  if (request.budget_seconds) start.record.protocol.budget_seconds = request.budget_seconds;
  start.record.protocol.finished_utc.clear();
  return start;
}

/// One sentence for cell.json and the report.
std::string sentence(const Error& error) {
  return error.help.empty() ? error.message : fmt::format("{}; {}", error.message, error.help);
}

class Session {
 public:
  Session(const Request& request, const Tools& tools, Start start, Json versions)
      : request_(request),
        tools_(tools),
        record_(std::move(start.record)),
        cells_(std::move(start.cells)),
        versions_(std::move(versions)),
        context_{record_.protocol,
                 worker_host(),
                 tools.runner,
                 tools.observer,
                 {},
                 static_cast<int>(cells_.size()),
                 Budget(record_.protocol.budget_seconds, static_cast<int>(cells_.size()))} {}

  Expected<Json> run() {
    const Protocol& protocol = record_.protocol;
    Json environment =
        describe_environment(request_.python, versions_, protocol.profile, protocol.threads, tools_.variables);
    const fs::path& sources = request_.sources.empty() ? request_.benchmarks : request_.sources;
    environment["source"] = describe_revision(tools_.runner, sources, tools_.variables);
    if (!request_.selftest.is_null()) environment["selftest"] = request_.selftest;
    if (request_.resume) NEURAL_TRY(check_environment(results(), environment));
    NEURAL_TRY(write_session(record_, results()));
    NEURAL_TRY(write_environment(results(), environment));
    std::vector<CellRecord> records;
    for (const Cell& cell : cells_) records.push_back(NEURAL_TRY(prepare(cell)));
    NEURAL_TRY(measure(records));
    return finish();
  }

 private:
  process::WorkerHost worker_host() const {
    return {fs::absolute(request_.output),
            {request_.python.string(), "-m", "neural.worker"},
            tools_.variables,
            record_.protocol.timeout_seconds,
            {{std::string(kEngine), tools_.engine_worker}}};
  }
  Python python() const { return {tools_.runner, request_.python, tools_.variables}; }
  const fs::path& results() const { return context_.host.results; }

  /// The programs of a cell. That they cannot be made is the cell's error.
  Expected<CellRecord> prepare(const Cell& cell) {
    CellRecord record;
    record.cell = cell;
    record.epochs = record_.protocol.epochs;
    record.seeds = record_.protocol.seeds;
    Expected<Programs> programs = make_programs(cell, tools_.compile, results());
    if (!programs) {
      if (programs.error().code != ErrorCode::kMeasurement) return tl::unexpected(programs.error());
      record.error = sentence(programs.error());
      return record;
    }
    record.programs = *std::move(programs);
    const std::optional<EarlierCell> earlier = read_earlier_cell(cell.name, results());
    if (!earlier) return record;
    if (earlier->neural_sha256 != record.programs->neural_sha256) {
      return fail(ErrorCode::kUsage,
                  fmt::format("another program is generated for `{}` than when this session began", cell.name),
                  "start anew with another `--output`");
    }
    record.compile = earlier->compile;
    return record;
  }

  /// What the cell needs before its first run.
  Status supply(CellRecord& record) {
    for (const std::string& name : {record.cell.generated_backend, record.cell.contender.constants.backend}) {
      const Backend* missing = missing_framework(name, versions_);
      if (missing == nullptr) continue;
      return fail(ErrorCode::kMeasurement,
                  fmt::format("{} is not installed for `{}`", missing->title, request_.python.string()),
                  fmt::format("install it with `{} -m pip install {}`, or choose another interpreter with `--python`",
                              request_.python.string(), missing->distribution));
    }
    if (!record.compile) {
      const CompiledProgram& compiled = record.programs->compiled;
      record.compile = {compiled.parse_seconds, compiled.codegen_seconds,
                        NEURAL_TRY(time_cold_compile(record.cell, tools_))};
    }
    const std::string& name = record.programs->compiled.dataset;
    if (data_.find(name) == data_.end()) {
      tools_.observer.notice(fmt::format("preparing the data set `{}`", name));
      data_.emplace(name, NEURAL_TRY(prepare_data(python(), results(), name)));
    }
    record.data = data_.at(name);
    return done();
  }

  /// A cell on its way.
  struct Begun {
    CellRecord* record;
    int number;
    std::unique_ptr<CellRuns> runs;
    double training_seconds = 0;
  };

  /// One cell behind the other. Where the budget has a limit, those that train longer than their share of it wait until
  /// the others are done, the shortest in front.
  Status measure(std::vector<CellRecord>& records) {
    std::vector<Begun> waiting;
    for (CellRecord& record : records) {
      Begun cell{&record, static_cast<int>(&record - records.data()) + 1, nullptr};
      Status status = record.error.empty() ? begin(cell) : done();
      if (status && record.error.empty()) {
        if (!context_.budget.allows(cell.training_seconds)) {
          context_.budget.put_off();
          tools_.observer.notice(
              fmt::format("`{}` trains for about {:.0f} s, longer than its share of the budget: it "
                          "waits until the others are measured",
                          record.cell.name, cell.training_seconds));
          waiting.push_back(std::move(cell));
          continue;
        }
        status = go_on(cell);
      }
      NEURAL_TRY(end(record, status));
    }
    std::stable_sort(waiting.begin(), waiting.end(),
                     [](const Begun& a, const Begun& b) { return a.training_seconds < b.training_seconds; });
    for (const Begun& cell : waiting) {
      context_.estimate.begin_cell();
      context_.budget.begin_cell();
      NEURAL_TRY(end(*cell.record, go_on(cell)));
    }
    return done();
  }

  Status begin(Begun& cell) {
    NEURAL_TRY(supply(*cell.record));
    context_.estimate.begin_cell();
    context_.budget.begin_cell();
    cell.runs = std::make_unique<CellRuns>(context_, *cell.record, cell.number);
    cell.training_seconds = NEURAL_TRY(begin_cell(*cell.runs));
    return done();
  }

  Status go_on(const Begun& cell) {
    NEURAL_TRY(measure_cell(*cell.runs, cell.training_seconds));
    return measure_noise(*cell.record, cell.number);
  }

  /// Once a session, unless it is a quick one. That equal programs cannot be measured takes nothing from the cell.
  Status measure_noise(const CellRecord& record, int number) {
    if (record_.protocol.quick || std::exchange(noise_is_known_, true)) return done();
    const Status status = measure_equal_pairs(context_, record, number);
    if (status || status.error().code != ErrorCode::kMeasurement) return status;
    tools_.observer.notice(fmt::format("pairs of equal programs: {}", sentence(status.error())));
    return done();
  }

  /// What went wrong in a cell is its own; what went wrong outside ends the session.
  Status end(CellRecord& record, const Status& status) {
    if (!status && status.error().code != ErrorCode::kMeasurement) return status;
    if (!status) record.error = sentence(status.error());
    NEURAL_TRY(save_cell(record, results()));
    tools_.observer.cell_finished(record.cell.name, record.error);
    return done();
  }

  Expected<Json> finish() {
    for (const auto& [name, data] : data_) remove_data(data);
    record_.protocol.finished_utc = utc_iso(unix_ms());
    NEURAL_TRY(write_session(record_, results()));
    return report::write_reports(results(), request_.reports);
  }

  const Request& request_;
  const Tools& tools_;
  SessionRecord record_;
  std::vector<Cell> cells_;
  Json versions_;
  SessionContext context_;
  std::map<std::string, DataSet> data_;
  bool noise_is_known_ = false;
};

/// What stopped the session once it had begun: a full disk, a process that could not be started.
void name_the_way_on(Error& error) {
  constexpr std::string_view kWayOn = "every finished run is kept: go on with the same command and `--resume`";
  if (error.code == ErrorCode::kUsage || error.help.ends_with(kWayOn)) return;
  error.help += (error.help.empty() ? "" : "; ") + std::string(kWayOn);
}

}  // namespace

Expected<Json> run_session(const Request& request, const Tools& tools) {
  const process::Interrupts interrupts;
  const auto waiting = [&](const std::string& message) { tools.observer.notice(message); };
  // What is not there is said at once; what lies in the folder is only looked at when nobody else writes there.
  Start start;
  if (!request.resume) start = NEURAL_TRY(begin_new(request));
  const process::HostLock lock = NEURAL_TRY(process::HostLock::acquire(tools.lock_folder, waiting));
  if (request.resume) NEURAL_TRY(check_can_resume(request));
  const Json versions = NEURAL_TRY(ask_versions({tools.runner, request.python, tools.variables}));
  if (request.resume) {
    start = NEURAL_TRY(resume(request, tools, versions));
  } else {
    NEURAL_TRY(leave_out_missing(start, request.wanted, versions, tools.observer));
    start.record.cells = NEURAL_TRY(identify(start.cells));
    NEURAL_TRY(clear_for_new_session(request.output));
  }
  if (tools.preflight) {
    for (const std::string& warning : tools.preflight()) tools.observer.notice(warning);
  }
  Expected<Json> results = Session(request, tools, std::move(start), versions).run();
  if (!results) name_the_way_on(results.error());
  return results;
}

}  // namespace neural::bench::plan
