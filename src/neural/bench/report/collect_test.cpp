#include "neural/bench/report/collect.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "neural/bench/process/events.hpp"
#include "neural/bench/report/testing.hpp"

namespace neural::bench::report {
namespace {

namespace fs = std::filesystem;

using Collect = SessionCopy;

bool contains(const Json& text, std::string_view part) {
  return text.get<std::string>().find(part) != std::string::npos;
}

/// No verdict, no number in any comparison.
void expect_no_verdict(const Json& result) {
  EXPECT_EQ(result["status"], "invalid");
  for (const char* measure : {"training_time", "total_time", "memory"}) {
    const Json& comparison = result["comparison"][measure];
    EXPECT_EQ(comparison["verdict"], "INVALID") << measure;
    for (const char* key : {"neural", "native", "difference", "percentage", "ratio", "ci_low", "ci_high"}) {
      EXPECT_TRUE(comparison[key].is_null()) << measure << " " << key;
    }
  }
}

TEST_F(Collect, computes_an_epoch_from_the_slices_of_each_process) {
  const Json neural = result()["neural"];
  // The first pair: 2 steps and 8 steps, and an epoch of 8.
  const auto events = process::read_events(cell(kEquivalentCell) / "pair_01_1_neural" / "events.jsonl").value();
  double long_seconds = 0;
  for (const Json& event : events) {
    if (process::text_of(event, "kind") == "long") long_seconds = process::number_of(event, "seconds");
  }
  EXPECT_DOUBLE_EQ(neural["samples"]["epoch_time"][0].get<double>(), long_seconds);
  EXPECT_EQ(neural["samples"]["epoch_time"].size(), 6);
}

TEST_F(Collect, puts_the_ratio_of_the_pairs_beside_the_seconds_of_the_full_runs) {
  const Json cell_result = result();
  const Json& time = cell_result["comparison"]["training_time"];
  const Json& seconds = cell_result["neural"]["history"]["seconds"];
  EXPECT_DOUBLE_EQ(time["neural"].get<double>(), seconds[0].get<double>() + seconds[1].get<double>());
  EXPECT_NEAR(time["percentage"].get<double>(), 100 * (time["ratio"].get<double>() - 1), 1e-9);
  EXPECT_EQ(time["pairs"], 6);
  EXPECT_EQ(time["verdict"], "EQUIVALENT");
}

TEST_F(Collect, counts_no_attempt_but_the_complete_ones) {
  const Json undecided = result(2);
  EXPECT_EQ(undecided["pairs"].size(), 7);
  EXPECT_EQ(undecided["comparison"]["training_time"]["pairs"], 6);
  EXPECT_EQ(undecided["comparison"]["training_time"]["flags"], Json::array()) << "the noisy attempt does not count";
}

TEST_F(Collect, flags_noise_in_a_pair_that_counts) {
  edit(cell(kEquivalentCell) / "pair_02_1_native" / "outcome.json",
       [](Json& outcome) { outcome["foreign_cpu_share"] = 0.2; });
  EXPECT_EQ(result()["comparison"]["training_time"]["flags"], Json({"noisy"}));
}

TEST_F(Collect, gives_no_verdict_where_the_sides_compute_different_things) {
  const Json unequal = result(1);
  expect_no_verdict(unequal);
  EXPECT_EQ(unequal["comparison"]["parity"]["passed"], false);
  EXPECT_TRUE(contains(unequal["reason"], "the two sides do not compute the same: "));
  EXPECT_TRUE(unequal["neural"]["training_time"].is_number()) << "each side for itself was measured";
}

TEST_F(Collect, measures_parity_against_finished_reruns_alone) {
  const fs::path unequal = cell(kUnequalCell);
  const auto options = fs::copy_options::recursive;
  // As far from the native side as the generated program is: rounding alone would carry that far.
  fs::copy(unequal / "parity" / "neural", unequal / "parity" / "rerun_1", options);
  EXPECT_EQ(result(1)["comparison"]["parity"]["passed"], false) << "there is no run of that rerun";
  fs::copy(unequal / "parity_native", unequal / "parity_native_rerun_1", options);
  EXPECT_EQ(result(1)["comparison"]["parity"]["passed"], true);
  EXPECT_EQ(result(1)["comparison"]["training_time"]["verdict"], "FASTER");
  fs::remove(unequal / "parity_native_rerun_1" / "outcome.json");
  EXPECT_EQ(result(1)["comparison"]["parity"]["passed"], false);
}

TEST_F(Collect, gives_no_verdict_where_a_cell_could_not_be_measured) {
  edit(cell(kEquivalentCell) / "cell.json", [](Json& value) { value["error"] = "the contender failed"; });
  expect_no_verdict(result());
  EXPECT_EQ(result()["reason"], "the contender failed");
}

TEST_F(Collect, gives_no_number_of_a_run_that_failed) {
  edit(cell(kEquivalentCell) / "full_native" / "outcome.json", [](Json& outcome) {
    outcome["valid"] = false;
    outcome["reason"] = "the contender ran out of memory";
  });
  const Json failed = result();
  expect_no_verdict(failed);
  EXPECT_EQ(failed["reason"], "the contender ran out of memory");
  for (const char* key : {"training_time", "total_time", "accuracy", "loss", "peak_memory", "parameters"}) {
    EXPECT_TRUE(failed["native"][key].is_null()) << key;
  }
  EXPECT_EQ(failed["native"]["history"]["loss"], Json::array());
}

TEST_F(Collect, judges_events_anew) {
  const fs::path events = cell(kEquivalentCell) / "pair_03_1_neural" / "events.jsonl";
  std::string text = read_file(events).value();
  const std::string rows = "\"rows\": 256";
  text.replace(text.find(rows), rows.size(), "\"rows\": 128");
  ASSERT_TRUE(write_file(events, text));
  EXPECT_EQ(result()["comparison"]["training_time"]["verdict"], "INVALID");
  EXPECT_TRUE(
      contains(result()["reason"],
               "`raw/simple_mlp_pytorch_native/pair_03_1_neural/events.jsonl`: the process trained on 128 rows"));
  EXPECT_EQ(result()["comparison"]["memory"]["verdict"], "EQUIVALENT") << "peak memory needs no pairs";
}

TEST_F(Collect, says_how_far_an_interrupted_series_came) {
  edit(cell(kEquivalentCell) / "cell.json", [](Json& value) { value["pairs"].erase(5), value["pairs"].erase(4); });
  EXPECT_EQ(result()["reason"], "interrupted after 4 of 6 pairs");
  EXPECT_TRUE(contains(result()["next"], "--resume"));
}

TEST_F(Collect, says_what_an_interrupted_session_lacks) {
  fs::remove(cell(kEquivalentCell) / "full_native" / "outcome.json");
  fs::remove_all(cell(kUnequalCell) / "full_neural");
  fs::remove_all(cell(kUndecidedCell));
  EXPECT_EQ(result(0)["reason"], "interrupted: there is no `raw/simple_mlp_pytorch_native/full_native/outcome.json`");
  EXPECT_EQ(result(1)["reason"], "interrupted: there is no `raw/cnn_pytorch_native/full_neural`");
  EXPECT_EQ(result(2)["reason"], "interrupted: there is no `raw/deep_mlp_tensorflow_native/cell.json`");
  EXPECT_EQ(result(2)["model"], "deep_mlp") << "the session knows";
}

TEST_F(Collect, wants_a_run_for_every_complete_pair) {
  fs::remove_all(cell(kEquivalentCell) / "pair_06_1_native");
  EXPECT_EQ(result()["reason"], "`raw/simple_mlp_pytorch_native/pair_06_1_native` is missing");
}

TEST_F(Collect, takes_no_peak_that_the_kernel_contradicts) {
  edit(cell(kEquivalentCell) / "full_neural" / "outcome.json",
       [](Json& outcome) { outcome["max_rss_bytes"] = std::int64_t{900} << 20; });
  const Json contradicted = result();
  EXPECT_EQ(contradicted["comparison"]["memory"]["verdict"], "INVALID");
  EXPECT_TRUE(contains(contradicted["reason"], "the kernel saw a peak of 900 MiB, the phases of the run only 412 MiB"));
  EXPECT_EQ(contradicted["comparison"]["training_time"]["verdict"], "EQUIVALENT");
}

TEST_F(Collect, lists_runs_that_were_set_aside_and_does_not_count_them) {
  const fs::path run = cell(kEquivalentCell) / "full_neural";
  const Json before = result();
  fs::create_directories(cell(kEquivalentCell) / "failed");
  fs::copy(run, cell(kEquivalentCell) / "failed" / "full_neural_1", fs::copy_options::recursive);
  edit(cell(kEquivalentCell) / "failed" / "full_neural_1" / "outcome.json",
       [](Json& outcome) { outcome["valid"] = false, outcome["reason"] = "it crashed"; });
  const Json after = result();
  EXPECT_EQ(after["comparison"], before["comparison"]);
  EXPECT_EQ(after["neural"]["samples"], before["neural"]["samples"]);
  const Json& last = after["neural"]["runs"].back();
  EXPECT_EQ(last["run"], "failed/full_neural_1");
  EXPECT_EQ(last["reason"], "it crashed");
}

TEST_F(Collect, takes_cells_the_session_does_not_name) {
  edit(root_ / "session.json", [](Json& session) { session["cells"] = Json::array(); });
  const Json results = collect_results(root_).value()["results"];
  ASSERT_EQ(results.size(), 3);
  EXPECT_EQ(results[0]["model"], "cnn");
}

TEST_F(Collect, refuses_a_protocol_it_does_not_know) {
  edit(root_ / "session.json", [](Json& session) { session["protocol"]["looks"] = {3, 4, 5}; });
  EXPECT_EQ(collect_results(root_).error().message, "`session.json`: protocol is not that of this version");
  fs::remove(root_ / "session.json");
  EXPECT_EQ(collect_results(root_).error().code, ErrorCode::kNotFound);
}

/// Exchanges "neural" and "native" in what belongs to a cell.
void swap_sides(const fs::path& cell) {
  const auto other = [](std::string name) {
    const bool neural = name.ends_with("neural");
    name.replace(name.size() - 6, 6, neural ? "native" : "neural");
    return name;
  };
  std::vector<fs::path> folders;
  for (const fs::path& place : {cell, cell / "parity"}) {
    for (const auto& entry : fs::directory_iterator(place)) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with("neural") || name.ends_with("native")) folders.push_back(entry.path());
    }
  }
  for (const fs::path& folder : folders) fs::rename(folder, folder.string() + ".swapped");
  for (const fs::path& folder : folders) {
    const fs::path target = folder.parent_path() / other(folder.filename().string());
    fs::rename(folder.string() + ".swapped", target);
    for (const char* file : {"outcome.json", "plan.json"}) {
      if (!fs::exists(target / file)) continue;
      Json value = read_json(target / file).value();
      value["side"] = other(value["side"]);
      value["run"] = other(value["run"]);
      ASSERT_TRUE(write_file(target / file, pretty_json(value)));
    }
  }
}

