#include "neural/base/text.hpp"

#include <gtest/gtest.h>

#include <array>

namespace neural {
namespace {

TEST(Fold, drops_case_underscores_and_hyphens) {
  EXPECT_EQ(fold("Max_Pooling-2D"), "maxpooling2d");
  EXPECT_EQ(fold(""), "");
}

TEST(EditDistance, counts_a_swap_of_neighbours_as_one) {
  EXPECT_EQ(edit_distance("dnese", "dense"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(Nearest, puts_the_closest_first_and_drops_the_far) {
  constexpr std::array<std::string_view, 4> kNames = {"Dropout", "Dense", "Conv2D", "Dens"};
  EXPECT_EQ(nearest("Dens", kNames), (std::vector<std::string>{"Dens", "Dense"}));
  EXPECT_TRUE(nearest("Quantum", kNames).empty());
  EXPECT_TRUE(nearest("", kNames).empty());
}

TEST(Nearest, knows_a_name_by_its_beginning_where_none_is_near) {
  constexpr std::array<std::string_view, 4> kLonger = {"SeparableConv2D", "GlobalMaxPooling2D", "SeparableConv1D",
                                                       "GlobalMax"};
  EXPECT_EQ(nearest("separable", kLonger), (std::vector<std::string>{"SeparableConv2D", "SeparableConv1D"}));
  EXPECT_EQ(nearest("Global", kLonger, 1), (std::vector<std::string>{"GlobalMax"}));
  EXPECT_TRUE(nearest("Se", kLonger).empty());
}

TEST(WithThousands, groups_from_the_right) {
  EXPECT_EQ(with_thousands(101770), "101,770");
  EXPECT_EQ(with_thousands(-1234567), "-1,234,567");
  EXPECT_EQ(with_thousands(-123), "-123");
  EXPECT_EQ(with_thousands(0), "0");
}

TEST(ShortestDouble, reads_back_and_looks_like_a_float) {
  EXPECT_EQ(shortest_double(0.001), "0.001");
  EXPECT_EQ(shortest_double(1e-7), "1e-07");
  EXPECT_EQ(shortest_double(2.0), "2.0");
  EXPECT_EQ(shortest_double(0.1 + 0.2), "0.30000000000000004");
}

TEST(IsUtf8, refuses_overlong_forms_surrogates_and_cut_sequences) {
  EXPECT_TRUE(is_utf8("Größe 😀"));
  EXPECT_FALSE(is_utf8("\xC0\xAF"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_utf8("\xE2\x82"));
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));
}

TEST(Printable, shows_what_would_steer_a_terminal) {
  EXPECT_EQ(printable("a\x1b[31m\n"), "a\\x1b[31m\\x0a");
  EXPECT_EQ(printable("Größe"), "Größe");
  EXPECT_EQ(printable("\xFF"), "\\xff");
}

TEST(Split, keeps_empty_parts) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
}

TEST(Trim, leaves_the_inside_alone) {
  EXPECT_EQ(trim("  a b\n"), "a b");
  EXPECT_EQ(trim(" \t "), "");
}

TEST(Text, is_shortened_between_code_points) {
  EXPECT_EQ(shortened("größe", 5), "größe");
  EXPECT_EQ(shortened("größe", 4), "grö…");
  EXPECT_EQ(shortened("größe", 1), "…");
  EXPECT_EQ(shortened("", 1), "");
}

}  // namespace
}  // namespace neural
