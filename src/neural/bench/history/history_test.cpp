#include "neural/bench/history/history.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "neural/bench/history/schema.hpp"
#include "neural/bench/history/testing.hpp"

namespace neural::bench::history {
namespace {

std::string ids(History& history, const Filter& filter = {}) {
  std::string all;
  const std::vector<Summary> sessions = history.sessions(filter).value();
  for (const Summary& summary : sessions) all += std::to_string(summary.id) + " ";
  return all;
}

std::int64_t runs(History& history, std::int64_t session) {
  std::int64_t count = 0;
  EXPECT_TRUE(history.each_run(session, [&](const history::Run&) {
    ++count;
    return done();
  }));
  return count;
}

TEST_F(HistoryTest, ASessionIsKeptAsItIs) {
  const Session given = session(1);
  std::int64_t id = 0;
  {
    History first = history();
    id = first.add_session(given).value();
    ASSERT_TRUE(first.add_run(id, run("full_neural")));
  }
  History again = history();
  const Session found = again.session(id).value();
  EXPECT_EQ(found.session, given.session);
  EXPECT_EQ(found.environment, given.environment);
  EXPECT_EQ(found.results, given.results);
  ASSERT_TRUE(again.each_run(id, [&](const history::Run& each) {
    EXPECT_EQ(each.name, "full_neural");
    EXPECT_EQ(each.events, run("full_neural").events);
    EXPECT_TRUE(each.valid);
    return done();
  }));
  const Summary summary = again.sessions()->front();
  EXPECT_EQ(summary.runs, 1);
  ASSERT_EQ(summary.verdicts.size(), 2U);
  EXPECT_EQ(summary.verdicts[0].metric, "memory");
  EXPECT_FALSE(summary.verdicts[0].ci_low.has_value());
  EXPECT_EQ(summary.verdicts[1].ratio, 1.001);
}

TEST_F(HistoryTest, WhatIsThereAlreadyStays) {
  History all = history();
  const std::int64_t id = all.add_session(session(1, {"cnn"}, false)).value();
  EXPECT_FALSE(all.sessions()->front().finished);
  EXPECT_EQ(all.add_session(session(1, {"cnn"})).value(), id);
  EXPECT_TRUE(all.sessions()->front().finished);
  EXPECT_EQ(all.add_session(session(1, {"cnn"}, false)).value(), id);
  EXPECT_FALSE(all.session(id)->results.empty());

  ASSERT_TRUE(all.add_run(id, run("pair_01_1_neural")));
  history::Run other = run("pair_01_1_neural");
  other.events = "changed";
  ASSERT_TRUE(all.add_run(id, other));
  ASSERT_TRUE(all.each_run(id, [&](const history::Run& each) {
    EXPECT_EQ(each.events, run("").events);
    return done();
  }));
  other.started_utc = "2026-01-01T13:00:00Z";  // the same run once more, by --resume
  ASSERT_TRUE(all.add_run(id, other));
  EXPECT_EQ(runs(all, id), 2);
}

TEST_F(HistoryTest, SessionsAreFoundByWhatTheyMeasured) {
  History all = history();
  ASSERT_TRUE(all.add_session(session(2, {"cnn"})));
  ASSERT_TRUE(all.add_session(session(1, {"cnn", "simple_mlp"})));
  ASSERT_TRUE(all.add_session(session(3, {"simple_mlp"})));
  EXPECT_EQ(ids(all), "2 1 3 ");  // by the time they began
  EXPECT_EQ(ids(all, {"cnn", "", {}}), "2 1 ");
  EXPECT_EQ(ids(all, {"simple_mlp", "pytorch", 1}), "3 ");
  EXPECT_EQ(ids(all, {"", "tensorflow", {}}), "");
  EXPECT_EQ(all.sessions({"cnn", "", {}})->front().verdicts.size(), 2U);
}

TEST_F(HistoryTest, TheRevisionOfTheSourcesIsThatOfTheEnvironment) {
  History all = history();
  const auto revision = [&](int day, const char* source) {
    Session given = session(day);
    given.environment = "{\"source\": " + std::string(source) + "}";
    EXPECT_TRUE(all.add_session(given));
    return all.sessions()->back().revision;
  };
  EXPECT_EQ(revision(1, R"({"revision": "abc", "dirty": false})"), "abc");
  EXPECT_EQ(revision(2, R"({"revision": "abc", "dirty": true})"), "abc+");
  EXPECT_EQ(revision(3, "null"), "");
  EXPECT_EQ(revision(4, "[]"), "");
}

TEST_F(HistoryTest, RemovedSessionsTakeTheirRunsWithThem) {
  History all = history();
  const std::int64_t first = all.add_session(session(1)).value();
  const std::int64_t second = all.add_session(session(2)).value();
  for (int number = 0; number < 100; ++number) {
    history::Run big = run("pair_" + std::to_string(number));
    big.events = std::string(10'000, 'x');
    ASSERT_TRUE(all.add_run(first, big));
  }
  ASSERT_TRUE(all.add_run(second, run("full_neural")));
  ASSERT_TRUE(all.remove({first}));
  EXPECT_EQ(ids(all), "2 ");
  EXPECT_EQ(runs(all, first), 0);
  EXPECT_EQ(runs(all, second), 1);
  EXPECT_EQ(all.session(first).error().code, ErrorCode::kUsage);
  Database database = Database::open(file(), false).value();
  EXPECT_LT(database.number("PRAGMA page_count").value() * database.number("PRAGMA page_size").value(), 200'000);
}

TEST_F(HistoryTest, ProcessesThatWriteAtOnceLoseNothing) {
  constexpr int kProcesses = 8, kRuns = 20;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = ::fork();
    if (child == 0) {
      Expected<History> all = History::open(file(), true);  // makes the file with the others
      bool good = all.has_value();
      const auto id = good ? all->add_session(session(1)) : Expected<std::int64_t>(0);
      for (int number = 0; good && number < kRuns; ++number) {
        good = id && all->add_run(*id, run("pair_" + std::to_string(process) + "_" + std::to_string(number)));
      }
      const Status begun = !all  ? Status(tl::unexpected(all.error()))
                           : !id ? Status(tl::unexpected(id.error()))
                                 : done();
      if (!begun) std::fprintf(stderr, "%s\n", begun.error().message.c_str());
      ::_exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  History all = history();
  EXPECT_EQ(ids(all), "1 ");
  EXPECT_EQ(runs(all, 1), kProcesses * kRuns);
}

TEST_F(HistoryTest, AKilledWriterLosesOnlyWhatItHadNotFinished) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Expected<History> all = History::open(file(), true);
    const auto id = all->add_session(session(1));
    for (int number = 0;; ++number) {
      if (!all->add_run(*id, run("pair_" + std::to_string(number)))) ::_exit(1);
      static_cast<void>(::write(pipe[1], "x", 1));
    }
  }
  ::close(pipe[1]);
  std::array<char, 25> finished{};
  std::int64_t told = 0;
  while (told < 25) told += ::read(pipe[0], finished.data(), finished.size());
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  while (const ssize_t more = ::read(pipe[0], finished.data(), finished.size())) told += more;
  ::close(pipe[0]);

  History all = history();
  EXPECT_GE(runs(all, 1), told);
  EXPECT_LE(runs(all, 1), told + 1);  // the last may be finished and not told
  ASSERT_TRUE(all.add_run(1, run("after")));
}

TEST_F(HistoryTest, FilesOfOthersAreRefusedAndStay) {
  {
    Database other = Database::open(file("other.db"), true).value();
    ASSERT_TRUE(other.run_script("CREATE TABLE song (title TEXT)"));
    Database newer = Database::open(file("newer.db"), true).value();
    ASSERT_TRUE(prepare_schema(newer));
    ASSERT_TRUE(newer.run_script("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE"));
  }
  for (const auto& [name, message] : {std::pair{"other.db", " is a database of another program"},
                                      std::pair{"newer.db",
                                                " was written by a newer version of this program (schema "
                                                "99, this one knows 2)"}}) {
    const std::string before = read_file(file(name)).value();
    const auto refused = History::open(file(name), true);
    ASSERT_FALSE(refused.has_value()) << name;
    EXPECT_EQ(refused.error().message, "`" + file(name).string() + "`" + message);
    EXPECT_EQ(read_file(file(name)).value(), before);
  }
}

TEST_F(HistoryTest, AFileOfTheFirstSchemaKeepsWhatItHas) {
  ASSERT_TRUE(history().add_session(session(1)));
  {
    Database first = Database::open(file(), false).value();
    ASSERT_TRUE(first.run_script("DROP TABLE acknowledgement; PRAGMA user_version = 1"));
  }
  History all = history();
  EXPECT_EQ(all.sessions()->size(), 1U);
  ASSERT_TRUE(all.acknowledge({1, "cnn", "pytorch", "pytorch_native", "memory", "known", ""}));
  EXPECT_EQ(all.acknowledgements()->size(), 1U);
  EXPECT_EQ(Database::open(file(), false)->number("PRAGMA user_version").value(), 2);
}

TEST_F(HistoryTest, ADamagedFileIsRefused) {
  {
    History all = history();
    const std::int64_t id = all.add_session(session(1)).value();
    for (int number = 0; number < 200; ++number) ASSERT_TRUE(all.add_run(id, run("pair_" + std::to_string(number))));
  }
  std::string bytes = read_file(file()).value();
  for (std::size_t at = 8192; at < bytes.size(); ++at) bytes[at] = static_cast<char>(at * 7);
  ASSERT_TRUE(write_file(file(), bytes));
  Expected<History> opened = History::open(file(), false);
  const auto read = opened ? opened->sessions() : tl::unexpected(opened.error());
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(read.error().message.find("is damaged"), std::string::npos) << read.error().message;
  EXPECT_EQ(read_file(file()).value(), bytes);
}

TEST_F(HistoryTest, WhatIsNoSessionIsRefused) {
  History all = history();
  for (const char* text :
       {"", "{", "[]", "{}", "{\"protocol\": {}}", "{\"protocol\": {\"started_utc\": 1, \"seed\": 2}}"}) {
    Session broken = session(1);
    broken.session = text;
    EXPECT_FALSE(all.add_session(broken).has_value()) << text;
  }
  Session broken = session(1);
  broken.results = "{}";
  EXPECT_FALSE(all.add_session(broken).has_value());
  EXPECT_EQ(ids(all), "");
}

TEST(DefaultHistory, IsTheUsersUnlessTheEnvironmentSaysOtherwise) {
  ::setenv("HOME", "/home/example", 1);
  ::unsetenv("XDG_DATA_HOME");
  ::unsetenv("NEURAL_HISTORY");
  EXPECT_EQ(default_history(), "/home/example/.local/share/neural/history.db");
  ::setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(default_history(), "/data/neural/history.db");
  ::setenv("NEURAL_HISTORY", "mine.db", 1);
  EXPECT_EQ(default_history(), "mine.db");
  ::setenv("NEURAL_HISTORY", "off", 1);
  EXPECT_FALSE(default_history().has_value());
}

}  // namespace
}  // namespace neural::bench::history
