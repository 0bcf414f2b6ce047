// Where a command keeps what it makes on its way.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "neural/base/expected.hpp"
#include "neural/bench/process/interrupts.hpp"

namespace neural::cli {

/// A folder that goes away with what is in it, unless it is to be kept; when a signal ends the command, too, for which
/// signals are held back while it lives (see Interrupts).
class WorkFolder {
 public:
  /// The folder `keep`, made where it is missing; where that is empty, a new temporary one named after `name`.
  static Expected<WorkFolder> make(std::string_view name, const std::string& keep = {});

  WorkFolder(WorkFolder&& other) noexcept;
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder();

  const std::filesystem::path& path() const { return path_; }
  void keep() { keeps_ = true; }

 private:
  WorkFolder(std::filesystem::path path, bool keeps) : path_(std::move(path)), keeps_(keeps) {}

  std::unique_ptr<bench::process::Interrupts> interrupts_ = std::make_unique<bench::process::Interrupts>();
  std::filesystem::path path_;
  bool keeps_;
};

}  // namespace neural::cli
