#include "expected_file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "neural/base/diff.hpp"
#include "neural/base/files.hpp"

namespace neural::golden {

void expect_file(const std::filesystem::path& path, const std::string& actual) {
  if (std::getenv("NEURAL_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(path, actual));
    return;
  }
  const auto expected = read_file(path);
  ASSERT_TRUE(expected) << "no expected file; `./dev golden` writes it: " << path;
  // A whole page in the failure would hide what differs.
  EXPECT_TRUE(actual == *expected) << "`./dev golden` rewrites it:\n"
                                   << unified_diff(*expected, actual, path.string(), "now");
}

}  // namespace neural::golden
