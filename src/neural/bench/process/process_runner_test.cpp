#include "neural/bench/process/process_runner.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/process/event_file.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::process {
namespace {

constexpr double kGraceSeconds = 0.05;

/// The process is there and runs; one that has ended but was not waited for does not.
bool is_running(const std::string& pid) {
  const Expected<std::string> status = read_file("/proc/" + pid + "/status");
  return status && status->find("State:\tZ") == std::string::npos;
}

/// Looks again and again, for at most ten seconds.
bool soon(const std::function<bool()>& condition) {
  for (int round = 0; round < 1000; ++round) {
    if (condition()) return true;
    ::poll(nullptr, 0, 10);
  }
  return false;
}

/// The process ends, if it has not yet; `line` is its number, from a log.
bool ends_soon(const std::string& line) {
  const std::string pid(trim(line));
  return !pid.empty() && soon([&] { return !is_running(pid); });
}

class ProcessRunnerTest : public testing::Test {
 protected:
  Command shell(const std::string& script) const {
    Command command;
    command.arguments = {"/bin/sh", "-c", script};
    command.environment = {"PATH=/usr/bin:/bin"};
    command.log = folder() / "log.txt";
    command.events = folder() / "events.jsonl";
    command.timeout_seconds = 60;
    return command;
  }
  Ending run(const Command& command) {
    Expected<Ending> ending = runner_.run(command);
    EXPECT_TRUE(ending.has_value()) << ending.error().message;
    return ending.value_or(Ending{});
  }
  std::string text(const char* name) const { return read_file(folder() / name).value_or("(no file)"); }
  const std::filesystem::path& folder() const { return folder_.path(); }

  ProcessRunner runner_{kGraceSeconds};

 private:
  ScratchFolder folder_ = ScratchFolder::make().value();
};

TEST_F(ProcessRunnerTest, GivesTheExitStatus) {
  const Ending ending = run(shell("exit 3"));
  EXPECT_EQ(ending.exit_status, 3);
  EXPECT_EQ(ending.signal, 0);
  EXPECT_FALSE(ending.timed_out);
  EXPECT_GT(ending.wall_seconds, 0);
  EXPECT_GT(ending.max_rss_bytes, 100'000);
  EXPECT_GE(ending.foreign_cpu_share, 0);
  EXPECT_EQ(ending.started_utc.size(), std::string("2026-01-31T12:00:00Z").size());
}

TEST_F(ProcessRunnerTest, GivesTheSignalThatEndedTheProcess) {
  const Ending ending = run(shell("kill -SEGV $$"));
  EXPECT_EQ(ending.exit_status, -1);
  EXPECT_EQ(ending.signal, SIGSEGV);
}

TEST_F(ProcessRunnerTest, KeepsOutputAndErrorsInOrderInTheLog) {
  run(shell("echo one; echo two >&2; echo three"));
  EXPECT_EQ(text("log.txt"), "one\ntwo\nthree\n");
}

TEST_F(ProcessRunnerTest, PutsStandardOutputElsewhereWhenAsked) {
  Command command = shell("echo answer; echo warning >&2");
  command.standard_output = folder() / "output.txt";
  run(command);
  EXPECT_EQ(text("output.txt"), "answer\n");
  EXPECT_EQ(text("log.txt"), "warning\n");
}

TEST_F(ProcessRunnerTest, GivesNothingOnStandardInput) {
  run(shell("cat; echo end"));
  EXPECT_EQ(text("log.txt"), "end\n");
}

TEST_F(ProcessRunnerTest, CopiesEventsByteForByteEvenWithoutAFinalNewline) {
  run(shell(R"(echo '{"event": "start"}' >&3; printf '{"half' >&3)"));
  EXPECT_EQ(text("events.jsonl"), "{\"event\": \"start\"}\n{\"half");
}

TEST_F(ProcessRunnerTest, HasNoEventDescriptorWhenNoneIsAskedFor) {
  Command command = shell("test -e /proc/self/fd/3 || echo none");
  command.events.clear();
  run(command);
  EXPECT_EQ(text("log.txt"), "none\n");
}

TEST_F(ProcessRunnerTest, GivesTheProcessAGroupOfItsOwn) {
  run(shell("echo $$; cut -d ' ' -f 5 /proc/$$/stat"));
  const std::vector<std::string> lines = split(text("log.txt"), '\n');
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], lines[1]);
}

TEST_F(ProcessRunnerTest, GivesExactlyTheEnvironmentAskedForAndPrivateFolders) {
  ::setenv("NEURAL_TEST_LEAK", "1", 1);
  run(shell("env | cut -d = -f 1 | sort | tr '\\n' ' '"));
  EXPECT_EQ(text("log.txt"), "PATH PWD TMPDIR TORCHINDUCTOR_CACHE_DIR TORCH_EXTENSIONS_DIR TRITON_CACHE_DIR ");
  ::unsetenv("NEURAL_TEST_LEAK");
}

TEST_F(ProcessRunnerTest, RunsInAPrivateFolderThatIsRemovedAfterwards) {
  Command command = shell("touch left_behind; pwd; echo $TMPDIR");
  command.environment.emplace_back("TMPDIR=/elsewhere");
  run(command);
  const std::vector<std::string> lines = split(text("log.txt"), '\n');
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], lines[1]);
  EXPECT_FALSE(std::filesystem::exists(lines[0]));
}

