#include <fmt/format.h>

#include <cmath>
#include <set>

#include "neural/base/hashes.hpp"
#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/track/export.hpp"
#include "neural/track/export_parts.hpp"

namespace neural::track {
namespace {

namespace fs = std::filesystem;

// mlflow.entities.RunStatus
int status_number(const std::string& status) {
  if (status == "RUNNING") return 1;
  if (status == "FINISHED") return 3;
  if (status == "FAILED") return 4;
  return 5;  // killed, and whatever ended in a way that we do not know
}

/// A double-quoted YAML text. What printable() leaves is what YAML may hold, but for two code points that are none.
std::string yaml_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  for (const char* none : {"\xEF\xBF\xBE", "\xEF\xBF\xBF", "\xEF\xBB\xBF"}) {
    for (std::size_t at = quoted.find(none); at != std::string::npos; at = quoted.find(none, at)) {
      quoted.replace(at, 3, "\xEF\xBF\xBD");
    }
  }
  return quoted + "\"";
}

/// file:///… of an absolute path: all but letters, digits, `/`, `.`, `-` and `_` by their bytes in hexadecimal.
std::string file_uri(const fs::path& path) {
  std::string uri = "file://";
  for (const char c : fs::absolute(path).lexically_normal().string()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '-' || c == '_';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

std::string id_of(std::string_view text) {
  return sha256(text).substr(0, 32);
}

/// Eighteen decimal digits, as MLflow's own.
std::string experiment_id(const std::string& experiment) {
  const std::uint64_t number = std::stoull(sha256(experiment).substr(0, 15), nullptr, 16);
  return fmt::format("{}", 100'000'000'000'000'000ULL + number % 900'000'000'000'000'000ULL);
}

Status write_experiment(const fs::path& folder, const std::string& id, const RecordedRun& first) {
  const std::int64_t begun = first.start_ms.value_or(0);
  NEURAL_TRY(make_folder(folder));
  return write_file(folder / "meta.yaml",
                    fmt::format("artifact_location: {}\ncreation_time: {}\nexperiment_id: '{}'\nlast_update_time: {}\n"
                                "lifecycle_stage: active\nname: {}\n",
                                yaml_text(file_uri(folder)), begun, id, begun, yaml_text(first.experiment)));
}

std::string run_yaml(const RecordedRun& run, const std::string& experiment, const std::string& id,
                     const std::string& name, const fs::path& artifacts) {
  return fmt::format(
      "artifact_uri: {}\nend_time: {}\nentry_point_name: ''\nexperiment_id: '{}'\nlifecycle_stage: active\nrun_id: {}\n"
      "run_name: {}\nrun_uuid: {}\nsource_name: ''\nsource_type: 4\nsource_version: ''\nstart_time: {}\nstatus: {}\n"
      "tags: []\nuser_id: ''\n",
      yaml_text(file_uri(artifacts)), run.end_ms ? std::to_string(*run.end_ms) : "null", experiment, id,
      yaml_text(name), id, run.start_ms.value_or(0), status_number(run.status));
}

Params tags_of(const RecordedRun& run, const std::string& name) {
  Params tags = {{"mlflow.runName", name}, {"mlflow.source.type", "LOCAL"}, {"neural.id", run.id}};
  const auto add = [&](const char* tag, const std::string& value) {
    if (!value.empty()) tags.emplace_back(tag, value);
  };
  const auto git = run.description.find("git");
  if (git != run.description.end()) add("mlflow.source.git.commit", text_at(*git, {"revision"}));
  add("mlflow.source.name", text_at(run.description, {"program"}));
  add("group", run.group);
  if (run.seed) add("seed", std::to_string(*run.seed));
  return tags;
}

Status write_texts(const fs::path& folder, const Params& texts) {
  NEURAL_TRY(make_folder(folder));
  PlainNames names;
  for (const auto& [name, text] : texts) NEURAL_TRY(write_file(folder / names.of(name), printable(text)));
  return done();
}

Status write_metrics(const fs::path& folder, const RecordedRun& run) {
  NEURAL_TRY(make_folder(folder));
  PlainNames names;
  for (const Series& series : series_of(run.metrics.all)) {
    std::string text;
    std::set<std::string> known;  // MLflow's database takes the same number at the same place once
    for (const Metric& point : series.points) {
      const std::string line = fmt::format(
          "{} {} {}\n", point.unix_ms, std::isfinite(point.value) ? shortest_double(point.value) : "nan", point.step);
      if (known.insert(line).second) text += line;
    }
    NEURAL_TRY(write_file(folder / names.of(series.name), text));
  }
  return done();
}

Status write_artifacts(const fs::path& folder, const RecordedRun& run) {
  NEURAL_TRY(make_folder(folder));
  return write_file(folder / "run.json", pretty_json(run.description));
}

Status write_run(const fs::path& experiment, const std::string& experiment_number, const RecordedRun& run) {
  const std::string id = id_of(run.experiment + "/" + run.id);
  const fs::path folder = experiment / id;
  const std::string name = (run.name.empty() ? "" : run.name + " ") + run.short_id();
  NEURAL_TRY(make_folder(folder));
  NEURAL_TRY(write_texts(folder / "params", run.params));
  NEURAL_TRY(write_texts(folder / "tags", tags_of(run, name)));
  NEURAL_TRY(write_metrics(folder / "metrics", run));
  NEURAL_TRY(write_artifacts(folder / "artifacts", run));
  return write_file(folder / "meta.yaml", run_yaml(run, experiment_number, id, name, folder / "artifacts"));
}

}  // namespace

Status export_mlflow(Runs runs, const fs::path& folder) {
  NEURAL_TRY(make_empty_folder(folder));
  std::set<std::string> experiments;
  for (const RecordedRun& run : runs) {
    const std::string id = experiment_id(run.experiment);
    if (experiments.insert(id).second) NEURAL_TRY(write_experiment(folder / id, id, run));
    NEURAL_TRY(write_run(folder / id, id, run));
  }
  return done();
}

}  // namespace neural::track
