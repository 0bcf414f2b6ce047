#include "neural/bench/plan/nudge.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "neural/base/files.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/parity/npy.hpp"
#include "neural/bench/parity/testing.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::plan {
namespace {

class NudgeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(make_folder(from()));
    write("narrow.npy", parity::npy<float>({0.5, -0.25, 0.0, 1e-3, 3.0, -7.0}, "(2, 3)", "<f4"));
    write("wide.npy", parity::npy<double>({0.1, -0.1}, "(2,)", "<f8"));
    write("state.npy", parity::npy<float>({1.0}, "(1,)", "<f4"));
    write("index.json", pretty_json({{"files", {"narrow.npy", "wide.npy"}}, {"state_files", {"state.npy"}}}));
  }
  void write(const char* name, const std::string& text) const { ASSERT_TRUE(write_file(from() / name, text)); }
  std::filesystem::path from() const { return folder_.path() / "weights"; }
  std::filesystem::path to() const { return folder_.path() / "nudged"; }

  process::ScratchFolder folder_ = process::ScratchFolder::make().value();
};

TEST_F(NudgeTest, MovesEveryTrainedNumberButZeroToANeighbour) {
  ASSERT_TRUE(nudge_weights(from(), to(), 1, 1));
  const parity::Array before = parity::read_npy(from() / "narrow.npy").value();
  const parity::Array after = parity::read_npy(to() / "narrow.npy").value();
  ASSERT_EQ(after.shape(), before.shape());
  for (std::size_t i = 0; i < before.size(); ++i) {
    const float value = static_cast<float>(before[i]);
    if (value == 0) {
      EXPECT_EQ(after[i], 0);
      continue;
    }
    const float up = std::nextafterf(value, std::numeric_limits<float>::infinity());
    const float down = std::nextafterf(value, -std::numeric_limits<float>::infinity());
    EXPECT_TRUE(after[i] == up || after[i] == down) << value << " became " << after[i];
  }
  const parity::Array wide = parity::read_npy(to() / "wide.npy").value();
  EXPECT_NE(wide[0], 0.1);
  EXPECT_NEAR(wide[0], 0.1, 2e-17);
}

TEST_F(NudgeTest, MovesBySoManyUnitsAndLeavesWhatIsNearerToZero) {
  write("narrow.npy", parity::npy<float>({1.0, -1.0, 0.0, 1e-45, -1e-44}, "(5,)", "<f4"));
  ASSERT_TRUE(nudge_weights(from(), to(), 64, 1));
  const parity::Array after = parity::read_npy(to() / "narrow.npy").value();
  for (std::size_t i : {0U, 1U}) {
    const double moved = std::abs(after[i]) - 1;
    EXPECT_TRUE(moved == std::ldexp(64, -23) || moved == -std::ldexp(64, -24)) << moved;
  }
  EXPECT_EQ(after[2], 0);
  EXPECT_EQ(static_cast<float>(after[3]), 1e-45F);
  EXPECT_EQ(static_cast<float>(after[4]), -1e-44F);
}

TEST_F(NudgeTest, LeavesTheOtherTensorsAsTheyAre) {
  ASSERT_TRUE(nudge_weights(from(), to(), 1, 1));
  EXPECT_EQ(read_file(to() / "state.npy").value(), read_file(from() / "state.npy").value());
  EXPECT_EQ(read_json(to() / "index.json").value(), read_json(from() / "index.json").value());
}

TEST_F(NudgeTest, DependsOnTheSeedAlone) {
  const auto nudged = [&](std::uint64_t seed) {
    EXPECT_TRUE(nudge_weights(from(), to(), 1, seed));
    return read_file(to() / "narrow.npy").value();
  };
  EXPECT_EQ(nudged(1), nudged(1));
  EXPECT_NE(nudged(1), nudged(2));
}

TEST_F(NudgeTest, NamesTheWeightsThatCannotBeRead) {
  std::filesystem::remove(from() / "wide.npy");
  const Status status = nudge_weights(from(), to(), 1, 1);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("wide.npy"), std::string::npos);
}

}  // namespace
}  // namespace neural::bench::plan
