#include "neural/bench/plan/protocol.hpp"

#include <gtest/gtest.h>

namespace neural::bench::plan {
namespace {

Protocol quick_protocol() {
  Request request;
  request.quick = true;
  request.threads = 2;
  request.seed = 7;
  request.command = {"neural", "bench", "--quick"};
  return make_protocol(request);
}

TEST(Protocol, HasItsDefaults) {
  Request request;
  const Protocol protocol = make_protocol(request);
  EXPECT_EQ(protocol.epochs, 5);
  EXPECT_EQ(protocol.rule().looks, (std::vector<int>{8, 16, 24}));
  EXPECT_EQ(protocol.memory_runs(), 2);
  EXPECT_GE(protocol.threads, 1);
  EXPECT_EQ(protocol.timeout_seconds, 1800);
  EXPECT_DOUBLE_EQ(to_json(protocol)["level"].get<double>(), 0.95);
}

TEST(Protocol, LooksOnceAtSixPairsWhenItIsQuick) {
  const Protocol protocol = quick_protocol();
  EXPECT_EQ(protocol.epochs, 2);
  EXPECT_EQ(protocol.rule().looks, std::vector<int>{6});
  EXPECT_EQ(protocol.memory_runs(), 0);
  EXPECT_DOUBLE_EQ(to_json(protocol)["level"].get<double>(), 0.96875);
}

TEST(Protocol, ReadsBackAsItWasWritten) {
  const Json value = to_json(quick_protocol());
  const Expected<Protocol> protocol = protocol_from_json(value, "session.json");
  ASSERT_TRUE(protocol.has_value()) << protocol.error().message;
  EXPECT_EQ(to_json(*protocol), value);
}

TEST(Protocol, OfAnotherVersionIsRefused) {
  Json value = to_json(quick_protocol());
  value["looks"] = {5};
  const Expected<Protocol> protocol = protocol_from_json(value, "session.json");
  ASSERT_FALSE(protocol.has_value());
  EXPECT_EQ(protocol.error().message, "session.json: the session began with another protocol");
}

TEST(CheckSame, RefusesApartInASessionOfTurns) {
  Request request;
  request.apart = true;
  Protocol protocol = quick_protocol();
  protocol.turn_seconds = 0.02;
  const Status status = check_same(request, protocol);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "`--apart` is given, the session began without it");
  EXPECT_TRUE(check_same(request, make_protocol(request)));
}

TEST(CheckSame, AcceptsWhatIsNotGivenAndWhatIsTheSame) {
  Request request;
  EXPECT_TRUE(check_same(request, quick_protocol()));
  request.quick = true;
  request.epochs = 2;
  request.threads = 2;
  request.seed = 7;
  EXPECT_TRUE(check_same(request, quick_protocol()));
}

TEST(CheckSame, NamesTheOptionThatDiffers) {
  Request request;
  request.epochs = 3;
  const Status status = check_same(request, quick_protocol());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "`--epochs` is 3, the session began with 2");
  Request seed;
  seed.seed = 8;
  EXPECT_FALSE(check_same(seed, quick_protocol()));
  Request threads;
  threads.threads = 1;
  EXPECT_FALSE(check_same(threads, quick_protocol()));
  Protocol thorough = quick_protocol();
  thorough.quick = false;
  Request quick;
  quick.quick = true;
  EXPECT_FALSE(check_same(quick, thorough));
}

}  // namespace
}  // namespace neural::bench::plan
