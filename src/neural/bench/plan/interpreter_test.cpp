#include "neural/bench/plan/interpreter.hpp"

#include <gtest/gtest.h>

#include "neural/base/files.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

class InterpreterTest : public testing::Test {
 protected:
  InterpreterTest() {
    sources_.working_folder = folder() / "work";
    sources_.executable = folder() / "install/bin/neural";
  }
  fs::path add(const fs::path& place) {
    EXPECT_TRUE(make_folder((folder() / place).parent_path()));
    EXPECT_TRUE(write_file(folder() / place, "#!/bin/sh\n"));
    fs::permissions(folder() / place, fs::perms::owner_all);
    return folder() / place;
  }
  fs::path chosen() const {
    const Expected<fs::path> path = choose_interpreter(sources_);
    EXPECT_TRUE(path.has_value()) << path.error().message;
    return path.value_or("");
  }
  const fs::path& folder() const { return folder_.path(); }

  process::ScratchFolder folder_ = process::ScratchFolder::make().value();
  InterpreterSources sources_;
};

TEST_F(InterpreterTest, IsTheFirstThatIsNamedOrThere) {
  EXPECT_FALSE(choose_interpreter(sources_).has_value());
  const fs::path beside_python = add("install/bin/python");
  EXPECT_EQ(chosen(), beside_python);
  const fs::path beside = add("install/bin/python3");
  EXPECT_EQ(chosen(), beside);
  const fs::path project = add("work/.venv/bin/python");
  EXPECT_EQ(chosen(), project);
  const fs::path active = add("active/bin/python");
  sources_.virtual_environment = (folder() / "active").string();
  EXPECT_EQ(chosen(), active);
  sources_.neural_python = add("other/python").string();
  EXPECT_EQ(chosen(), sources_.neural_python);
  sources_.given = add("given/python").string();
  EXPECT_EQ(chosen(), sources_.given);
}

TEST_F(InterpreterTest, MustBeThereIfItIsNamed) {
  add("work/.venv/bin/python");
  sources_.neural_python = "/nowhere/python";
  const Expected<fs::path> path = choose_interpreter(sources_);
  ASSERT_FALSE(path.has_value());
  EXPECT_EQ(path.error().message, "NEURAL_PYTHON names `/nowhere/python`, which is no program");
  EXPECT_NE(path.error().help.find("--python"), std::string::npos);
}

TEST_F(InterpreterTest, IsNotAFileThatCannotBeRun) {
  const fs::path file = add("work/.venv/bin/python");
  fs::permissions(file, fs::perms::owner_read);
  EXPECT_FALSE(choose_interpreter(sources_).has_value());
}

TEST_F(InterpreterTest, IsLookedForInThePathByItsName) {
  sources_.given = "sh";
  EXPECT_EQ(chosen().filename(), "sh");
  EXPECT_TRUE(chosen().is_absolute());
}

TEST_F(InterpreterTest, KeepsTheLinkOfAVirtualEnvironment) {
  const fs::path real = add("real/python");
  ASSERT_TRUE(make_folder(folder() / "work/.venv/bin"));
  fs::create_symlink(real, folder() / "work/.venv/bin/python");
  EXPECT_EQ(chosen(), folder() / "work/.venv/bin/python");
}

}  // namespace
}  // namespace neural::bench::plan