/// Makes the neural side of a cell as fast as this: the seconds of its slices times `factor`.
void speed_up(const fs::path& cell, double factor) {
  for (const auto& entry : fs::directory_iterator(cell)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("pair_") || !name.ends_with("neural")) continue;
    std::string text;
    process::Events events = process::read_events(entry.path() / "events.jsonl").value();
    for (Json& event : events) {
      if (event["event"] == "slice") event["seconds"] = factor * event["seconds"].get<double>();
      text += compact_json(event) + "\n";
    }
    ASSERT_TRUE(write_file(entry.path() / "events.jsonl", text));
  }
}

Json mirrored(const Json& verdict) {
  const std::vector<std::pair<Json, Json>> pairs = {{"FASTER", "SLOWER"}, {"LESS", "MORE"}};
  for (const auto& [a, b] : pairs) {
    if (verdict == a) return b;
    if (verdict == b) return a;
  }
  return verdict;
}

void expect_mirrored(const Json& before, const Json& after) {
  EXPECT_EQ(after["verdict"], mirrored(before["verdict"]));
  EXPECT_EQ(after["flags"], before["flags"]);
  EXPECT_EQ(after["pairs"], before["pairs"]);
  EXPECT_EQ(after["level"], before["level"]);
  EXPECT_NEAR(after["ratio"].get<double>() * before["ratio"].get<double>(), 1, 1e-12);
  EXPECT_EQ(after["neural"], before["native"]);
  EXPECT_EQ(after["native"], before["neural"]);
  if (before["ci_low"].is_null()) return;
  EXPECT_NEAR(after["ci_low"].get<double>() * before["ci_high"].get<double>(), 1, 1e-12);
  EXPECT_NEAR(after["ci_high"].get<double>() * before["ci_low"].get<double>(), 1, 1e-12);
}

TEST_F(Collect, mirrors_every_verdict_when_the_sides_are_swapped) {
  for (const char* name : {kEquivalentCell, kUndecidedCell}) {
    for (const double factor : {1.0, 0.8}) {
      keep_only(name);
      speed_up(cell(name), factor);
      const Json before = result()["comparison"];
      swap_sides(cell(name));
      const Json after = result()["comparison"];
      EXPECT_EQ(before["training_time"]["verdict"] == "FASTER", factor < 1);
      expect_mirrored(before["training_time"], after["training_time"]);
      expect_mirrored(before["memory"], after["memory"]);
      TearDown();
      SetUp();
    }
  }
}

}  // namespace
}  // namespace neural::bench::report
