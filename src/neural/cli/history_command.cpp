#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "neural/base/clock.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/history/compare.hpp"
#include "neural/bench/history/export.hpp"
#include "neural/bench/history/fingerprint.hpp"
#include "neural/bench/history/other_sessions.hpp"
#include "neural/bench/history/record.hpp"
#include "neural/bench/history/trend.hpp"
#include "neural/bench/html/render_html.hpp"
#include "neural/bench/report/render_markdown.hpp"
#include "neural/cli/bench_summary.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/history_text.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;
using bench::history::History;
using bench::history::Summary;

constexpr const char* kFooter =
    "examples:\n"
    "  neural history list --model simple_mlp\n"
    "  neural history show 12                          # its summary; --markdown is its report again\n"
    "  neural history compare 11 12                    # has the neural side become faster or slower?\n"
    "  neural history trend --model cnn                 # where the ratio has moved, and between which revisions\n"
    "  neural history acknowledge 17 --reason \"float64 sums, for exactness\"   # no alert any more\n"
    "  neural history export 12 --format bencher -o results.json\n"
    "  neural history import benchmark_results         # a results folder, or lines of `neural history export`\n"
    "  neural history prune --keep 100\n"
    "\n`neural bench` keeps every session here: its raw events, run by run, and its results. The file is "
    "$NEURAL_HISTORY,\n"
    "else history.db in ~/.local/share/neural; NEURAL_HISTORY=off keeps none.";

struct Options {
  fs::path history;
  std::string model, backend, before, reason, format = "lines";
  std::optional<std::int64_t> most, keep;
  std::vector<std::int64_t> sessions;
  std::vector<fs::path> sources;
  std::int64_t session = 0, other = 0;
  std::string output = "-";
  bool json = false, markdown = false, html = false, dry_run = false, check = false, undo = false;
};

Expected<fs::path> history_file(const Options& options) {
  if (!options.history.empty()) return options.history;
  if (auto path = bench::history::default_history()) return *path;
  return fail(ErrorCode::kUsage, "no history is kept: NEURAL_HISTORY is `off`", "name a file with `--history`");
}

/// One that is there.
Expected<History> open_history(const Options& options) {
  const fs::path path = NEURAL_TRY(history_file(options));
  auto history = History::open(path, false);
  if (!history && history.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no history yet: `{}`", path.string()),
                "`neural bench` begins one; `neural history import benchmark_results` takes what was measured before");
  }
  return history;
}

// ---- list ----

Expected<int> list(const Options& options) {
  History history = NEURAL_TRY(open_history(options));
  const auto sessions = NEURAL_TRY(history.sessions({options.model, options.backend, options.most}));
  if (options.json) {
    Json all = Json::array();
    for (const Summary& summary : sessions) all.push_back(to_json(summary));
    NEURAL_TRY(print_result(pretty_json(all)));
    return kDone;
  }
  NEURAL_TRY(print_result(list_text(sessions)));
  return kDone;
}

// ---- show ----

Expected<int> show(const Options& options) {
  History history = NEURAL_TRY(open_history(options));
  const bench::history::Session session = NEURAL_TRY(history.session(options.session));
  if (session.results.empty()) {
    return fail(ErrorCode::kUsage, fmt::format("session {} is not finished: it has no results", options.session),
                fmt::format("`neural history export {}` has its runs; `neural bench --resume` goes on with it",
                            options.session));
  }
  const std::string name = fmt::format("`{}`, session {}", history.path().string(), options.session);
  const Json results = NEURAL_TRY(parse_json(session.results, name));
  const Json environment = NEURAL_TRY(parse_json(session.environment, name));
  std::string text;
  if (options.json) {
    text = pretty_json(results);
  } else if (options.markdown) {
    text = bench::report::render_markdown(results);
  } else if (options.html) {
    text = bench::html::render_html(NEURAL_TRY(bench::history::with_other_sessions(history, options.session)));
  } else {
    text = fmt::format("session {}\n\n{}\nmachine {}\n{}", options.session, bench_summary(results),
                       bench::history::fingerprint(environment), facts_text(environment));
  }
  NEURAL_TRY(must_spare_source(history.path().string(), options.output));
  NEURAL_TRY(write_output(options.output, [&](const Sink& sink) { return sink(text); }));
  return kDone;
}

// ---- compare ----

Expected<int> compare(const Options& options) {
  History history = NEURAL_TRY(open_history(options));
  const bench::history::Session before = NEURAL_TRY(history.session(options.session));
  const bench::history::Session after = NEURAL_TRY(history.session(options.other));
  const auto changes = NEURAL_TRY(bench::history::compare_sessions(before, after));
  if (options.json) {
    Json all = Json::array();
    for (const auto& change : changes) all.push_back(to_json(change));
    NEURAL_TRY(print_result(pretty_json(all)));
    return kDone;
  }
  NEURAL_TRY(print_result(changes_text(changes, options.session, options.other)));
  return kDone;
}

// ---- trend ----

