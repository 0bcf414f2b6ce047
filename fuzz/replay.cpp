// Runs a fuzz target over files and folders, once each, without a fuzzer: how seeds and regressions become tests.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/files.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace neural::fuzz {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The name is printed first: after a crash it is the last line.
bool replay(const fs::path& path) {
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  const auto text = read_file(path);
  if (!text) {
    std::fprintf(stderr, "%s\n", text.error().message.c_str());
    return false;
  }
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text->data()), text->size());
  return true;
}

}  // namespace
}  // namespace neural::fuzz

int main(int count, char** arguments) {
  std::size_t files = 0;
  for (int i = 1; i < count; ++i) {
    for (const auto& path : neural::fuzz::files_in(arguments[i])) {
      if (!neural::fuzz::replay(path)) return 2;
      ++files;
    }
  }
  if (files == 0) {
    std::fprintf(stderr, "usage: replay FILE_OR_FOLDER…\n");
    return 2;
  }
  std::printf("%zu inputs\n", files);
}
