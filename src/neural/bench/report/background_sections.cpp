#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/quantities.hpp"
#include "neural/bench/report/sections.hpp"

namespace neural::bench::report {
namespace {

std::string plain(const std::string& name, const Json& value) {
  if (value.is_null()) return kNoNumber;
  if (value.is_number() && name.ends_with("_bytes")) return show_bytes(value.get<double>());
  return value.is_string() ? value.get<std::string>() : compact_json(value);
}

/// A row for each value; the names of nested keys are joined by dots.
void add_rows(const std::string& name, const Json& value, Table& table) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) add_rows(name.empty() ? key : name + "." + key, inner, table);
    return;
  }
  std::vector<std::string> items;
  for (const Json& item : value.is_array() ? value : Json::array({value})) items.push_back(plain(name, item));
  table.add({code(name), escape(join(items, ", "))});
}

/// What a self-test of this machine said; empty where there was none.
std::string selftest_line(const Json& results) {
  const Json& selftest = at(results, {"environment", "selftest"});
  if (!selftest.is_object()) return {};
  const auto share = [&](const char* key) {
    const auto value = number_at(selftest, {key});
    return value ? fmt::format("{:.1f} %", 100 * *value) : std::string(kNoNumber);
  };
  std::string text = fmt::format(
      "- Self-test of this machine ({}): equal programs called different in {} of sessions, 5 % found in {}, 10 % in "
      "{}; "
      "peak memory within {} MiB",
      code(text_at(selftest, {"started_utc"})), share("false_positive_rate"), share("power_5"), share("power_10"),
      show_if(number_at(selftest, {"memory_error_mib"}), [](double mib) { return fmt::format("{:.1f}", mib); }));
  if (at(selftest, {"noisy"}) == true) text += "; **the machine was noisy**";
  for (const Json& shortfall : list_at(selftest, {"shortfalls"})) {
    if (shortfall.is_string()) text += fmt::format("; **does not hold: {}**", escape(shortfall.get<std::string>()));
  }
  return text + "\n";
}

/// Which cells were measured where, in a session that several machines shared. The table below is of the first.
std::string part_lines(const Json& results) {
  std::string text;
  for (const Json& part : list_at(results, {"environment", "parts"})) {
    std::vector<std::string> cells;
    for (const Json& cell : list_at(part, {"cells"})) cells.push_back(plain("", cell));
    text += fmt::format("- Measured as a part of its own: {}; seed {}; on {}, {} threads\n", escape(join(cells, ", ")),
                        escape(plain("", at(part, {"seed"}))), escape(text_at(part, {"environment", "cpu", "model"})),
                        escape(plain("", at(part, {"environment", "threads"}))));
  }
  return text;
}

std::string whole(const Json& results, const char* key) {
  const auto number = number_at(results, {"protocol", key});
  return number ? fmt::format("{:g}", *number) : kNoNumber;
}

std::string text_or_dash(const Json& results, const char* key) {
  const std::string text = text_at(results, {"protocol", key});
  return text.empty() ? kNoNumber : code(text);
}

/// "python 3.11.2, torch 2.13.0"
std::string versions_text(const Json& versions) {
  std::vector<std::string> parts;
  if (!versions.is_object()) return {};
  for (const auto& [name, version] : versions.items()) {
    if (version.is_string()) parts.push_back(escape(name + " " + version.get<std::string>()));
  }
  return join(parts, ", ");
}

std::string version_lines(const Json& results) {
  std::vector<std::pair<std::string, std::string>> seen;
  for (const Json& result : list_at(results, {"results"})) {
    for (const char* side : {"neural", "native"}) {
      std::pair<std::string, std::string> line = {backend_name(text_at(result, {"backend"})),
                                                  versions_text(at(result, {side, "versions"}))};
      if (!line.second.empty() && std::find(seen.begin(), seen.end(), line) == seen.end()) seen.push_back(line);
    }
  }
  std::string text;
  for (const auto& [backend, versions] : seen) text += fmt::format("- {} processes: {}\n", backend, versions);
  return text.empty() ? text : text + "\n";
}

/// Sessions of earlier versions knew no turns.
std::string turns_line(const Json& results) {
  const std::optional<double> seconds = number_at(results, {"protocol", "turn_seconds"});
  if (!seconds || *seconds <= 0) return "- Both sides of a pair train one after the other.\n";
  return fmt::format(
      "- Both sides of a pair train in turns of {}: one is stopped while the other trains, so that what slows the "
      "machine down meets both. The time a process was stopped is no part of its times.\n",
      show_seconds(*seconds));
}

