// The programs of this folder: valid/ with what the compiler makes of them, invalid/ with what it says about them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "neural/model/model.hpp"
#include "neural/syntax/ast.hpp"
#include "neural/syntax/diagnostics.hpp"
#include "neural/syntax/source.hpp"

namespace neural::programs {

inline const std::filesystem::path kPrograms = std::filesystem::path(NEURAL_SOURCE_DIR) / "tests" / "programs";

/// The programs of a folder, "valid" or "invalid", in the order of their names.
std::vector<std::filesystem::path> programs_in(const std::string& folder);

/// For the names of tests: "mnist_cnn".
std::string case_name(const std::filesystem::path& program);

/// A text that has gone through the whole front end.
struct Checked {
  Checked(std::string name, std::string text);
  explicit Checked(const std::filesystem::path& program);

  std::string rendered() const;

  syntax::SourceText source;
  syntax::DiagnosticList diagnostics;
  syntax::File file;
  std::vector<std::optional<model::Model>> networks;
};

/// All programs, checked once for all tests.
const std::vector<Checked>& valid_programs();
const std::vector<Checked>& invalid_programs();

}  // namespace neural::programs
