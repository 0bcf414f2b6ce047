#include "neural/track/append_file.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "neural/base/files.hpp"
#include "neural/track/testing.hpp"

namespace neural::track {
namespace {

/// No file grows beyond so many bytes while this lives: a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    before_signal_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_signal_);
  }

 private:
  rlimit before_{};
  void (*before_signal_)(int) = nullptr;
};

using AppendedFile = RunsFolder;

TEST_F(AppendedFile, goes_on_where_a_full_disk_stopped_it) {
  AppendFile file = AppendFile::open(root_ / "lines").value();
  std::string all;
  for (int i = 0; i < 100; ++i) all += fmt::format("line {}\n", i);
  {
    const FullDisk full(333);
    file.add(all);
    EXPECT_FALSE(file.flush());
    EXPECT_EQ(read_file(root_ / "lines").value(), all.substr(0, 333));
    EXPECT_FALSE(file.flush());
    EXPECT_EQ(file.waiting(), all.size() - 333);
  }
  file.add("end\n");
  EXPECT_TRUE(file.sync());
  EXPECT_EQ(read_file(root_ / "lines").value(), all + "end\n");
}

TEST_F(AppendedFile, grows_when_it_is_opened_again_and_is_flushed_at_its_end) {
  AppendFile::open(root_ / "lines")->add("one\n");
  AppendFile moved = AppendFile::open(root_ / "lines").value();
  moved.add("two\n");
  {
    AppendFile last = std::move(moved);
  }
  EXPECT_EQ(read_file(root_ / "lines").value(), "one\ntwo\n");
}

}  // namespace
}  // namespace neural::track
