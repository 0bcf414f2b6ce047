// Expected files: what the compiler says and writes, as files of the repository. NEURAL_UPDATE_GOLDEN=1 (`./dev
// golden`) rewrites them; what is reviewed is the difference.
#pragma once

#include <filesystem>
#include <string>

namespace neural::golden {

inline const std::filesystem::path kGolden = std::filesystem::path(NEURAL_SOURCE_DIR) / "tests" / "golden";

/// Fails the test if the file holds another text; when updating, writes it.
void expect_file(const std::filesystem::path& path, const std::string& actual);

}  // namespace neural::golden
