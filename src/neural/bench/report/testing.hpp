// For tests: copies of the results folder tests/golden/report/quick, which a test may damage.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>

#include "neural/base/files.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/report/collect.hpp"

namespace neural::bench::report {

inline const std::filesystem::path kGoldenSession =
    std::filesystem::path(NEURAL_SOURCE_DIR) / "tests" / "golden" / "report" / "quick";

// The cells of the golden session, in its order.
inline constexpr const char* kEquivalentCell = "simple_mlp_pytorch_native";
inline constexpr const char* kUnequalCell = "cnn_pytorch_native";
inline constexpr const char* kUndecidedCell = "deep_mlp_tensorflow_native";

/// A copy in a folder of its own, removed at the end of the test.
class SessionCopy : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    std::replace(name.begin(), name.end(), '/', '_');
    root_ = std::filesystem::path(testing::TempDir()) / ("report_" + std::to_string(::getpid()) + "_" + name);
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    std::filesystem::copy(kGoldenSession, root_, std::filesystem::copy_options::recursive);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::filesystem::path cell(const std::string& name) const { return root_ / "raw" / name; }

  /// Leaves one cell in the session.
  void keep_only(const std::string& name) const {
    for (const char* other : {kEquivalentCell, kUnequalCell, kUndecidedCell}) {
      if (other != name) std::filesystem::remove_all(cell(other));
    }
    edit(root_ / "session.json", [&](Json& session) {
      Json kept = Json::array();
      for (const Json& item : session["cells"]) {
        if (item["cell"] == name) kept.push_back(item);
      }
      session["cells"] = kept;
    });
  }

  static void edit(const std::filesystem::path& file, const std::function<void(Json&)>& change) {
    Json value = read_json(file).value();
    change(value);
    ASSERT_TRUE(write_file(file, pretty_json(value)));
  }

  /// The only result, or that of the cell at this place in the session.
  Json result(std::size_t index = 0) const { return collect_results(root_).value()["results"][index]; }

  std::filesystem::path root_;
};

}  // namespace neural::bench::report
