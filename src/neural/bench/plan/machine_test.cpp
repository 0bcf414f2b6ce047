#include "neural/bench/plan/machine.hpp"

#include <gtest/gtest.h>

namespace neural::bench::plan {
namespace {

TEST(ProcValue, IsThatOfTheFirstLineWithTheKey) {
  const char* text = "processor\t: 0\nmodel name\t: A CPU: fast\n\nmodel name\t: another\nMemTotal:  123 kB\n";
  EXPECT_EQ(proc_value(text, "model name"), "A CPU: fast");
  EXPECT_EQ(proc_value(text, "MemTotal"), "123 kB");
  EXPECT_EQ(proc_value(text, "model"), "");
  EXPECT_EQ(proc_value("", "model"), "");
}

TEST(DescribeMachine, TellsWhatDecidesHowFastThisMachineIs) {
  const Json machine = describe_machine();
  for (const char* key :
       {"cpu", "memory_bytes", "swap_bytes", "kernel", "hypervisor", "transparent_huge_pages", "load"}) {
    EXPECT_TRUE(machine.contains(key)) << key;
  }
  EXPECT_GE(machine["cpu"]["processors"], machine["cpu"]["physical_cores"]);
  EXPECT_GE(machine["cpu"]["physical_cores"], 1);
  EXPECT_GT(machine["memory_bytes"], 10'000'000);
}

}  // namespace
}  // namespace neural::bench::plan
