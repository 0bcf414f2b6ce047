#include "neural/bench/history/fingerprint.hpp"

#include <gtest/gtest.h>

namespace neural::bench::history {
namespace {

Json environment() {
  return {{"cpu", {{"model", "Example"}, {"microcode", nullptr}, {"instruction_sets", {{"avx2", true}}}}},
          {"memory_bytes", 8'243'650'560},
          {"kernel", "Linux 6.1.0-18 x86_64"},
          {"threads", 2},
          {"load", 0.5},
          {"versions", {{"torch", "2.13.0"}, {"keras", nullptr}}},
          {"variables_passed_on", {{"TZ", "UTC"}}}};
}

TEST(Fingerprint, HardFactsAreThoseThatDecideSpeed) {
  const std::vector<std::pair<std::string, std::string>> expected = {{"cpu.instruction_sets.avx2", "true"},
                                                                     {"cpu.model", "Example"},
                                                                     {"kernel", "Linux 6.1"},
                                                                     {"memory", "8 GiB"},
                                                                     {"threads", "2"},
                                                                     {"versions.torch", "2.13.0"}};
  EXPECT_EQ(hard_facts(environment()), expected);
  EXPECT_TRUE(hard_facts(Json::array()).empty());
}

TEST(Fingerprint, TellsAsShippedFromControlledWhichEarlierSessionsWere) {
  const Json earlier = {{"threads", 2}};
  Json now = earlier;
  now["profile"] = "controlled";
  EXPECT_EQ(fingerprint(now), fingerprint(earlier));
  now["profile"] = "as-shipped";
  EXPECT_NE(fingerprint(now), fingerprint(earlier));
  ASSERT_EQ(differences(earlier, now).size(), 1U);
  EXPECT_EQ(differences(earlier, now)[0].key, "profile");
}

TEST(Fingerprint, IsTheSameWhereOnlySoftFactsDiffer) {
  Json other = environment();
  other["load"] = 2.5;
  other["kernel"] = "Linux 6.1.9 x86_64";
  other["memory_bytes"] = 8'243'650'000;
  other["variables_passed_on"] = Json::object();
  for (const char* library : {"jax", "lightning", "optax"}) other["versions"][library] = "1.0";
  EXPECT_EQ(fingerprint(other), fingerprint(environment()));
  EXPECT_EQ(fingerprint(other).size(), 12U);
  EXPECT_TRUE(differences(environment(), other).empty());
}

TEST(Fingerprint, TellsWhatDiffers) {
  Json other = environment();
  other["versions"] = {{"torch", "2.14.0"}, {"keras", "3.15"}};
  other["threads"] = nullptr;
  EXPECT_NE(fingerprint(other), fingerprint(environment()));
  std::string told;
  for (const Difference& each : differences(environment(), other)) {
    told += each.key + ": " + each.before + " -> " + each.after + "\n";
  }
  EXPECT_EQ(told, "threads: 2 -> \nversions.keras:  -> 3.15\nversions.torch: 2.13.0 -> 2.14.0\n");
}

}  // namespace
}  // namespace neural::bench::history
