#include "neural/bench/process/machine_load.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace neural::bench::process {
namespace {

constexpr const char* kStat =
    "cpu  999 999 999 999 999 999 999 999 0 0\n"
    "cpu0 100 10 20 7000 5 1 2 50 40 0\n"
    "cpu1 200 20 40 6000 5 3 4 25 0 0\n"
    "cpu12 1 1 1 1 1 1 1 1 0 0\n"
    "intr 1 2 3 4 5 6 7 8 9 10 11\n";

cpu_set_t processors(std::initializer_list<int> numbers) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int number : numbers) CPU_SET(number, &set);
  return set;
}

TEST(MachineLoad, AddsTheBusyColumnsOfTheProcessorsThatCount) {
  const MachineLoad load = parse_machine_load(kStat, processors({0, 1}), 100);
  EXPECT_DOUBLE_EQ(load.busy_seconds, (133 + 267) / 100.0);
  EXPECT_DOUBLE_EQ(load.steal_seconds, 0.75);
}

TEST(MachineLoad, LeavesOutProcessorsThisProgramMayNotUse) {
  const MachineLoad load = parse_machine_load(kStat, processors({1}), 100);
  EXPECT_DOUBLE_EQ(load.busy_seconds, 2.67);
  EXPECT_DOUBLE_EQ(load.steal_seconds, 0.25);
}

TEST(MachineLoad, IsZeroWhereTheTextIsOfAnotherKind) {
  EXPECT_DOUBLE_EQ(parse_machine_load("", processors({0}), 100).busy_seconds, 0);
  EXPECT_DOUBLE_EQ(parse_machine_load("cpu0 1 2 3\ncpuX 1 1 1 1 1 1 1 1 1", processors({0}), 100).busy_seconds, 0);
}

TEST(MachineLoad, PressureIsTheTimeInWhichSomeProgramWaited) {
  EXPECT_DOUBLE_EQ(parse_pressure_seconds("some avg10=1.00 total=2500000\nfull avg10=0.00 total=7\n"), 2.5);
  EXPECT_DOUBLE_EQ(parse_pressure_seconds("full avg10=0.00 total=7\nsome avg10=1.00 total=1000000"), 1);
  for (const char* text : {"", "full total=7", "some avg10=1.00", "some total=x"}) {
    EXPECT_TRUE(std::isnan(parse_pressure_seconds(text))) << text;
  }
}

TEST(MachineLoad, OfThisMachineIsNotZero) {
  EXPECT_GT(read_machine_load().busy_seconds, 0);
}

}  // namespace
}  // namespace neural::bench::process