bool has_alert(const bench::history::Trend& trend) {
  return std::any_of(trend.changes.begin(), trend.changes.end(),
                     [](const auto& each) { return each.state == bench::history::Shift::State::kNew; });
}

Expected<int> trend(const Options& options) {
  History history = NEURAL_TRY(open_history(options));
  const auto found = NEURAL_TRY(bench::history::trends(history, {options.model, options.backend, {}}));
  if (options.json) {
    Json all = Json::array();
    for (const auto& each : found) all.push_back(to_json(each));
    NEURAL_TRY(print_result(pretty_json(all)));
  } else {
    NEURAL_TRY(print_result(trends_text(found)));
  }
  const bool alert = std::any_of(found.begin(), found.end(), has_alert);
  return options.check && alert ? kNo : kDone;
}

// ---- acknowledge ----

Expected<int> acknowledge(const Options& options) {
  if (options.undo == !trim(options.reason).empty()) {
    return fail(ErrorCode::kUsage, "why the change is accepted is not said",
                "`--reason TEXT`, or `--undo` to take an earlier reason back");
  }
  History history = NEURAL_TRY(open_history(options));
  NEURAL_TRY(history.session(options.session));
  const std::string reason(trim(options.reason));
  const std::size_t count = NEURAL_TRY(bench::history::acknowledge(
      history, options.session, {options.model, options.backend, {}}, reason, utc_iso(unix_ms())));
  if (count == 0) {
    return fail(ErrorCode::kUsage, fmt::format("no change begins at session {}", options.session),
                "`neural history trend` shows the changes there are, each with its session");
  }
  NEURAL_TRY(
      print_result(fmt::format("{} {} at session {}\n", options.undo ? "no longer acknowledged:" : "acknowledged:",
                               count == 1 ? "a change" : fmt::format("{} changes", count), options.session)));
  return kDone;
}

// ---- export, import, prune ----

/// All sessions where none is named.
Expected<std::vector<std::int64_t>> named_sessions(History& history, const std::vector<std::int64_t>& named) {
  if (!named.empty()) {
    for (const std::int64_t id : named) NEURAL_TRY(history.session(id));
    return named;
  }
  std::vector<std::int64_t> all;
  for (const Summary& summary : NEURAL_TRY(history.sessions())) all.push_back(summary.id);
  return all;
}

/// The results of the only session that is named, or of the newest that has any.
Expected<Json> results_to_export(History& history, const std::vector<std::int64_t>& named) {
  if (named.size() > 1) {
    return fail(ErrorCode::kUsage, "this format holds one session, several are named", "name one");
  }
  std::optional<std::int64_t> newest;
  for (const Summary& summary : NEURAL_TRY(history.sessions())) {
    if (summary.finished) newest = summary.id;
  }
  if (named.empty() && !newest) {
    return fail(ErrorCode::kUsage, "no session is finished yet", "`--format lines` has the runs of any session");
  }
  const std::int64_t id = named.empty() ? *newest : named.front();
  const bench::history::Session session = NEURAL_TRY(history.session(id));
  if (session.results.empty()) {
    return fail(ErrorCode::kUsage, fmt::format("session {} is not finished: it has no results", id),
                "`--format lines` has the runs of any session");
  }
  return parse_json(session.results, fmt::format("session {}", id));
}

Expected<int> export_sessions(const Options& options) {
  History history = NEURAL_TRY(open_history(options));
  NEURAL_TRY(must_spare_source(history.path().string(), options.output));
  if (options.format == "lines") {
    const auto sessions = NEURAL_TRY(named_sessions(history, options.sessions));
    NEURAL_TRY(write_output(options.output,
                            [&](const Sink& sink) { return bench::history::export_lines(history, sessions, sink); }));
    return kDone;
  }
  const Json results = NEURAL_TRY(results_to_export(history, options.sessions));
  const bool bencher = options.format == "bencher";
  const std::string text =
      pretty_json(bencher ? bench::history::as_bencher(results) : bench::history::as_google_benchmark(results));
  NEURAL_TRY(write_output(options.output, [&](const Sink& sink) { return sink(text); }));
  return kDone;
}

Expected<int> import_sessions(const Options& options) {
  const fs::path path = NEURAL_TRY(history_file(options));
  History history = NEURAL_TRY(History::open(path, true));
  for (const fs::path& source : options.sources) {
    std::vector<std::int64_t> taken;
    if (fs::is_directory(source)) {
      if (!fs::exists(source / "session.json")) {
        return fail(
            ErrorCode::kNotFound,
            fmt::format("`{}` is no results folder of `neural bench`: it holds no `session.json`", source.string()));
      }
      taken.push_back(NEURAL_TRY(bench::history::record_folder(history, source)));
    } else {
      taken = NEURAL_TRY(bench::history::import_lines(history, source));
    }
    for (const std::int64_t id : taken) {
      NEURAL_TRY(print_result(fmt::format("session {} from {}\n", id, printable(source.string()))));
    }
  }
  return kDone;
}