constexpr std::string_view kHowItWasMeasured =
    "- The unit is the process: each run is a fresh one, pairs of one process a side are started in random ABBA order, "
    "and both of a pair share seed and order of the data. Only ratios within a pair are compared.\n"
    "- Ratio: the Hodges–Lehmann estimate over the pairs' log ratios; interval: the exact signed-rank interval, or "
    "that of the sign test where the ratios are skewed (flag `skewed`).\n"
    "- A pair is measured again only on evidence of disturbance (processor time of others, steal), never for its "
    "time; no time is left out as an outlier.\n"
    "- Inside training time: batching and everything else a program does in `fit`. Outside: reading and scaling the "
    "data, building the model, the warm-up, and evaluation. Pending work is forced before a clock is read.\n"
    "- Peak memory: the kernel's high-water mark of the process, reset at the begin of each phase.\n";

constexpr std::string_view kFairness =
    "## Fairness\n\n"
    "- Both sides are ordinary programs behind one interface, started the same way, with the same threads, "
    "allocator, data in memory, number of steps and garbage collection.\n"
    "- Both start from the same weights. Before anything is timed both compute losses and gradients on the same "
    "batches; where they do not agree there is no verdict.\n"
    "- Whether the hand-written program states the same arithmetic as the model (optimiser constants, loss, layers) "
    "is not taken on trust: the parity certificate shows it.\n"
    "- The contender is named in every row. `idiomatic` is written as the framework's own documentation teaches, "
    "`tuned` uses every public trick of the framework.\n"
    "- Every event of every run is kept in `raw/`; this report can be computed again from it.\n\n";

}  // namespace

std::string protocol_section(const Json& results) {
  std::string text = "## Protocol\n\n";
  text += kHowItWasMeasured;
  text += fmt::format("- Looks at {} pairs, level {}; δ is {} for time and {} for memory.\n", looks_text(results),
                      show_if(number_at(results, {"protocol", "level"}), show_level),
                      show_if(number_at(results, {"protocol", "delta_time"}), show_delta),
                      show_if(number_at(results, {"protocol", "delta_memory"}), show_delta));
  text += turns_line(results);
  text += fmt::format("- {} epochs, {} threads, seed {}; from {} to {}.\n\n", whole(results, "epochs"),
                      whole(results, "threads"), escape(plain("seed", at(results, {"protocol", "seed"}))),
                      text_or_dash(results, "started_utc"), text_or_dash(results, "finished_utc"));
  return text + std::string(kFairness);
}

std::string machine_section(const Json& results) {
  Table table({{"Machine"}, {"Value"}});
  const Json& environment = at(results, {"environment"});
  Json facts = environment;
  for (const char* told_apart : {"selftest", "parts"}) {
    if (facts.is_object()) facts.erase(told_apart);
  }
  if (facts.is_object()) add_rows("", facts, table);
  std::string text =
      "## Machine and versions\n\n" + selftest_line(results) + part_lines(results) + version_lines(results);
  text += table.empty() ? "Nothing is known of the machine: `environment.json` could not be read.\n\n" : table.text();
  return text;
}

std::string reading_section(const Json& results) {
  const std::string time = show_if(number_at(results, {"protocol", "delta_time"}), show_delta);
  const std::string memory = show_if(number_at(results, {"protocol", "delta_memory"}), show_delta);
  std::string text = "## Repeat it\n\n";
  text += fmt::format("- Measure again: {}\n- Compute this report again from the raw events: `neural report DIR`\n\n",
                      text_or_dash(results, "repeat"));
  text += fmt::format(
      "## How to read a verdict\n\n"
      "- **EQUIVALENT**: the interval lies within ±{} (memory: ±{}): whatever difference there is does not matter.\n"
      "- **FASTER**, **SLOWER** (memory: **LESS**, **MORE**): the interval excludes no difference. Flag `material`: "
      "it lies beyond δ as a whole.\n"
      "- INCONCLUSIVE: neither; more pairs or a quieter machine are needed. It is no evidence that both are equal.\n"
      "- INVALID: no ratio is given, because a run failed or both sides do not compute the same.\n"
      "- Flags: `skewed` the ratios lean to one side and the sign test decides; `noisy` other processes disturbed "
      "runs that count; `survives_holm` the verdict stands when all of this report are judged together; `sequential` "
      "the sides did not alternate; `single` one process a side.\n",
      time, memory);
  return text;
}

}  // namespace neural::bench::report
