#include "neural/bench/plan/preflight.hpp"

#include <gtest/gtest.h>

namespace neural::bench::plan {
namespace {

TEST(WarningsOf, AQuietMachineHasNone) {
  EXPECT_TRUE(warnings_of({}).empty());
  EXPECT_TRUE(warnings_of({.pressure = 0.05, .governor = "performance", .on_battery = false}).empty());
}

TEST(WarningsOf, SayWhatIsWrongAndWhatToDo) {
  const auto warnings = warnings_of({.pressure = 0.42, .governor = "powersave", .on_battery = true});
  ASSERT_EQ(warnings.size(), 3U);
  EXPECT_EQ(warnings[0],
            "this machine is busy: in the last ten seconds programs waited for a processor 42 % of the time; end what "
            "else runs, or expect pairs to be measured again and the flag `noisy`");
  EXPECT_NE(warnings[1].find("`powersave`"), std::string::npos);
  EXPECT_NE(warnings[2].find("plug it in"), std::string::npos);
}

TEST(ReadSigns, OfThisMachineCanBeRead) {
  const Signs signs = read_signs();
  EXPECT_FALSE(signs.pressure < 0 || signs.pressure > 1) << signs.pressure;
}

}  // namespace
}  // namespace neural::bench::plan
