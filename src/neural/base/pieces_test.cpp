#include "neural/base/pieces.hpp"

#include <gtest/gtest.h>

namespace neural {
namespace {

std::vector<std::string> written(const Pieces& pieces) {
  std::vector<std::string> parts;
  EXPECT_TRUE(pieces.write([&](std::string_view part) {
    parts.emplace_back(part);
    return done();
  }));
  return parts;
}

TEST(Pieces, are_written_in_their_order_from_where_they_are) {
  std::string large = "large";
  Pieces inner;
  inner.borrow(large);
  inner.append("-");
  inner.borrow("");
  Pieces all;
  all.append("first ");
  all.append(inner);
  all.append('|');
  all.append(inner);
  large[0] = 'b';  // read at the end
  EXPECT_EQ(all.text(), "first barge-|barge-");
  EXPECT_EQ(all.size(), all.text().size());
  EXPECT_EQ(written(all), (std::vector<std::string>{"first ", "barge", "-", "", "|", "barge", "-", "", ""}));
  EXPECT_EQ(written(Pieces()), std::vector<std::string>{""});
}

TEST(Pieces, end_where_one_cannot_be_written) {
  Pieces pieces;
  pieces.append("one");
  pieces.borrow("two");
  pieces.append("three");
  int parts = 0;
  const Status status =
      pieces.write([&](std::string_view) { return ++parts == 2 ? fail(ErrorCode::kNoSpace, "full") : done(); });
  EXPECT_EQ(status.error().message, "full");
  EXPECT_EQ(parts, 2);
}

}  // namespace
}  // namespace neural
