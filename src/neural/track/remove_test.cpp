#include "neural/track/remove.hpp"

#include "neural/base/files.hpp"
#include "neural/track/testing.hpp"

namespace neural::track {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDayMs = 24 * 3600 * 1000;
constexpr std::int64_t kNow = 100 * kDayMs;

class RemovedRuns : public RunsFolder {
 protected:
  void put(const std::string& id, std::int64_t day, const std::string& status = "FINISHED") {
    ASSERT_TRUE(make_folder(root_ / "cnn" / id));
    const Json description = {{"experiment", "cnn"}, {"status", status}, {"start_ms", day * kDayMs}};
    ASSERT_TRUE(write_file(root_ / "cnn" / id / "run.json", pretty_json(description)));
  }
  std::vector<std::string> chosen(const Removal& removal) {
    std::vector<std::string> ids;
    for (const RecordedRun& run : runs_to_remove(read_runs(root_).value(), removal)) ids.push_back(run.id);
    return ids;
  }
};

using Ids = std::vector<std::string>;

TEST_F(RemovedRuns, are_neither_new_nor_young_nor_running) {
  put("a", 10);
  put("b", 50, "RUNNING");
  put("c", 60, "KILLED");
  put("d", 98);
  put("e", 99);
  EXPECT_EQ(chosen({.now_ms = kNow}), Ids{});
  EXPECT_EQ(chosen({.keep = 0, .now_ms = kNow}), (Ids{"a", "c", "d", "e"}));
  EXPECT_EQ(chosen({.keep = 2, .now_ms = kNow}), (Ids{"a", "c"}));
  EXPECT_EQ(chosen({.older_than_days = 40, .now_ms = kNow}), (Ids{"a"}));
  EXPECT_EQ(chosen({.older_than_days = 39.9, .now_ms = kNow}), (Ids{"a", "c"}));
  EXPECT_EQ(chosen({.keep = 4, .older_than_days = 1, .now_ms = kNow}), (Ids{"a"}));
  EXPECT_EQ(chosen({.keep = 9, .now_ms = kNow}), Ids{});
}

TEST_F(RemovedRuns, do_not_lie_elsewhere_and_have_a_time) {
  put("a", 10);
  fs::create_directory_symlink(root_ / "cnn", root_ / "linked");
  fs::create_directory_symlink(root_ / "cnn" / "a", root_ / "cnn" / "b");
  put("c", -5);
  EXPECT_EQ(chosen({.older_than_days = 0, .now_ms = kNow}), Ids{"a"});
}

TEST_F(RemovedRuns, go_with_all_they_hold_and_the_last_with_its_experiment) {
  put("a", 10);
  put("b", 11);
  ASSERT_TRUE(write_file(root_ / "cnn" / "a" / "notes.txt", "x"));
  const RunList list = read_runs(root_).value();
  ASSERT_TRUE(remove_run(list.runs[0]));
  EXPECT_FALSE(fs::exists(root_ / "cnn" / "a"));
  EXPECT_TRUE(fs::exists(root_ / "cnn" / "b" / "run.json"));
  EXPECT_FALSE(remove_run(list.runs[0]));
  ASSERT_TRUE(remove_run(list.runs[1]));
  EXPECT_TRUE(fs::is_empty(root_));
}

}  // namespace
}  // namespace neural::track
