// For the tests of this room: a folder of runs that is gone afterwards.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "neural/base/check.hpp"
#include "neural/track/run.hpp"

namespace neural::track {

class RunsFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "neural_track_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  track::Run start(const std::string& experiment, const Json& details = Json::object(), const Params& params = {}) {
    auto run = track::Run::start(root_, {.experiment = experiment, .details = details, .params = params});
    NEURAL_CHECK(run, run.error().message);
    return std::move(*run);
  }

  std::filesystem::path root_;
};

}  // namespace neural::track
