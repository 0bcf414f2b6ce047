// Two real processes that take turns.
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::process {
namespace {

constexpr const char* kReady = R"(echo '{"event": "ready", "t": 1}' >&3; )";
constexpr const char* kWork = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; ";

/// Nothing of the process is left but, for a moment, its entry.
bool is_gone(const std::string& pid) {
  for (int round = 0; round < 1000; ++round) {
    const Expected<std::string> status = read_file("/proc/" + pid + "/status");
    if (!status || status->find("State:\tZ") != std::string::npos) return true;
    ::poll(nullptr, 0, 10);
  }
  return false;
}

class TurnsTest : public testing::Test {
 protected:
  Command shell(const std::string& name, const std::string& script) const {
    Command command;
    command.arguments = {"/bin/sh", "-c", script};
    command.environment = {"PATH=/usr/bin:/bin"};
    command.log = folder_.path() / (name + ".txt");
    command.events = folder_.path() / (name + ".jsonl");
    command.timeout_seconds = 60;
    return command;
  }
  Expected<std::vector<Ending>> run(const std::string& one, const std::string& other, double timeout_of_one = 60) {
    std::array<Command, 2> commands = {shell("one", one), shell("other", other)};
    commands[0].timeout_seconds = timeout_of_one;
    return runner_.run_in_turns(commands, turns_);
  }
  std::string log(const char* name) const {
    return read_file(folder_.path() / (std::string(name) + ".txt")).value_or("(no file)");
  }

  Turns turns_{.after = "ready", .seconds = 0.005};

 private:
  ScratchFolder folder_ = ScratchFolder::make().value();
  ProcessRunner runner_{0.05};
};

TEST_F(TurnsTest, OnlyOneOfTheTwoRunsAtATime) {
  const std::vector<Ending> endings =
      run(std::string(kReady) + kWork + "echo one", std::string(kReady) + kWork + "echo other").value();
  ASSERT_EQ(endings.size(), 2U);
  EXPECT_EQ(log("one"), "one\n");
  EXPECT_EQ(log("other"), "other\n");
  for (const Ending& ending : endings) EXPECT_EQ(ending.exit_status, 0);
  const std::vector<Interval>&one = endings[0].pauses, &other = endings[1].pauses;
  ASSERT_GT(one.size(), 3U);
  ASSERT_GT(other.size(), 3U);
  for (std::size_t i = 1; i < one.size(); ++i) {
    const Interval turn{one[i - 1].end_ns, one[i].begin_ns};
    EXPECT_LT(turn.begin_ns, turn.end_ns);
    const bool other_waits = std::any_of(other.begin(), other.end(), [&](const Interval& pause) {
      return pause.begin_ns <= turn.begin_ns && turn.end_ns <= pause.end_ns;
    });
    EXPECT_TRUE(other_waits) << "turn " << i;
  }
}

TEST_F(TurnsTest, PausesAreNoTimeOfARun) {
  const std::int64_t begin = monotonic_ns();
  const std::vector<Ending> endings = run(std::string(kReady) + kWork, std::string(kReady) + kWork).value();
  const double elapsed = 1e-9 * static_cast<double>(monotonic_ns() - begin);
  ASSERT_EQ(endings.size(), 2U);
  EXPECT_LE(endings[0].wall_seconds + endings[1].wall_seconds, elapsed) << "never both at a time";
  for (const Ending& ending : endings) {
    std::int64_t paused = 0;
    for (const Interval& pause : ending.pauses) paused += pause.end_ns - pause.begin_ns;
    const double from_first_pause =
        1e-9 * static_cast<double>(ending.pauses.back().end_ns - ending.pauses.front().begin_ns - paused);
    EXPECT_GT(ending.wall_seconds, from_first_pause);
    EXPECT_GT(paused, 0);
  }
}

TEST_F(TurnsTest, TheSecondIsNotStartedWhereTheFirstDidNotComeSoFar) {
  const std::vector<Ending> endings = run("exit 3", "echo started").value();
  ASSERT_EQ(endings.size(), 1U);
  EXPECT_EQ(endings[0].exit_status, 3);
  EXPECT_EQ(log("other"), "(no file)");
}

TEST_F(TurnsTest, TheSecondIsStartedWhereTheFirstHadNoMoreToDo) {
  // Whether it has ended when its event is read is for the system to decide: in some of the rounds it has.
  for (int round = 0; round < 50; ++round) {
    const std::vector<Ending> endings = run(kReady, std::string(kReady) + "echo done").value();
    ASSERT_EQ(endings.size(), 2U);
    EXPECT_EQ(log("other"), "done\n");
  }
}

TEST_F(TurnsTest, TheFirstGoesOnAloneWhereTheSecondDoesNotComeSoFar) {
  const std::vector<Ending> endings = run(std::string(kReady) + kWork + "echo done", "kill -SEGV $$").value();
  ASSERT_EQ(endings.size(), 2U);
  EXPECT_EQ(endings[0].exit_status, 0);
  EXPECT_EQ(endings[1].signal, SIGSEGV);
  EXPECT_EQ(log("one"), "done\n");
  EXPECT_EQ(endings[0].pauses.size(), 1U);
}

TEST_F(TurnsTest, AnEventThatComesInPiecesIsSeen) {
  const std::string pieces = R"(echo '{"event": "start", "t": 0}' >&3; printf '{"event": "rea' >&3; )"
                             R"(printf 'dy", "t": 1}\n' >&3; )";
  const std::vector<Ending> endings = run(pieces + kWork, std::string(kReady) + kWork).value();
  ASSERT_EQ(endings.size(), 2U);
  EXPECT_GT(endings[0].pauses.size(), 1U);
}

TEST_F(TurnsTest, OneThatTakesTooLongIsEndedAndTheOtherIsNot) {
  const std::vector<Ending> endings =
      run(std::string(kReady) + "while true; do :; done", kReady + std::string(kWork), 0.2).value();
  ASSERT_EQ(endings.size(), 2U);
  EXPECT_TRUE(endings[0].timed_out);
  EXPECT_FALSE(endings[1].timed_out);
  EXPECT_EQ(endings[1].exit_status, 0);
}

TEST_F(TurnsTest, AnInterruptLeavesNeitherBehind) {
  const std::string endless = "echo $$; " + std::string(kReady) + "while true; do :; done";
  const Expected<std::vector<Ending>> endings =
      run(endless, "echo $$; " + std::string(kReady) + "kill -INT $PPID; while true; do :; done");
  ASSERT_FALSE(endings.has_value());
  EXPECT_EQ(endings.error().code, ErrorCode::kInterrupted);
  for (const char* name : {"one", "other"}) {
    ASSERT_FALSE(trim(log(name)).empty());
    EXPECT_TRUE(is_gone(std::string(trim(log(name))))) << name;
  }
}

TEST_F(TurnsTest, NeitherIsLeftWhereThisProgramIsKilledOutright) {
  const std::string endless = "echo $$; " + std::string(kReady) + "while true; do :; done";
  const pid_t harness = ::fork();
  ASSERT_GE(harness, 0);
  if (harness == 0) {
    static_cast<void>(run(endless, endless));
    ::_exit(1);
  }
  for (int round = 0; round < 1000 && !log("other").ends_with("\n"); ++round) ::poll(nullptr, 0, 10);
  ::kill(harness, SIGKILL);
  ::waitpid(harness, nullptr, 0);
  for (const char* name : {"one", "other"}) {
    ASSERT_FALSE(trim(log(name)).empty());
    EXPECT_TRUE(is_gone(std::string(trim(log(name))))) << name;
  }
}

TEST_F(TurnsTest, BothHaveTheProcessorsTheyAreGivenAndWeKeepOurs) {
  cpu_set_t before, after;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  int first = 0;
  while (!CPU_ISSET(static_cast<std::size_t>(first), &before)) ++first;
  turns_.processors = {first};
  ASSERT_TRUE(run(std::string("nproc; ") + kReady + kWork, std::string("nproc; ") + kReady + kWork).has_value());
  EXPECT_EQ(log("one"), "1\n");
  EXPECT_EQ(log("other"), "1\n");
  ASSERT_EQ(::sched_getaffinity(0, sizeof after, &after), 0);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

}  // namespace
}  // namespace neural::bench::process
