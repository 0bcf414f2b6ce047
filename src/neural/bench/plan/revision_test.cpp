#include "neural/bench/plan/revision.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "neural/base/files.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::plan {
namespace {

class RevisionTest : public testing::Test {
 protected:
  void git(const std::string& words) const {
    const std::string command = "git -C " + repository_.string() +
                                " -c user.name=Example -c user.email=e@example.com " + words + " >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  Json revision(const std::filesystem::path& folder, const process::Variables& variables) {
    return describe_revision(runner_, folder, variables);
  }
  Json revision() { return revision(repository_ / "benchmarks", process::current_variables()); }

  process::ScratchFolder folder_ = process::ScratchFolder::make().value();
  std::filesystem::path repository_ = folder_.path() / "repository";
  process::ProcessRunner runner_;
};

TEST_F(RevisionTest, IsThatOfTheRepositoryTheFolderLiesIn) {
  ASSERT_TRUE(make_folder(repository_ / "benchmarks"));
  ASSERT_TRUE(write_file(repository_ / "benchmarks" / "model.neural", "one"));
  git("init");
  git("add .");
  git("commit -m one");
  git("tag v1");
  const Json clean = revision();
  ASSERT_TRUE(clean.is_object());
  EXPECT_EQ(clean["revision"].get<std::string>().size(), 40U);
  EXPECT_EQ(clean["dirty"], false);

  ASSERT_TRUE(write_file(repository_ / "untracked.txt", "beside"));
  EXPECT_EQ(revision(), clean);
  ASSERT_TRUE(write_file(repository_ / "benchmarks" / "model.neural", "two"));
  EXPECT_EQ(revision()["revision"], clean["revision"]);
  EXPECT_EQ(revision()["dirty"], true);
}

TEST_F(RevisionTest, IsNotKnownWithoutGitOrARepository) {
  EXPECT_TRUE(revision(folder_.path(), process::current_variables()).is_null());
  EXPECT_TRUE(revision(folder_.path(), {}).is_null());
  EXPECT_TRUE(revision(folder_.path(), {{"PATH", "relative:/nonexistent"}}).is_null());
  EXPECT_TRUE(revision("/nonexistent", process::current_variables()).is_null());
}

}  // namespace
}  // namespace neural::bench::plan
