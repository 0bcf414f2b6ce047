// For tests: a repository, and a program that stands for `neural` in it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "neural/base/files.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::gate {

class RepositoryTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(make_folder(repository_));
    git("init --initial-branch=main");
  }

  void git(const std::string& words) const {
    const std::string command = "git -C " + repository_.string() +
                                " -c user.name=Example -c user.email=e@example.com " + words + " >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  void commit(const std::filesystem::path& file, const std::string& text) const {
    ASSERT_TRUE(make_folder((repository_ / file).parent_path()));
    ASSERT_TRUE(write_file(repository_ / file, text));
    git("add .");
    git("commit -m change");
  }

  /// A shell script that can be run.
  std::filesystem::path script(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = folder_.path() / name;
    EXPECT_TRUE(write_file(path, "#!/bin/sh\n" + text));
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

  process::ScratchFolder folder_ = process::ScratchFolder::make().value();
  std::filesystem::path repository_ = folder_.path() / "repository";
  process::ProcessRunner runner_;
  process::Variables variables_ = process::current_variables();
};

}  // namespace neural::bench::gate
