#include "include_directions.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"

namespace neural::architecture {
namespace {

namespace fs = std::filesystem;

class PlantedTree : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "neural_rooms_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    plant("base/CMakeLists.txt", "neural_room(base SOURCES text.cpp)");
    plant("model/CMakeLists.txt", "neural_room(model\n  DEPS base\n  SOURCES model.cpp)");
    plant("model/model.cpp", "#include \"neural/base/text.hpp\"\n#include \"neural/model/model.hpp\"\n");
  }
  void TearDown() override { fs::remove_all(root_); }

  void plant(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    ASSERT_TRUE(write_file(root_ / path, text));
  }

  fs::path root_;
};

TEST(Rooms, include_only_what_their_deps_name) {
  const auto found = violations(fs::path(NEURAL_SOURCE_DIR) / "src" / "neural");
  EXPECT_TRUE(found.empty()) << join(found, "\n");
}

TEST(Rooms, the_two_wings_do_not_include_each_other) {
  const std::set<std::string> compiler = {"syntax", "model",     "estimate",     "describe",        "draw",
                                          "emit",   "emit/text", "emit/pytorch", "emit/tensorflow", "explain"};
  for (const auto& [room, deps] : declared_directions(fs::path(NEURAL_SOURCE_DIR) / "src" / "neural")) {
    for (const std::string& dep : deps) {
      EXPECT_FALSE(compiler.contains(room) && dep.starts_with("bench")) << room << " -> " << dep;
      EXPECT_FALSE(room.starts_with("bench") && compiler.contains(dep)) << room << " -> " << dep;
    }
  }
}

TEST_F(PlantedTree, a_lawful_tree_has_no_violations) {
  EXPECT_EQ(violations(root_), std::vector<std::string>{});
}

TEST_F(PlantedTree, an_undeclared_include_is_found) {
  plant("base/text.cpp", "#include \"neural/model/model.hpp\"\n");
  EXPECT_EQ(violations(root_), std::vector<std::string>{"base/text.cpp includes `neural/model/model.hpp`, but DEPS of "
                                                        "`base` do not name `model`"});
}

TEST_F(PlantedTree, a_cycle_is_found) {
  plant("base/CMakeLists.txt", "neural_room(base DEPS model SOURCES text.cpp)");
  EXPECT_EQ(violations(root_), std::vector<std::string>{"a cycle: base -> model -> base"});
}

TEST_F(PlantedTree, a_room_without_a_declaration_is_found) {
  plant("track/run.cpp", "");
  EXPECT_EQ(violations(root_), std::vector<std::string>{"track/run.cpp: the room `track` has no neural_room() call"});
}

}  // namespace
}  // namespace neural::architecture
