#include "neural/base/json.hpp"

#include <gtest/gtest.h>

namespace neural {
namespace {

TEST(ParseJson, names_the_document_and_the_byte) {
  const auto value = parse_json("{\"a\": }", "`x.json`");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().message, "`x.json`: not JSON at byte 7");
}

TEST(ParseJson, refuses_deep_nesting_without_falling_over) {
  const auto value = parse_json(std::string(100'000, '['), "deep");
  ASSERT_FALSE(value);
}

TEST(ParseJson, refuses_half_a_document_and_two) {
  EXPECT_FALSE(parse_json("{\"a\": 1", "half"));
  EXPECT_FALSE(parse_json("{} {}", "two"));
  EXPECT_FALSE(parse_json("", "empty"));
}

TEST(JsonField, tells_missing_from_wrong_kind) {
  const Json value = {{"steps", "many"}};
  EXPECT_EQ(json_field<int>(value, "epochs", "plan").error().message, "plan: `epochs` is missing");
  EXPECT_EQ(json_field<int>(value, "steps", "plan").error().message, "plan: `steps` is of the wrong kind: string");
}

TEST(PrettyJson, keeps_the_order_of_keys_and_survives_bad_bytes) {
  const Json value = {{"b", 1}, {"a", "\xFF"}};
  EXPECT_EQ(pretty_json(value), "{\n  \"b\": 1,\n  \"a\": \"\xEF\xBF\xBD\"\n}\n");
}

}  // namespace
}  // namespace neural
