#include "neural/cli/history_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "neural/base/text.hpp"
#include "neural/bench/history/fingerprint.hpp"
#include "neural/cli/sparkline.hpp"

namespace neural::cli {
namespace {

using bench::history::Change;
using bench::history::Point;
using bench::history::Shift;
using bench::history::Summary;
using bench::history::Trend;
using bench::history::Verdict;

std::string interval(const std::optional<double>& low, const std::optional<double>& high) {
  return low && high ? fmt::format(" [{:.3f}, {:.3f}]", *low, *high) : std::string();
}

std::string found(const Summary& summary, const Verdict& cell, const char* metric) {
  for (const Verdict& each : summary.verdicts) {
    if (each.model != cell.model || each.backend != cell.backend || each.contender != cell.contender) continue;
    if (each.metric != metric) continue;
    if (!each.ratio) return printable(each.verdict);
    return fmt::format("{:.3f}{} {}", *each.ratio, interval(each.ci_low, each.ci_high), printable(each.verdict));
  }
  return "-";
}

/// "1a2b3c4d", or "1a2b3c4d+" where tracked files had changed.
std::string short_revision(const std::string& revision) {
  constexpr std::size_t kDigits = 8;
  if (revision.empty()) return "-";
  return printable(revision.substr(0, kDigits)) + (revision.ends_with('+') ? "+" : "");
}

/// A line for each cell, the session's own words on the first.
std::string lines_of(const Summary& summary) {
  const std::string head = fmt::format("{:>5}  {:<20}  {:<9}  {:<12}", summary.id, printable(summary.started_utc),
                                       short_revision(summary.revision), printable(summary.fingerprint));
  std::string text;
  for (const Verdict& each : summary.verdicts) {
    if (each.metric != "training_time") continue;
    text +=
        fmt::format("{:<52}  {:<12}  {:<18}  {:<34}  {}\n", text.empty() ? head : "", printable(each.model),
                    printable(each.contender), found(summary, each, "training_time"), found(summary, each, "memory"));
  }
  if (!text.empty()) return text;
  return fmt::format("{:<52}  {}, {} runs\n", head, summary.finished ? "nothing was compared" : "not finished",
                     summary.runs);
}

std::string words_of(const Change& change) {
  const auto ratio = [](const std::optional<double>& value) { return value ? fmt::format("{:.3f}", *value) : "-"; };
  std::string text = change.ratio ? ratio(change.ratio) + interval(change.ci_low, change.ci_high) + " " : "";
  text += bench::stats::name_of(change.verdict);
  return fmt::format("{:<16}  {:>7}  {:>7}  {}\n", change.metric == "memory" ? "peak memory" : "training time",
                     ratio(change.before), ratio(change.after),
                     text + (change.reason.empty() ? "" : ": " + change.reason));
}

/// The newest ratios; less than 1 % is noise.
std::string course_of(const std::vector<Point>& points) {
  std::vector<double> ratios;
  for (const Point& point : points) ratios.push_back(point.ratio);
  return sparkline(ratios, 0.01);
}

/// "steps 1.001 to 1.040 (neural +4.1 %, native +0.2 %); ...": all of them, so that what stayed is seen, too.
std::string phases_text(const Shift& shift) {
  std::string text;
  for (const auto& each : shift.phases) {
    text +=
        fmt::format("    {:<10}  {:.3f} before, {:.3f} since; neural {:+.1f} %, native {:+.1f} %\n",
                    printable(each.phase), each.before, each.after, 100 * (each.neural - 1), 100 * (each.native - 1));
  }
  return text;
}

/// What is to be done about it.
std::string state_text(const Shift& shift, std::int64_t session) {
  switch (shift.state) {
    case Shift::State::kBetter:
      return {};
    case Shift::State::kGone:
      return "    gone: a later change has taken it back\n";
    case Shift::State::kAcknowledged:
      return fmt::format("    acknowledged: {}\n", printable(shift.reason));
    case Shift::State::kNew:
      break;
  }
  return fmt::format("    not acknowledged: `neural history acknowledge {} --reason TEXT` accepts it\n", session);
}

std::string text_of(const Trend& trend) {
  const char* quantity = trend.metric == "memory" ? "peak memory" : "training time";
  const std::vector<Point>& points = trend.points;
  std::string text = fmt::format("{} {}, {}, machine {}: {} session{}, now {:.3f}\n  {}\n", printable(trend.model),
                                 printable(trend.contender), quantity, printable(trend.fingerprint), points.size(),
                                 points.size() == 1 ? "" : "s", points.back().ratio, course_of(points));
  for (const Shift& change : trend.changes) {
    const auto &last = points[change.index - 1], &first = points[change.index];
    const bool more = change.after > change.before;
    const char* word = trend.metric == "memory" ? (more ? "more" : "less") : (more ? "slower" : "faster");
    text += fmt::format(
        "  {:+.1f} % ({}) at session {} of {}: {:.3f} before, {:.3f} since (p = {:.0e}), revisions {} to {}\n",
        100 * std::expm1(change.after - change.before), word, first.session, printable(first.started_utc),
        std::exp(change.before), std::exp(change.after), change.p_value, short_revision(last.revision),
        short_revision(first.revision));
    text += phases_text(change) + state_text(change, first.session);
  }
  return text;
}

}  // namespace

std::string list_text(const std::vector<Summary>& sessions) {
  std::string text =
      fmt::format("{:>5}  {:<20}  {:<9}  {:<12}  {:<12}  {:<18}  {:<34}  {}\n", "id", "begun", "revision", "machine",
                  "model", "contender", "training time, neural : native", "peak memory");
  for (const Summary& summary : sessions) text += lines_of(summary);
  return text;
}

std::string facts_text(const Json& environment) {
  std::string text;
  for (const auto& [key, value] : bench::history::hard_facts(environment)) {
    text += fmt::format("  {:<34}  {}\n", printable(key), printable(value));
  }
  return text;
}

std::string changes_text(const std::vector<Change>& changes, std::int64_t before, std::int64_t after) {
  std::string text = fmt::format("{:<12}  {:<18}  {:<16}  {:>7}  {:>7}  {}\n", "model", "contender", "neural : native",
                                 before, after, "change");
  std::string last;
  for (const auto& change : changes) {
    const std::string cell = fmt::format("{:<12}  {:<18}", printable(change.model), printable(change.contender));
    text += fmt::format("{:<32}  {}", cell == last ? "" : cell, words_of(change));
    last = cell;
  }
  return text;
}

std::string trends_text(const std::vector<Trend>& trends) {
  std::string text;
  for (const auto& each : trends) text += text_of(each);
  const std::size_t least = bench::stats::ChangeRule().least_values;
  const bool short_ones =
      std::any_of(trends.begin(), trends.end(), [&](const auto& each) { return each.points.size() < least; });
  if (trends.empty()) text = "nothing was compared yet\n";
  if (short_ones) text += fmt::format("changes are looked for in series of {} sessions or more\n", least);
  return text;
}

}  // namespace neural::cli
