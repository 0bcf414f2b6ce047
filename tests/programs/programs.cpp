#include "programs.hpp"

#include <algorithm>

#include "neural/base/files.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::programs {
namespace {

namespace fs = std::filesystem;

bool is_program(const fs::path& path) {
  return path.extension() == ".neural" || path.extension() == ".nr" || path.extension() == ".rnr";
}

std::vector<Checked> check_all(const std::string& folder) {
  std::vector<Checked> all;
  for (const fs::path& program : programs_in(folder)) all.emplace_back(program);
  return all;
}

}  // namespace

std::vector<fs::path> programs_in(const std::string& folder) {
  std::vector<fs::path> programs;
  for (const auto& entry : fs::directory_iterator(kPrograms / folder)) {
    if (is_program(entry.path())) programs.push_back(entry.path());
  }
  std::sort(programs.begin(), programs.end());
  return programs;
}

std::string case_name(const fs::path& program) {
  return program.stem().string();
}

Checked::Checked(std::string name, std::string text) : source(std::move(name), std::move(text)) {
  file = syntax::parse_file(source, diagnostics);
  networks = model::check_file(file, source, diagnostics);
}

Checked::Checked(const fs::path& program) : Checked(program.filename().string(), read_file(program).value()) {}

std::string Checked::rendered() const {
  return render_text(source, diagnostics);
}

const std::vector<Checked>& valid_programs() {
  static const std::vector<Checked> all = check_all("valid");
  return all;
}

const std::vector<Checked>& invalid_programs() {
  static const std::vector<Checked> all = check_all("invalid");
  return all;
}

}  // namespace neural::programs
