#include "neural/bench/gate/baseline.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "neural/base/text.hpp"
#include "neural/bench/history/history.hpp"
#include "neural/bench/plan/git.hpp"

namespace neural::bench::gate {
namespace {

namespace fs = std::filesystem;

constexpr const char* kResults = "benchmark_results.json";
constexpr std::size_t kLongestPath = 200;
constexpr const char* kWhatItMayBe =
    "name a git revision (`main`, `v0.1.0`, `HEAD~1`), a session of `neural history list` by its number, a results "
    "folder of `neural bench`, or another build of `neural`";

/// The document, if it is one of `neural bench`.
Expected<Baseline> stored_session(std::string name, Json results) {
  const auto is = [&](const char* key, bool (Json::*kind)() const noexcept) {
    const auto found = results.is_object() ? results.find(key) : results.end();
    return results.is_object() && found != results.end() && ((*found).*kind)();
  };
  const bool whole = is("environment", &Json::is_object) && is("protocol", &Json::is_object) &&
                     is("results", &Json::is_array) &&
                     std::all_of(results["results"].begin(), results["results"].end(),
                                 [](const Json& result) { return result.is_object(); });
  if (whole) return StoredSession{std::move(name), std::move(results)};
  return fail(ErrorCode::kCorrupt, fmt::format("{} holds no results of `neural bench`", name), kWhatItMayBe);
}

Expected<Baseline> read_results(const fs::path& file) {
  return stored_session(as_code(file.string(), kLongestPath), NEURAL_TRY(read_json(file)));
}

Expected<Baseline> read_path(const fs::path& path) {
  if (fs::is_directory(path)) {
    if (fs::is_regular_file(path / kResults)) return read_results(path / kResults);
    return fail(ErrorCode::kNotFound,
                fmt::format("`{}` is no results folder: it holds no `{}`", path.string(), kResults),
                "`neural bench --resume --output` finishes a session that was interrupted");
  }
  const bool runs = path.extension() != ".json" && ::access(path.c_str(), X_OK) == 0;
  return runs ? Baseline(Executable{fs::absolute(path)}) : read_results(path);
}

std::optional<std::int64_t> session_number(std::string_view text) {
  std::int64_t number = 0;
  constexpr std::size_t kLongest = 9;  // longer ones are rather a revision
  if (text.size() > kLongest) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

Expected<Baseline> read_session(std::int64_t number, const std::optional<fs::path>& path) {
  if (!path) {
    return fail(ErrorCode::kUsage, fmt::format("there is no session {}: no history is kept", number),
                "name a file with `--history`");
  }
  history::History history = NEURAL_TRY(history::History::open(*path, false));
  const history::Session session = NEURAL_TRY(history.session(number));
  const std::string name = fmt::format("session {}", number);
  if (session.results.empty()) {
    return fail(ErrorCode::kUsage, fmt::format("{} is not finished: it has no results", name), kWhatItMayBe);
  }
  return stored_session(name, NEURAL_TRY(parse_json(session.results, name)));
}

Expected<Baseline> read_revision(const std::string& reference, const BaselineSources& sources) {
  const auto ask = [&](const std::vector<std::string>& words) {
    return plan::ask_git(sources.runner, sources.variables, sources.repository, words);
  };
  const auto top = ask({"rev-parse", "--show-toplevel"});
  if (!top) {
    return fail(top.error().code == ErrorCode::kInterrupted ? ErrorCode::kInterrupted : ErrorCode::kUsage,
                fmt::format("{} is no file, and no revision: {}", as_code(reference), top.error().message),
                kWhatItMayBe);
  }
  // What begins with a dash would be an option of git's.
  const auto sha = reference.starts_with('-')
                       ? Expected<std::string>(fail(ErrorCode::kProcess, "no such name"))
                       : ask({"rev-parse", "--verify", "--quiet", "--end-of-options", reference + "^{commit}"});
  if (sha && plan::is_commit(*sha)) return Revision{reference, *sha, *top};
  if (!sha && sha.error().code == ErrorCode::kInterrupted) return tl::unexpected(sha.error());
  return fail(
      ErrorCode::kUsage,
      fmt::format("there is no {}: neither a file, nor a revision of `{}`", as_code(reference), printable(*top)),
      kWhatItMayBe);
}

}  // namespace

std::string name_of(const Baseline& baseline) {
  constexpr std::size_t kShortSha = 12;
  if (const auto* revision = std::get_if<Revision>(&baseline)) {
    return fmt::format("revision {} ({})", revision->sha.substr(0, kShortSha), printable(revision->name));
  }
  if (const auto* executable = std::get_if<Executable>(&baseline))
    return as_code(executable->path.string(), kLongestPath);
  return std::get<StoredSession>(baseline).name;
}

Expected<Baseline> find_baseline(const std::string& reference, const BaselineSources& sources) {
  std::error_code error;
  if (reference.empty()) return fail(ErrorCode::kUsage, "the baseline has no name", kWhatItMayBe);
  if (fs::exists(reference, error)) return read_path(reference);
  if (const auto number = session_number(reference)) return read_session(*number, sources.history);
  return read_revision(reference, sources);
}

}  // namespace neural::bench::gate