TEST_F(ProcessRunnerTest, AsksAProcessThatTakesTooLongToEnd) {
  Command command = shell("trap 'echo asked; exit 0' TERM; sleep 1000 & wait");
  command.timeout_seconds = 0.2;
  const Ending ending = run(command);
  EXPECT_TRUE(ending.timed_out);
  EXPECT_EQ(ending.exit_status, 0);
  EXPECT_EQ(text("log.txt"), "asked\n");
}

TEST_F(ProcessRunnerTest, KillsAProcessThatTakesTooLongAndDoesNotListen) {
  Command command = shell("trap '' TERM; while true; do sleep 1000; done");
  command.timeout_seconds = 0.1;
  const Ending ending = run(command);
  EXPECT_TRUE(ending.timed_out);
  EXPECT_EQ(ending.signal, SIGKILL);
}

TEST_F(ProcessRunnerTest, LeavesNoGrandchildBehind) {
  run(shell("env -i sleep 1000 & echo $!"));
  EXPECT_TRUE(ends_soon(text("log.txt")));
}

TEST_F(ProcessRunnerTest, LeavesNoGrandchildBehindThatMovedToASessionOfItsOwn) {
  run(shell("setsid sh -c 'echo $$; exec sleep 1000' & until test -s " + (folder() / "log.txt").string() +
            "; do sleep 0.01; done"));
  EXPECT_TRUE(ends_soon(text("log.txt")));
}

TEST_F(ProcessRunnerTest, DoesNotWaitForAGrandchildThatKeepsTheEventDescriptor) {
  const Ending ending = run(shell("sleep 1000 & echo '{}' >&3"));
  EXPECT_EQ(ending.exit_status, 0);
  EXPECT_FALSE(ending.timed_out);
  EXPECT_EQ(text("events.jsonl"), "{}\n");
}

TEST_F(ProcessRunnerTest, EndsAProcessThatFloodsItsEvents) {
  const Ending ending = run(shell("exec yes '{}' >&3"));
  EXPECT_TRUE(ending.flooded);
  EXPECT_EQ(std::filesystem::file_size(folder() / "events.jsonl"), kMostEventBytes);
}

TEST_F(ProcessRunnerTest, LetsTheProcessSeeThatItsLogIsFull) {
  Command command = shell("echo lost || exit 7");
  command.log = "/dev/full";
  EXPECT_EQ(run(command).exit_status, 7);
}

TEST_F(ProcessRunnerTest, EndsTheRunWithAnErrorWhenEventsCannotBeKept) {
  Command command = shell("echo $$; echo '{}' >&3; sleep 1000");
  command.events = "/dev/full";
  const Expected<Ending> ending = runner_.run(command);
  ASSERT_FALSE(ending.has_value());
  EXPECT_EQ(ending.error().code, ErrorCode::kNoSpace);
  EXPECT_NE(ending.error().message.find("/dev/full"), std::string::npos);
  EXPECT_TRUE(ends_soon(text("log.txt")));
}

TEST_F(ProcessRunnerTest, SaysWhichProgramCannotBeStarted) {
  Command command = shell("");
  command.arguments = {(folder() / "python").string()};
  const Expected<Ending> ending = runner_.run(command);
  ASSERT_FALSE(ending.has_value());
  EXPECT_EQ(ending.error().code, ErrorCode::kNotFound);
  EXPECT_NE(ending.error().message.find("/python`: no such file"), std::string::npos) << ending.error().message;
}

TEST_F(ProcessRunnerTest, EndsTheRunWhenTheUserInterrupts) {
  for (const char* signal : {"INT", "TERM", "HUP"}) {
    const Expected<Ending> ending = runner_.run(shell(std::string("echo $$; kill -") + signal + " $PPID; sleep 1000"));
    ASSERT_FALSE(ending.has_value()) << signal;
    EXPECT_EQ(ending.error().code, ErrorCode::kInterrupted);
    EXPECT_TRUE(ends_soon(text("log.txt")));
  }
}

TEST_F(ProcessRunnerTest, KillsTheProcessWhenThisProgramIsKilledOutright) {
  const Command command = shell("sleep 1000 & echo $!; wait");
  const pid_t harness = ::fork();
  ASSERT_GE(harness, 0);
  if (harness == 0) {
    static_cast<void>(runner_.run(command));
    ::_exit(1);
  }
  const auto started = [&] { return text("log.txt").ends_with("\n"); };
  EXPECT_TRUE(soon(started));
  const std::string pid(trim(text("log.txt")));
  EXPECT_TRUE(is_running(pid));
  ::kill(harness, SIGKILL);
  ::waitpid(harness, nullptr, 0);
  EXPECT_TRUE(ends_soon(pid));
}

}  // namespace
}  // namespace neural::bench::process
