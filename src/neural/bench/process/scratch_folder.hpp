// A private folder for one process's temporary files and compiler caches.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"

namespace neural::bench::process {

/// Made empty under the system's temporary folder, removed with everything in it at the end of its life.
class ScratchFolder {
 public:
  static Expected<ScratchFolder> make();
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  const std::filesystem::path& path() const { return path_; }

  /// `TMPDIR=…` and the cache folders of the frameworks' compilers, all inside.
  std::vector<std::string> variables() const;

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace neural::bench::process
