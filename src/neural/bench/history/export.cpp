#include "neural/bench/history/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"

namespace neural::bench::history {
namespace {

constexpr double kNanoseconds = 1e9;

/// Documents as values where they are JSON: other tools can look inside. A broken one is a string.
Json document(const std::string& text) {
  Expected<Json> value = text.empty() ? Expected<Json>(Json()) : parse_json(text, "");
  return value ? *std::move(value) : Json(text);
}

/// The text of a document as files have it.
std::string text_of(const Json& line, const char* key) {
  const auto found = line.find(key);
  if (found == line.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : pretty_json(*found);
}

Expected<Run> run_of(const Json& line) {
  Run run;
  run.cell = NEURAL_TRY(json_field<std::string>(line, "cell", "run"));
  run.name = NEURAL_TRY(json_field<std::string>(line, "name", "run"));
  run.started_utc = NEURAL_TRY(json_field<std::string>(line, "started_utc", "run"));
  run.valid = NEURAL_TRY(json_field<bool>(line, "valid", "run"));
  run.plan = text_of(line, "plan");
  run.outcome = text_of(line, "outcome");
  run.events = text_of(line, "events");
  return run;
}

/// Without the session, which has another number in another history.
Expected<Acknowledgement> acknowledgement_of(const Json& line) {
  Acknowledgement found;
  found.model = NEURAL_TRY(json_field<std::string>(line, "model", "acknowledgement"));
  found.backend = NEURAL_TRY(json_field<std::string>(line, "backend", "acknowledgement"));
  found.contender = NEURAL_TRY(json_field<std::string>(line, "contender", "acknowledgement"));
  found.metric = NEURAL_TRY(json_field<std::string>(line, "metric", "acknowledgement"));
  found.reason = NEURAL_TRY(json_field<std::string>(line, "reason", "acknowledgement"));
  found.made_utc = NEURAL_TRY(json_field<std::string>(line, "made_utc", "acknowledgement"));
  return found;
}

/// Takes the lines of a file, each session with its runs.
class Import {
 public:
  explicit Import(History& history) : history_(history) {}

  Status take(const Json& line) {
    const std::string kind = NEURAL_TRY(json_field<std::string>(line, "kind", "line"));
    if (kind == "session") {
      const std::string key = NEURAL_TRY(json_field<std::string>(line, "key", "session"));
      const Session session = {text_of(line, "session"), text_of(line, "environment"), text_of(line, "results")};
      found_.push_back(NEURAL_TRY(history_.add_session(session)));
      ids_[key] = found_.back();
      return done();
    }
    if (kind != "run" && kind != "acknowledgement") {
      return fail(ErrorCode::kCorrupt, fmt::format("the kind {} is not known", as_code(kind)));
    }
    const std::string key = NEURAL_TRY(json_field<std::string>(line, "session", kind));
    const auto session = ids_.find(key);
    if (session == ids_.end()) {
      const char* article = kind == "run" ? "a" : "an";
      return fail(ErrorCode::kCorrupt, fmt::format("{} {} stands before its session", article, kind));
    }
    if (kind == "run") return history_.add_run(session->second, NEURAL_TRY(run_of(line)));
    Acknowledgement acknowledgement = NEURAL_TRY(acknowledgement_of(line));
    acknowledgement.session = session->second;
    return history_.acknowledge(acknowledgement);
  }

  const std::vector<std::int64_t>& found() const { return found_; }

 private:
  History& history_;
  std::map<std::string, std::int64_t> ids_;
  std::vector<std::int64_t> found_;
};

std::string name_of(const Json& result) {
  std::vector<std::string> parts;
  for (const char* key : {"model", "backend", "contender"}) {
    const Json part = at(result, {key});
    parts.push_back(part.is_string() ? part.get<std::string>() : "?");
  }
  return join(parts, "/");
}

Json repetition(const std::string& name, const Json& seconds, std::size_t index, std::size_t of) {
  return {{"name", name},         {"run_name", name},          {"run_type", "iteration"},
          {"repetitions", of},    {"repetition_index", index}, {"iterations", 1},
          {"real_time", seconds}, {"cpu_time", seconds},       {"time_unit", "s"}};
}

}  // namespace

Status export_lines(History& history, const std::vector<std::int64_t>& sessions, const Sink& sink) {
  const std::vector<Acknowledgement> acknowledgements = NEURAL_TRY(history.acknowledgements());
  for (const Summary& summary : NEURAL_TRY(history.sessions())) {
    if (std::find(sessions.begin(), sessions.end(), summary.id) == sessions.end()) continue;
    const Session session = NEURAL_TRY(history.session(summary.id));
    const Json line = {{"kind", "session"},
                       {"key", summary.key},
                       {"session", document(session.session)},
                       {"environment", document(session.environment)},
                       {"results", document(session.results)}};
    NEURAL_TRY(sink(compact_json(line) + "\n"));
    NEURAL_TRY(history.each_run(summary.id, [&](const Run& run) {
      const Json each = {{"kind", "run"},
                         {"session", summary.key},
                         {"cell", run.cell},
                         {"name", run.name},
                         {"started_utc", run.started_utc},
                         {"valid", run.valid},
                         {"plan", document(run.plan)},
                         {"outcome", document(run.outcome)},
                         {"events", run.events}};
      return sink(compact_json(each) + "\n");
    }));
    for (const Acknowledgement& each : acknowledgements) {
      if (each.session != summary.id) continue;
      const Json said = {{"kind", "acknowledgement"}, {"session", summary.key},      {"model", each.model},
                         {"backend", each.backend},   {"contender", each.contender}, {"metric", each.metric},
                         {"reason", each.reason},     {"made_utc", each.made_utc}};
      NEURAL_TRY(sink(compact_json(said) + "\n"));
    }
  }
  return done();
}

Expected<std::vector<std::int64_t>> import_lines(History& history, const std::filesystem::path& path) {
  const std::string text = NEURAL_TRY(read_file(path));
  Import import(history);
  const auto take_line = [&](const std::string& line) -> Status {
    if (trim(line).empty()) return done();
    return import.take(NEURAL_TRY(parse_json(line, "not JSON")));
  };
  const auto take_all = [&]() -> Status {
    std::size_t number = 0;
    for (const std::string& line : split(text, '\n')) {
      ++number;
      const Status status = take_line(line);
      if (!status) return tl::unexpected(status.error().within(fmt::format("`{}`, line {}", path.string(), number)));
    }
    return done();
  };
  NEURAL_TRY(history.at_once(take_all));
  return import.found();
}

Json as_google_benchmark(const Json& results) {
  const Json environment = at(results, {"environment"});
  Json benchmarks = Json::array();
  for (const Json& result : list_at(results, {"results"})) {
    for (const char* side : {"neural", "native"}) {
      const std::string name = name_of(result) + "/" + side;
      const Json samples = list_at(result, {side, "samples", "epoch_time"});
      for (std::size_t index = 0; index < samples.size(); ++index) {
        benchmarks.push_back(repetition(name, samples[index], index, samples.size()));
      }
    }
  }
  return {{"context",
           {{"date", at(results, {"protocol", "started_utc"})},
            {"executable", "neural bench"},
            {"num_cpus", at(environment, {"cpu", "processors"})},
            {"cpu_model", at(environment, {"cpu", "model"})},
            {"library_version", at(results, {"generator", "version"})}}},
          {"benchmarks", std::move(benchmarks)}};
}

Json as_bencher(const Json& results) {
  Json all = Json::object();
  for (const Json& result : list_at(results, {"results"})) {
    Json measures = Json::object();
    for (const char* metric : {"training_time", "memory"}) {
      const Json found = at(result, {"comparison", metric});
      if (!at(found, {"ratio"}).is_number()) continue;
      Json& measure = measures[std::string(metric) + "_ratio"];
      measure["value"] = at(found, {"ratio"});
      if (at(found, {"ci_low"}).is_number()) measure["lower_value"] = at(found, {"ci_low"});
      if (at(found, {"ci_high"}).is_number()) measure["upper_value"] = at(found, {"ci_high"});
    }
    if (!measures.empty()) all[name_of(result)] = std::move(measures);
    for (const char* side : {"neural", "native"}) {
      const Json seconds = at(result, {side, "epoch_time"});
      if (seconds.is_number()) {
        all[name_of(result) + "/" + side]["latency"]["value"] = seconds.get<double>() * kNanoseconds;
      }
    }
  }
  return all;
}

}  // namespace neural::bench::history
