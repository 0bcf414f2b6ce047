#include "neural/bench/plan/variant.hpp"

#include <gtest/gtest.h>

namespace neural::bench::plan {
namespace {

TEST(LabelOf, NamesOnlyWhatIsUnusual) {
  EXPECT_EQ(label_of("cnn", {}), "cnn");
  EXPECT_EQ(label_of("cnn", {.level = "O0", .batch_size = {}}), "cnn@O0");
  EXPECT_EQ(label_of("cnn", {.level = "O1", .batch_size = 128}), "cnn@b128");
  EXPECT_EQ(label_of("cnn", {.level = "O0", .batch_size = 128}), "cnn@O0-b128");
}

TEST(ModelOf, IsTheModelOfALabel) {
  EXPECT_EQ(model_of("cnn"), "cnn");
  EXPECT_EQ(model_of("cnn@O0-b128"), "cnn");
}

}  // namespace
}  // namespace neural::bench::plan
