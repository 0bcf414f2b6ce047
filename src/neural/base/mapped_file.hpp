// A file as bytes of memory: read by the system where they are touched, and shared by all processes that map it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "neural/base/expected.hpp"

namespace neural {

/// The bytes of a regular file, read-only. They stay as long as a copy of this does. A file that is cut short while it
/// is mapped ends the process (SIGBUS), so map only what is replaced in one step, as `write_file` does.
class MappedFile {
 public:
  static Expected<MappedFile> open(const std::filesystem::path& path);

  std::span<const std::byte> bytes() const { return bytes_; }
  /// Keeps the bytes alive without this object.
  const std::shared_ptr<const void>& owner() const { return owner_; }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> bytes_;
};

}  // namespace neural
