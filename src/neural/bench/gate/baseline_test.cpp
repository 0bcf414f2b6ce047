#include "neural/bench/gate/baseline.hpp"

#include "neural/bench/gate/testing.hpp"
#include "neural/bench/history/history.hpp"

namespace neural::bench::gate {
namespace {

constexpr const char* kResults = R"({"environment": {}, "protocol": {}, "results": []})";

class BaselineTest : public RepositoryTest {
 protected:
  Expected<Baseline> find(const std::string& reference) {
    return find_baseline(reference, {runner_, variables_, repository_, history_});
  }
  std::string error(const std::string& reference) {
    const auto baseline = find(reference);
    EXPECT_FALSE(baseline) << reference;
    return baseline ? "" : baseline.error().message;
  }

  std::optional<std::filesystem::path> history_ = folder_.path() / "history.db";
};

TEST_F(BaselineTest, ARevisionIsFoundByAnyOfItsNames) {
  commit("file", "one");
  git("tag v1");
  commit("file", "two");
  const auto tagged = find("v1"), before = find("HEAD~1"), now = find("main");
  ASSERT_TRUE(tagged && before && now);
  EXPECT_EQ(std::get<Revision>(*tagged).sha, std::get<Revision>(*before).sha);
  EXPECT_NE(std::get<Revision>(*tagged).sha, std::get<Revision>(*now).sha);
  EXPECT_EQ(std::get<Revision>(*now).sha.size(), 40U);
  EXPECT_EQ(name_of(*tagged), "revision " + std::get<Revision>(*tagged).sha.substr(0, 12) + " (v1)");
}

TEST_F(BaselineTest, WhatIsNoRevisionIsSaid) {
  commit("file", "one");
  EXPECT_EQ(error("nowhere"),
            "there is no `nowhere`: neither a file, nor a revision of `" + repository_.string() + "`");
  for (const char* hostile : {"--output=/tmp/x", "-h", "main; touch x", "main\n", "^main", "@{bad"}) {
    EXPECT_NE(error(hostile).find("neither a file"), std::string::npos) << hostile;
  }
  EXPECT_EQ(error(""), "the baseline has no name");
}

TEST_F(BaselineTest, OutsideARepositoryItIsSaidToo) {
  std::filesystem::remove_all(repository_ / ".git");
  EXPECT_NE(error("main").find("`main` is no file, and no revision: git rev-parse failed"), std::string::npos);
}

TEST_F(BaselineTest, AResultsFolderAndItsFile) {
  const auto results = folder_.path() / "results";
  ASSERT_TRUE(make_folder(results));
  EXPECT_NE(error(results.string()).find("is no results folder"), std::string::npos);
  ASSERT_TRUE(write_file(results / "benchmark_results.json", kResults));
  for (const auto& path : {results, results / "benchmark_results.json"}) {
    const auto baseline = find(path.string());
    ASSERT_TRUE(baseline) << path;
    EXPECT_TRUE(std::holds_alternative<StoredSession>(*baseline)) << path;
  }
  for (const char* other :
       {"[]", "3", R"({"environment": {}, "protocol": {}})", R"({"environment": {}, "protocol": {}, "results": {}})",
        R"({"environment": {}, "protocol": {}, "results": [1]})"}) {
    ASSERT_TRUE(write_file(results / "benchmark_results.json", other));
    EXPECT_NE(error(results.string()).find("holds no results of `neural bench`"), std::string::npos) << other;
  }
  ASSERT_TRUE(write_file(results / "benchmark_results.json", "{"));
  EXPECT_FALSE(error(results.string()).empty());
}

TEST_F(BaselineTest, AnExecutable) {
  const auto program = script("neural", "exit 0\n");
  const auto baseline = find(program.string());
  ASSERT_TRUE(baseline);
  EXPECT_EQ(std::get<Executable>(*baseline).path, program);
}

TEST_F(BaselineTest, ASessionOfTheHistory) {
  EXPECT_FALSE(error("12").empty()) << "there is no history yet";
  history::History history = history::History::open(*history_, true).value();
  const std::string session =
      R"({"version": "0.1.0", "protocol": {"started_utc": "2026-01-31T12:00:00Z", "seed": 7}, "cells": []})";
  const auto unfinished = history.add_session({session, "{}", ""});
  ASSERT_TRUE(unfinished) << unfinished.error().message;
  EXPECT_NE(error(std::to_string(*unfinished)).find("is not finished"), std::string::npos);
  const auto finished = history.add_session({session, "{}", kResults});
  ASSERT_TRUE(finished) << finished.error().message;
  const auto baseline = find(std::to_string(*finished));
  ASSERT_TRUE(baseline) << baseline.error().message;
  EXPECT_EQ(name_of(*baseline), "session " + std::to_string(*finished));
  history_.reset();
  EXPECT_NE(error("1").find("no history is kept"), std::string::npos);
}

}  // namespace
}  // namespace neural::bench::gate
