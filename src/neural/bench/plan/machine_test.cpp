#include "neural/bench/plan/machine.hpp"

#include <gtest/gtest.h>

#include <algorithm>

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

TEST(ProcessorsFor, AreThoseOfSoManyCoresOrNone) {
  const int cores = physical_cores();
  EXPECT_TRUE(processors_for(cores, 3).empty());
  EXPECT_TRUE(processors_for(cores + 1, 3).empty());
  if (cores < 2) return;
  const std::vector<int> one = processors_for(1, 0), next = processors_for(1, 1);
  ASSERT_FALSE(one.empty());
  EXPECT_EQ(std::find(next.begin(), next.end(), one.front()), next.end()) << "another draw, another core";
  EXPECT_EQ(processors_for(1, static_cast<std::uint64_t>(cores)), one);
}

TEST(AvailableMemory, IsLessThanThereIs) {
  EXPECT_GT(available_memory_bytes(), 0);
  EXPECT_LT(available_memory_bytes(), describe_machine()["memory_bytes"].get<std::int64_t>());
}

}  // namespace
}  // namespace neural::bench::plan
