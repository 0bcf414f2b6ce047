#include "neural/describe/json_writer.hpp"

#include <gtest/gtest.h>

namespace neural::describe {
namespace {

TEST(JsonWriter, puts_a_member_on_a_line_and_a_value_on_one) {
  std::string text;
  const Sink sink = [&](std::string_view part) {
    text += part;
    return done();
  };
  JsonWriter writer(sink);
  writer.begin_object();
  writer.member("shape", {28, nullptr, 1});
  writer.begin_array("layers");
  writer.begin_object();
  writer.member("name", "a \"b\"\n");
  writer.begin_object("attributes");
  writer.end();
  writer.end();
  writer.element({{"a", 1}, {"b", Json::array()}});
  writer.end();
  writer.begin_array("none");
  writer.end();
  writer.end();
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(text, R"({
  "shape": [28, null, 1],
  "layers": [
    {
      "name": "a \"b\"\n",
      "attributes": {}
    },
    {"a": 1, "b": []}
  ],
  "none": []
}
)");
  EXPECT_TRUE(Json::accept(text));
}

TEST(JsonWriter, writes_members_again) {
  std::string text;
  const Sink sink = [&](std::string_view part) {
    text += part;
    return done();
  };
  JsonWriter writer(sink);
  writer.begin_object();
  writer.begin_object("first");
  const std::size_t mark = writer.mark();
  writer.member("a", 1);
  writer.member("b", 2);
  const std::string members(writer.since(mark));
  writer.end();
  writer.begin_object("second");
  writer.repeat(members);
  writer.end();
  writer.end();
  ASSERT_TRUE(writer.finish());
  const Json same = {{"a", 1}, {"b", 2}};
  EXPECT_EQ(Json::parse(text), (Json{{"first", same}, {"second", same}}));
}

TEST(JsonWriter, hands_on_parts_and_stays_at_the_first_failure) {
  std::size_t parts = 0;
  const Sink sink = [&](std::string_view) -> Status {
    if (++parts < 2) return done();
    return fail(ErrorCode::kNoSpace, "disk full");
  };
  JsonWriter writer(sink);
  writer.begin_object();
  writer.begin_array("layers");
  for (int i = 0; i < 20'000; ++i) {
    writer.begin_object();
    writer.member("name", "a layer with a name");
    writer.end();
  }
  writer.end();
  writer.end();
  const Status status = writer.finish();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "disk full");
  EXPECT_EQ(parts, 2U);
}

TEST(LineJson, has_blanks_behind_commas_and_colons) {
  EXPECT_EQ(line_json({{"a", {1, 2.5}}, {"b", {{"c", "ü"}}}}), R"({"a": [1, 2.5], "b": {"c": "ü"}})");
}

}  // namespace
}  // namespace neural::describe
