#include "neural/bench/plan/environment.hpp"

#include <gtest/gtest.h>

#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::plan {
namespace {

Json example() {
  return describe_environment("/venv/bin/python", {{"python", "3.11.7"}, {"torch", "2.13.0"}, {"tensorflow", nullptr}},
                              process::Profile::kControlled, 2,
                              {{"TZ", "UTC"}, {"OMP_WAIT_POLICY", "passive"}, {"EDITOR", "vi"}});
}

TEST(Environment, TellsVersionsAndTheVariablesThatMatter) {
  const Json environment = example();
  EXPECT_EQ(environment["python"], "/venv/bin/python");
  EXPECT_EQ(environment["threads"], 2);
  EXPECT_EQ(environment["versions"]["torch"], "2.13.0");
  EXPECT_EQ(environment["variables_passed_on"], (Json{{"TZ", "UTC"}}));
  EXPECT_EQ(environment["variables_not_passed_on"], (Json{{"OMP_WAIT_POLICY", "passive"}}));
  EXPECT_TRUE(environment.contains("cpu"));
}

TEST(CheckEnvironment, AcceptsTheSameAndWhereThereIsNone) {
  const process::ScratchFolder folder = process::ScratchFolder::make().value();
  EXPECT_TRUE(check_environment(folder.path(), example()));
  ASSERT_TRUE(write_environment(folder.path(), example()));
  Json now = example();
  now["load"] = 99;
  EXPECT_TRUE(check_environment(folder.path(), now));
}

TEST(CheckEnvironment, NamesWhatIsAnotherOne) {
  const process::ScratchFolder folder = process::ScratchFolder::make().value();
  ASSERT_TRUE(write_environment(folder.path(), example()));
  const auto message = [&](const Json& now) {
    const Status status = check_environment(folder.path(), now);
    return status ? std::string() : status.error().message;
  };
  Json now = example();
  now["versions"]["torch"] = "2.14.0";
  EXPECT_EQ(message(now), "the version of torch was `2.13.0` when this session began, now it is `2.14.0`");
  now = example();
  now["versions"]["tensorflow"] = "2.21.0";
  EXPECT_EQ(message(now), "the version of tensorflow was `null` when this session began, now it is `2.21.0`");
  now = example();
  now["python"] = "/usr/bin/python3";
  EXPECT_EQ(message(now),
            "the interpreter was `/venv/bin/python` when this session began, now it is `/usr/bin/python3`");
  now = example();
  now["cpu"]["model"] = "another";
  EXPECT_EQ(message(now).substr(0, 14), "the processor ");
}

}  // namespace
}  // namespace neural::bench::plan
