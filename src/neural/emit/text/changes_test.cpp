#include "neural/emit/text/changes.hpp"

#include <gtest/gtest.h>

namespace neural::emit {
namespace {

TEST(Changes, AreReadAsTheyAreNamed) {
  const std::vector<std::string> names = {"fused_optimizer", "channels_last", "xla", "threads=12"};
  Changes changes;
  EXPECT_TRUE(changes.empty());
  for (const std::string& name : names) EXPECT_TRUE(add_change(changes, name)) << name;
  EXPECT_EQ(names_of(changes), names);
  EXPECT_FALSE(changes.empty());
}

TEST(Changes, NothingElseIsOne) {
  for (const char* text : {"", "fused", "XLA", "threads", "threads=", "threads=0", "threads=-1", "threads=+2",
                           "threads=2x", "threads=1025", "threads=99999999999", "threads=1.5", "xla "}) {
    Changes changes;
    EXPECT_FALSE(add_change(changes, text)) << text;
    EXPECT_TRUE(changes.empty()) << text;
  }
}

}  // namespace
}  // namespace neural::emit
