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

TEST(CpuPressure, IsHowLongSomeProgramWaited) {
  const CpuPressure first = parse_cpu_pressure("some avg10=12.50 avg60=3.10 total=2500000\nfull avg10=1.00 total=7\n");
  EXPECT_DOUBLE_EQ(first.last_ten_seconds, 0.125);
  EXPECT_DOUBLE_EQ(first.total_seconds, 2.5);
  const CpuPressure second = parse_cpu_pressure("full avg10=9.00 total=7\nsome avg10=0.00 avg60=0.00 total=1000000");
  EXPECT_DOUBLE_EQ(second.last_ten_seconds, 0);
  EXPECT_DOUBLE_EQ(second.total_seconds, 1);
}

TEST(CpuPressure, IsNoNumberWhereTheSystemDoesNotTell) {
  for (const char* text : {"", "some", "full avg10=9.00 total=7", "some avg10= total=", "some avg10=x total=x"}) {
    EXPECT_TRUE(std::isnan(parse_cpu_pressure(text).last_ten_seconds)) << text;
    EXPECT_TRUE(std::isnan(parse_cpu_pressure(text).total_seconds)) << text;
  }
}

TEST(MachineLoad, OfThisMachineIsNotZero) {
  EXPECT_GT(read_machine_load().busy_seconds, 0);
}

}  // namespace
}  // namespace neural::bench::process
