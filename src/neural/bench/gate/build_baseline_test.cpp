#include "neural/bench/gate/build_baseline.hpp"

#include <vector>

#include "neural/bench/gate/testing.hpp"

namespace neural::bench::gate {
namespace {

// Builds where our own sources do: build/src/neural/cli/neural.
constexpr const char* kProject = R"(cmake_minimum_required(VERSION 3.25)
project(neural LANGUAGES NONE)
add_subdirectory(src/neural/cli)
)";
constexpr const char* kProgram = R"(file(READ "${PROJECT_SOURCE_DIR}/answer" answer)
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/made" "#!/bin/sh\necho ${answer}\n")
file(CHMOD "${CMAKE_CURRENT_BINARY_DIR}/made" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
add_custom_target(neural COMMAND ${CMAKE_COMMAND} -E copy made neural)
)";

class BuildBaselineTest : public RepositoryTest {
 protected:
  void SetUp() override {
    RepositoryTest::SetUp();
    commit("CMakeLists.txt", kProject);
    commit("src/neural/cli/CMakeLists.txt", kProgram);
    commit("answer", "first");
    first_ = revision("HEAD");
  }

  Revision revision(const std::string& name) {
    return std::get<Revision>(find_baseline(name, {runner_, variables_, repository_, {}}).value());
  }
  Expected<std::filesystem::path> build(const Revision& revision) {
    return build_baseline(revision, cache_, runner_, variables_,
                          [&](const std::string& sentence) { notices_.push_back(sentence); });
  }
  std::string answer_of(const std::filesystem::path& program) {
    process::Command command;
    command.arguments = {program.string()};
    command.log = folder_.path() / "answer.txt";
    command.timeout_seconds = 20;
    EXPECT_TRUE(runner_.run(command));
    return read_file(command.log).value_or("");
  }

  Revision first_;
  std::filesystem::path cache_ = folder_.path() / "cache";
  std::vector<std::string> notices_;
};

TEST_F(BuildBaselineTest, EachRevisionIsBuiltOnceFromItsOwnFiles) {
  commit("answer", "second");
  ASSERT_TRUE(write_file(repository_ / "answer", "not committed"));
  const auto first = build(first_);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(answer_of(*first), "first\n");
  EXPECT_EQ(notices_.size(), 1U);
  const auto second = build(revision("main"));
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(answer_of(*second), "second\n");
  EXPECT_EQ(build(first_).value(), *first);
  EXPECT_EQ(notices_.size(), 2U) << "nothing was built the third time";
  EXPECT_FALSE(std::filesystem::exists(first->parent_path() / "source")) << "sources would fill the disk";
}

TEST_F(BuildBaselineTest, TheRepositoryStaysAsItIs) {
  ASSERT_TRUE(write_file(repository_ / "answer", "staged"));
  git("add answer");
  ASSERT_TRUE(write_file(repository_ / "answer", "not committed"));
  const auto index = read_file(repository_ / ".git" / "index").value();
  ASSERT_TRUE(build(first_));
  EXPECT_EQ(read_file(repository_ / ".git" / "index").value(), index);
  EXPECT_EQ(read_file(repository_ / "answer").value(), "not committed");
}

TEST_F(BuildBaselineTest, ABuildThatFailsIsSaidAndTriedAgain) {
  commit("CMakeLists.txt", std::string(kProject) + "message(FATAL_ERROR \"no library\")\n");
  const Revision broken = revision("main");
  const auto failed = build(broken);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kProcess);
  EXPECT_NE(failed.error().message.find("cannot be built"), std::string::npos) << failed.error().message;
  EXPECT_NE(failed.error().help.find("build.log"), std::string::npos);
  EXPECT_NE(read_file(cache_ / "baselines" / broken.sha / "build.log").value().find("no library"), std::string::npos);
  EXPECT_FALSE(build(broken)) << "what failed is not kept";
}

}  // namespace
}  // namespace neural::bench::gate
