#include "neural/draw/text_width.hpp"

#include <gtest/gtest.h>

namespace neural::draw {
namespace {

TEST(TextWidth, grows_with_text_size_and_weight) {
  EXPECT_EQ(text_width("", 12, false), 0);
  EXPECT_EQ(text_width("ii", 10, false), 10);  // 2 · 0.465 · 10, rounded up
  EXPECT_EQ(text_width("W", 100, false), 102);
  EXPECT_EQ(text_width("W", 100, true), 113);
  EXPECT_GT(text_width("Conv2D", 13, false), text_width("Conv2", 13, false));
}

TEST(TextWidth, counts_code_points_and_not_bytes) {
  EXPECT_EQ(text_width("層", 10, false), text_width("ü", 10, false));
  EXPECT_EQ(text_width("🎉", 10, false), 14);
  EXPECT_GT(text_width("\xFF\xFE", 10, false), 10) << "bytes that are no text have a width too";
}

TEST(Fitted, ends_in_an_ellipsis_where_the_text_is_too_long) {
  const std::string name = "a_rather_long_name_of_a_layer";
  EXPECT_EQ(fitted(name, 11, false, 1000), name);
  const std::string cut = fitted(name, 11, false, 80);
  EXPECT_LE(text_width(cut, 11, false), 80);
  EXPECT_EQ(cut.substr(0, 5), "a_rat");
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_EQ(fitted("層層層層", 10, false, 32), "層層…");
  EXPECT_EQ(fitted("abc", 10, false, 0), "…");
}

}  // namespace
}  // namespace neural::draw
