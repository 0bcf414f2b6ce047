#include "neural/bench/history/export.hpp"

#include "neural/bench/history/testing.hpp"

namespace neural::bench::history {
namespace {

class ExportTest : public HistoryTest {
 protected:
  static std::string lines(History& history, const std::vector<std::int64_t>& sessions) {
    std::string text;
    EXPECT_TRUE(export_lines(history, sessions, [&](std::string_view part) {
      text += part;
      return done();
    }));
    return text;
  }
  Expected<std::vector<std::int64_t>> import(History& history, const std::string& text) const {
    EXPECT_TRUE(write_file(file("lines.jsonl"), text));
    return import_lines(history, file("lines.jsonl"));
  }
};

TEST_F(ExportTest, LinesBecomeTheSameHistoryAgain) {
  History first = history();
  const std::int64_t one = first.add_session(session(1)).value();
  const std::int64_t two = first.add_session(session(2, {"cnn"}, false)).value();
  history::Run odd = run("pair_01_1_neural");
  odd.events = "no JSON\n\xff";
  odd.valid = false;
  ASSERT_TRUE(first.add_run(one, odd));
  ASSERT_TRUE(first.add_run(two, run("full_neural")));
  const std::string text = lines(first, {one, two});

  History other = History::open(file("other.db"), true).value();
  ASSERT_TRUE(other.add_session(session(9)));
  EXPECT_EQ(import(other, text).value(), (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(import(other, text).value(), (std::vector<std::int64_t>{2, 3}));  // nothing twice
  EXPECT_EQ(other.session(2)->results, first.session(one)->results);
  EXPECT_EQ(other.session(3)->session, first.session(two)->session);
  EXPECT_EQ(other.sessions()->size(), 3U);
  ASSERT_TRUE(other.each_run(2, [&](const history::Run& each) {
    EXPECT_EQ(each.events, "no JSON\n\xef\xbf\xbd");  // JSON lines are UTF-8
    EXPECT_FALSE(each.valid);
    EXPECT_EQ(each.plan, "{}\n");
    return done();
  }));
}

TEST_F(ExportTest, AcknowledgementsGoWithTheirSessions) {
  History first = history();
  ASSERT_TRUE(first.add_session(session(1)));
  ASSERT_TRUE(first.add_session(session(2)));
  ASSERT_TRUE(first.acknowledge({1, "cnn", "pytorch", "pytorch_native", "memory", "left out", "2026-02-01"}));
  ASSERT_TRUE(first.acknowledge({2, "cnn", "pytorch", "pytorch_native", "memory", "a \"reason\"\n", "2026-02-02"}));
  const std::string text = lines(first, {2});

  History other = History::open(file("other.db"), true).value();
  ASSERT_TRUE(other.add_session(session(9)));
  ASSERT_TRUE(other.add_session(session(8)));
  ASSERT_TRUE(import(other, text));
  const std::vector<Acknowledgement> found = other.acknowledgements().value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].session, 3);  // its number here
  EXPECT_EQ(found[0].metric, "memory");
  EXPECT_EQ(found[0].reason, "a \"reason\"\n");
  EXPECT_EQ(found[0].made_utc, "2026-02-02");
  ASSERT_TRUE(other.remove({3}));
  EXPECT_TRUE(other.acknowledgements()->empty());

  const std::size_t begin = text.rfind("{\"kind\":\"acknowledgement\"");
  const auto refused = import(other, text.substr(begin));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("stands before its session"), std::string::npos);
}

TEST_F(ExportTest, OnlyWhatIsNamedIsWritten) {
  History all = history();
  ASSERT_TRUE(all.add_session(session(1)));
  ASSERT_TRUE(all.add_session(session(2)));
  const std::string text = lines(all, {2});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_NE(text.find("2026-01-02T12:00:00Z"), std::string::npos);
}

TEST_F(ExportTest, ABrokenLineIsNamed) {
  History all = history();
  ASSERT_TRUE(all.add_session(session(1)));
  const std::string good = lines(all, {1});
  const std::string name = "`" + file("lines.jsonl").string() + "`, line 2: ";
  EXPECT_EQ(import(all, good + "{\"kind\": \"song\"}").error().message, name + "the kind `song` is not known");
  EXPECT_EQ(import(all, good + "{\"kind\": \"run\", \"session\": \"x\"}").error().message,
            name + "a run stands before its session");
  EXPECT_EQ(import(all, good + "{}").error().message, name + "line: `kind` is missing");
  EXPECT_NE(import(all, good + "{\"kin").error().message.find(name + "not JSON"), std::string::npos);
  EXPECT_EQ(import(all, good + "[]").error().code, ErrorCode::kCorrupt);

  History other = History::open(file("other.db"), true).value();
  EXPECT_FALSE(import(other, good + "{}").has_value());
  EXPECT_TRUE(other.sessions()->empty());  // nothing of it was taken
}

TEST_F(ExportTest, OtherToolsGetTheirOwnForms) {
  const Json results = parse_json(session(1).results, "results").value();
  const Json google = as_google_benchmark(results);
  ASSERT_EQ(google["benchmarks"].size(), 4U);
  EXPECT_EQ(google["benchmarks"][1]["name"], "simple_mlp/pytorch/pytorch_native/neural");
  EXPECT_EQ(google["benchmarks"][1]["real_time"], 2.25);
  EXPECT_EQ(google["benchmarks"][1]["repetition_index"], 1);
  EXPECT_EQ(google["benchmarks"][3]["time_unit"], "s");
  const Json bencher = as_bencher(results);
  const Json ratio = bencher["simple_mlp/pytorch/pytorch_native"]["training_time_ratio"];
  EXPECT_EQ(ratio["value"], 1.001);
  EXPECT_LT(ratio["lower_value"], 1.0);
  EXPECT_FALSE(bencher["simple_mlp/pytorch/pytorch_native"]["memory_ratio"].contains("lower_value"));
  EXPECT_EQ(bencher["simple_mlp/pytorch/pytorch_native/native"]["latency"]["value"], 1.5e9);
  EXPECT_EQ(as_bencher(Json::array()), Json::object());
  EXPECT_TRUE(as_google_benchmark(Json())["benchmarks"].empty());
}

}  // namespace
}  // namespace neural::bench::history
