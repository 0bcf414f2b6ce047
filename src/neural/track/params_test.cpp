#include "neural/track/params.hpp"

#include <gtest/gtest.h>

namespace neural::track {
namespace {

TEST(Params, are_flat_texts_in_order) {
  const Json value = {{"optimizer", {{"name", "Adam"}, {"learning_rate", 0.001}, {"clip", nullptr}}},
                      {"shape", {28, 28, 1}},
                      {"none", Json::object()},
                      {"shuffle", true}};
  EXPECT_EQ(flatten(value), (Params{{"optimizer.name", "Adam"},
                                    {"optimizer.learning_rate", "0.001"},
                                    {"optimizer.clip", "null"},
                                    {"shape", "[28,28,1]"},
                                    {"shuffle", "true"}}));
  EXPECT_EQ(params_from_json(to_json(flatten(value))), flatten(value));
}

TEST(Params, are_cut_where_others_would_refuse_them) {
  const Params params = flatten({{"text", std::string(501, 'x')}, {"whole", std::string(500, 'x')}});
  EXPECT_EQ(params[0].second, std::string(499, 'x') + "…");
  EXPECT_EQ(params[1].second, std::string(500, 'x'));
}

TEST(Params, of_what_is_no_object_are_none) {
  EXPECT_TRUE(flatten(Json::array({1})).empty());
  EXPECT_TRUE(params_from_json("text").empty());
}

}  // namespace
}  // namespace neural::track
