// For tests: a history in a folder of its own, and sessions to put into it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "neural/base/files.hpp"
#include "neural/bench/history/history.hpp"

namespace neural::bench::history {

class HistoryTest : public testing::Test {
 protected:
  HistoryTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "neural-history-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~HistoryTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path file(const std::string& name = "history.db") const { return folder_ / name; }
  History history() const {
    Expected<History> opened = History::open(file(), true);
    EXPECT_TRUE(opened.has_value()) << opened.error().message;
    return *std::move(opened);
  }

  static Json cell(const std::string& model, double ratio) {
    return {{"model", model},
            {"backend", "pytorch"},
            {"contender", "pytorch_native"},
            {"neural", {{"epoch_time", 2.0}, {"samples", {{"epoch_time", {2.0, 2.25}}}}}},
            {"native", {{"epoch_time", 1.5}, {"samples", {{"epoch_time", {1.5, 1.75}}}}}},
            {"comparison",
             {{"training_time",
               {{"neural", 2.0},
                {"native", 1.5},
                {"ratio", ratio},
                {"ci_low", ratio - 0.01},
                {"ci_high", ratio + 0.01},
                {"verdict", "EQUIVALENT"}}},
              {"memory", {{"ratio", 1.01}, {"ci_low", nullptr}, {"ci_high", nullptr}, {"verdict", "EQUIVALENT"}}}}}};
  }

  /// A session that began on a day of January.
  static Session session(int day, const std::vector<std::string>& models = {"simple_mlp"}, bool finished = true) {
    const std::string started = "2026-01-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + "T12:00:00Z";
    Json cells = Json::array();
    Json results = Json::array();
    for (const std::string& model : models) {
      cells.push_back({{"cell", model + "_pytorch_native"}});
      results.push_back(cell(model, 1.0 + 0.001 * day));
    }
    const Json protocol = {{"started_utc", started}, {"finished_utc", finished ? started : ""}, {"seed", day}};
    const Json described = {{"schema", 1}, {"version", "0.1.0"}, {"protocol", protocol}, {"cells", cells}};
    const Json document = {{"generator", {{"version", "0.1.0"}}}, {"protocol", protocol}, {"results", results}};
    const Json environment = {{"cpu", {{"model", "Example"}, {"processors", 2}}}, {"threads", 2}};
    return {pretty_json(described), pretty_json(environment), finished ? pretty_json(document) : std::string()};
  }

  static history::Run run(const std::string& name) {
    return {"simple_mlp_pytorch_native", name, "2026-01-01T12:00:00Z", true, "{}\n", "{\"valid\": true}\n",
            "{\"event\": \"start\"}\n"};
  }

  std::filesystem::path folder_;
};

}  // namespace neural::bench::history
