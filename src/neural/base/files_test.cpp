#include "neural/base/files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace neural {
namespace {

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "neural_files_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(Files, a_written_file_reads_back_and_leaves_nothing_beside_it) {
  ASSERT_TRUE(write_file(folder_ / "a.txt", "one"));
  ASSERT_TRUE(write_file(folder_ / "a.txt", std::string("two\0three", 9)));
  EXPECT_EQ(read_file(folder_ / "a.txt").value(), std::string("two\0three", 9));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(Files, a_missing_file_is_named) {
  const auto text = read_file(folder_ / "none.txt");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kNotFound);
  EXPECT_NE(text.error().message.find("none.txt`: no such file or directory"), std::string::npos);
}

TEST_F(Files, a_missing_file_with_a_neighbour_much_like_it_names_that_one) {
  ASSERT_TRUE(write_file(folder_ / "lenet.neural", "text"));
  EXPECT_EQ(read_file(folder_ / "lenett.neural").error().help,
            "did you mean `" + (folder_ / "lenet.neural").string() + "`?");
  EXPECT_EQ(read_file(folder_ / "other.txt").error().help, "");
  EXPECT_EQ(read_file(folder_ / "no folder" / "lenet.neural").error().help, "");
}

TEST_F(Files, a_full_disk_is_an_error_with_a_way_out) {
  const auto status = write_file("/dev/full", "text");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kNoSpace);
  EXPECT_FALSE(status.error().help.empty());
}

TEST_F(Files, a_failed_write_keeps_the_old_file) {
  ASSERT_TRUE(write_file(folder_ / "folder", "a file where a folder is wanted"));
  EXPECT_FALSE(write_file(folder_ / "folder" / "x", "text"));
  EXPECT_EQ(read_file(folder_ / "folder").value(), "a file where a folder is wanted");
}

TEST_F(Files, text_in_parts_is_written_as_one_or_not_at_all) {
  const auto path = folder_ / "a.txt";
  ASSERT_TRUE(write_file(path, [](const Sink& sink) -> Status {
    NEURAL_TRY(sink("one, "));
    return sink("two");
  }));
  EXPECT_EQ(read_file(path).value(), "one, two");
  const Status status = write_file(path, [](const Sink& sink) -> Status {
    NEURAL_TRY(sink("three"));
    return fail(ErrorCode::kCorrupt, "no more");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "no more");
  EXPECT_EQ(read_file(path).value(), "one, two");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(Files, a_limit_is_a_limit) {
  ASSERT_TRUE(write_file(folder_ / "a.txt", "12345"));
  EXPECT_TRUE(read_file(folder_ / "a.txt", 5));
  EXPECT_FALSE(read_file(folder_ / "a.txt", 4));
}

TEST_F(Files, a_beginning_is_read_of_a_file_without_an_end) {
  EXPECT_EQ(read_beginning("/dev/zero", 100'000).value(), std::string(100'000, '\0'));
  ASSERT_TRUE(write_file(folder_ / "a.txt", "12345"));
  EXPECT_EQ(read_beginning(folder_ / "a.txt", 3).value(), "123");
  EXPECT_EQ(read_beginning(folder_ / "a.txt", 9).value(), "12345");
}

TEST_F(Files, a_link_is_followed_not_replaced) {
  ASSERT_TRUE(write_file(folder_ / "real.txt", "old"));
  std::filesystem::create_symlink("real.txt", folder_ / "link.txt");
  ASSERT_TRUE(write_file(folder_ / "link.txt", "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "link.txt"));
  EXPECT_EQ(read_file(folder_ / "real.txt").value(), "new");
}

TEST_F(Files, a_replaced_file_keeps_its_permissions) {
  using std::filesystem::perms;
  for (const perms mode : {perms{0600}, perms{0755}, perms{0664}}) {
    ASSERT_TRUE(write_file(folder_ / "a.txt", "old"));
    std::filesystem::permissions(folder_ / "a.txt", mode);
    ASSERT_TRUE(write_file(folder_ / "a.txt", "new"));
    EXPECT_EQ(std::filesystem::status(folder_ / "a.txt").permissions(), mode);
  }
}

TEST_F(Files, a_file_that_may_not_be_written_is_not_replaced) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everything";
  ASSERT_TRUE(write_file(folder_ / "a.txt", "old"));
  std::filesystem::permissions(folder_ / "a.txt", std::filesystem::perms{0444});
  const auto status = write_file(folder_ / "a.txt", "new");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kPermission);
  EXPECT_EQ(read_file(folder_ / "a.txt").value(), "old");
}

}  // namespace
}  // namespace neural