Expected<int> prune(const Options& options) {
  if (!options.keep && options.before.empty()) {
    return fail(ErrorCode::kUsage, "what to remove is not said", "`--keep N`, `--before 2026-01-31`, or both");
  }
  History history = NEURAL_TRY(open_history(options));
  const std::vector<Summary> sessions = NEURAL_TRY(history.sessions());
  std::vector<std::int64_t> removed;
  std::string text;
  for (std::size_t index = 0; index < sessions.size(); ++index) {
    const Summary& summary = sessions[index];
    const bool newest = options.keep && sessions.size() - index <= static_cast<std::size_t>(*options.keep);
    const bool young = !options.before.empty() && summary.started_utc >= options.before;
    if (newest || young) continue;
    removed.push_back(summary.id);
    text += fmt::format("{} session {} of {}, {} runs\n", options.dry_run ? "would remove" : "removed", summary.id,
                        printable(summary.started_utc), summary.runs);
  }
  if (!options.dry_run) NEURAL_TRY(history.remove(removed));
  NEURAL_TRY(print_result(text.empty() ? "nothing to remove\n" : text));
  return kDone;
}

/// For CLI11: what is wrong with a date, or nothing.
std::string check_date(const std::string& text) {
  constexpr std::string_view kForm = "0000-00-00";
  const bool good = text.size() == kForm.size() &&
                    std::equal(text.begin(), text.end(), kForm.begin(),
                               [](char a, char b) { return b == '-' ? a == '-' : (a >= '0' && a <= '9'); });
  return good ? std::string() : fmt::format("`{}` is no date such as 2026-01-31", printable(text));
}

}  // namespace

Run add_history(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto chosen = std::make_shared<std::function<Expected<int>(const Options&)>>();
  app.require_subcommand(1);
  app.footer(kFooter);
  const auto add = [&](const char* name, const char* summary, Expected<int> (*run)(const Options&)) {
    CLI::App* command = app.add_subcommand(name, summary);
    command->add_option("--history", options->history, "The history (default: $NEURAL_HISTORY, else the user's)");
    command->callback([chosen, run] { *chosen = run; });
    return command;
  };
  CLI::App* command = add("list", "List sessions and what they found", list);
  command->add_option("--model", options->model, "Of this benchmark only");
  command->add_option("--backend", options->backend, "Of this backend only");
  command->add_option("-n,--most", options->most, "The newest so many")->check(CLI::Range(1, 1'000'000));
  command->add_flag("--json", options->json, "As JSON");

  command = add("show", "Show what a session found, and on what machine", show);
  command->add_option("SESSION", options->session, "Its number, as `list` shows it")->required();
  CLI::Option* json = command->add_flag("--json", options->json, "Its benchmark_results.json");
  CLI::Option* markdown = command->add_flag("--markdown", options->markdown, "Its report")->excludes(json);
  command->add_flag("--html", options->html, "Its report as a page, with what other sessions found")
      ->excludes(json)
      ->excludes(markdown);
  add_output(*command, options->output, "The file; - is standard output (default)");

  command = add("compare", "Tell what has changed from one session to another", compare);
  command->add_option("BEFORE", options->session, "The number of the first")->required();
  command->add_option("AFTER", options->other, "The number of the second")->required();
  command->add_flag("--json", options->json, "As JSON");

  command = add("trend", "Show the ratios over all sessions, and where they have moved", trend);
  command->add_option("--model", options->model, "Of this benchmark only");
  command->add_option("--backend", options->backend, "Of this backend only");
  command->add_flag("--json", options->json, "As JSON");
  command->add_flag("--check", options->check,
                    "Exit with 1 where something became slower or larger, and is neither acknowledged nor gone");

  command = add("acknowledge", "Say why a change is accepted", acknowledge);
  command->add_option("SESSION", options->session, "Where it begins, as `trend` shows it")->required();
  command->add_option("--reason", options->reason, "Why; reports show it");
  command->add_flag("--undo", options->undo, "Take the reason back");
  command->add_option("--model", options->model, "Only what is of this benchmark");
  command->add_option("--backend", options->backend, "Only what is of this backend");

  command = add("export", "Write sessions for other tools, or for another history", export_sessions);
  command->add_option("SESSION", options->sessions, "Numbers (default: all, or the newest where a format holds one)");
  command->add_option("--format", options->format, "lines: JSON lines with everything; google-benchmark; bencher")
      ->check(CLI::IsMember({"lines", "google-benchmark", "bencher"}))
      ->capture_default_str();
  add_output(*command, options->output, "The file; - is standard output (default)");

  command = add("import", "Take results folders, and lines of `export`, into the history", import_sessions);
  command->add_option("SOURCE", options->sources, "Folders and files")->required()->check(CLI::ExistingPath);

  command = add("prune", "Remove sessions for good", prune);
  command->add_option("--keep", options->keep, "All but the newest so many")->check(CLI::Range(0, 1'000'000));
  command->add_option("--before", options->before, "What began before this day")->check(check_date, "");
  command->add_flag("--dry-run", options->dry_run, "Only tell what would be removed");
  return [options, chosen] { return (*chosen)(*options); };
}

}  // namespace neural::cli
