#include "neural/bench/plan/preflight.hpp"

#include <gtest/gtest.h>

namespace neural::bench::plan {
namespace {

TEST(ParsePressure, IsTheShareOfTheLastTenSeconds) {
  EXPECT_DOUBLE_EQ(
      parse_pressure("some avg10=12.50 avg60=3.10 avg300=0.00 total=123\nfull avg10=1.00 total=4\n").value(), 0.125);
  EXPECT_DOUBLE_EQ(parse_pressure("full avg10=9.00\nsome avg10=0.00 avg60=0.00").value(), 0);
}

TEST(ParsePressure, IsNothingWhereTheSystemDoesNotTell) {
  for (const char* text : {"", "some", "some avg60=1.00", "some avg10=", "some avg10=x", "full avg10=9.00"}) {
    EXPECT_FALSE(parse_pressure(text).has_value()) << text;
  }
}

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
  if (signs.pressure) {
    EXPECT_GE(*signs.pressure, 0);
    EXPECT_LE(*signs.pressure, 1);
  }
}

}  // namespace
}  // namespace neural::bench::plan
