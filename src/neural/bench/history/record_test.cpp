#include "neural/bench/history/record.hpp"

#include "neural/bench/history/testing.hpp"

namespace neural::bench::history {
namespace {

class RecordTest : public HistoryTest {
 protected:
  void put(const std::string& place, const std::string& text) const {
    ASSERT_TRUE(make_folder((results_ / place).parent_path()));
    ASSERT_TRUE(write_file(results_ / place, text));
  }
  void put(const Session& session) const {
    put("session.json", session.session);
    put("environment.json", session.environment);
    if (!session.results.empty()) put("benchmark_results.json", session.results);
  }
  void put_run(const std::string& name, const std::string& started = "2026-01-01T12:00:00Z") const {
    const Json outcome = {{"valid", name.find("failed") == std::string::npos}, {"started_utc", started}};
    put("raw/cnn/" + name + "/plan.json", "{}\n");
    put("raw/cnn/" + name + "/events.jsonl", "{\"event\": \"start\"}\n");
    put("raw/cnn/" + name + "/outcome.json", pretty_json(outcome));
  }
  std::string runs(History& history, std::int64_t session) const {
    std::string all;
    EXPECT_TRUE(history.each_run(session, [&](const history::Run& run) {
      all += run.cell + ":" + run.name + (run.valid ? " " : "! ");
      return done();
    }));
    return all;
  }

  std::filesystem::path results_ = folder_ / "results";
};

TEST_F(RecordTest, AWholeFolderIsTakenOnce) {
  put(session(1, {"cnn"}));
  put("raw/cnn/cell.json", "{}");
  put_run("full_neural");
  put_run("full_native");
  put_run("failed/full_native_1", "2026-01-01T11:00:00Z");
  put("raw/cnn/pair_01_1_neural/plan.json", "{}");  // interrupted: no outcome
  put_run("pair_02_1_neural");
  put("raw/cnn/pair_02_1_neural/outcome.json", "{broken");
  History all = history();
  for (int time = 0; time < 2; ++time) {
    const auto id = record_folder(all, results_);
    ASSERT_TRUE(id.has_value()) << id.error().message;
    EXPECT_EQ(runs(all, *id), "cnn:failed/full_native_1! cnn:full_native cnn:full_neural ");
  }
  EXPECT_EQ(all.sessions()->size(), 1U);
  EXPECT_TRUE(all.sessions()->front().finished);
}

TEST_F(RecordTest, RunByRunThenTheResults) {
  put(session(1, {"cnn"}, false));
  put("benchmark_results.json", "what an earlier session left");
  History all = history();
  const std::int64_t id = record_session(all, results_).value();
  put_run("full_neural");
  ASSERT_TRUE(record_run(all, id, results_, "cnn", "full_neural"));
  EXPECT_FALSE(all.sessions()->front().finished);
  EXPECT_EQ(all.sessions()->front().runs, 1);

  put_run("full_native");
  put(session(1, {"cnn"}));
  EXPECT_EQ(record_folder(all, results_).value(), id);
  EXPECT_TRUE(all.sessions()->front().finished);
  EXPECT_EQ(all.sessions()->front().runs, 2);
}

TEST_F(RecordTest, AFolderWithoutASessionIsRefused) {
  History all = history();
  EXPECT_EQ(record_folder(all, results_).error().code, ErrorCode::kNotFound);
  put("session.json", "{}");
  put("environment.json", "{}");
  EXPECT_EQ(record_folder(all, results_).error().code, ErrorCode::kCorrupt);
  EXPECT_TRUE(all.sessions()->empty());
}

}  // namespace
}  // namespace neural::bench::history
