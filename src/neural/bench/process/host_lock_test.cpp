#include "neural/bench/process/host_lock.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <optional>

#include "neural/bench/process/interrupts.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::process {
namespace {

TEST(HostLock, IsTakenAtOnceWhenNobodyHasIt) {
  const ScratchFolder folder = ScratchFolder::make().value();
  int waited = 0;
  EXPECT_TRUE(HostLock::acquire(folder.path(), [&](const std::string&) { ++waited; }).has_value());
  EXPECT_TRUE(HostLock::acquire(folder.path(), [&](const std::string&) { ++waited; }).has_value());
  EXPECT_EQ(waited, 0);
}

TEST(HostLock, WaitsForTheHolderAndSaysSoOnce) {
  const ScratchFolder folder = ScratchFolder::make().value();
  std::optional<Expected<HostLock>> holder = HostLock::acquire(folder.path(), [](const std::string&) {});
  int told = 0;
  const auto second = HostLock::acquire(folder.path(), [&](const std::string& message) {
    EXPECT_NE(message.find("another benchmark"), std::string::npos);
    ++told;
    holder.reset();
  });
  EXPECT_TRUE(second.has_value());
  EXPECT_EQ(told, 1);
}

TEST(HostLock, StopsWaitingWhenTheUserInterrupts) {
  const ScratchFolder folder = ScratchFolder::make().value();
  const auto holder = HostLock::acquire(folder.path(), [](const std::string&) {});
  const auto second = HostLock::acquire(folder.path(), [](const std::string&) { std::raise(SIGINT); });
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kInterrupted);
}

TEST(HostLock, NamesTheFileThatCannotBeMade) {
  const auto lock = HostLock::acquire("/nowhere", [](const std::string&) {});
  ASSERT_FALSE(lock.has_value());
  EXPECT_NE(lock.error().message.find("/nowhere/neural-bench.lock"), std::string::npos);
}

TEST(Interrupts, AreForgottenWhenNobodyWaitsForThemAnyMore) {
  {
    const Interrupts outer;
    {
      const Interrupts inner;
    }
    std::raise(SIGTERM);
    EXPECT_FALSE(Interrupts::check().has_value());
  }
  const Interrupts next;
  EXPECT_TRUE(Interrupts::check().has_value());
}

}  // namespace
}  // namespace neural::bench::process
