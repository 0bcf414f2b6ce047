// A file that only grows, written in large pieces.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "neural/base/expected.hpp"

namespace neural::track {

class AppendFile {
 public:
  /// Makes the file where there is none.
  static Expected<AppendFile> open(const std::filesystem::path& path);

  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) noexcept;
  /// Flushes what waits; that it could not be written is then lost.
  ~AppendFile();

  /// Only to memory: a few nanoseconds a byte.
  void add(std::string_view text) { waiting_ += text; }

  /// Writes what waits. What could not be written goes on waiting: the next flush continues behind the last byte that
  /// is in the file, so that a full disk leaves no gap.
  Status flush();

  /// Flushes, and has the bytes on disk when it returns.
  Status sync();

  std::size_t waiting() const { return waiting_.size(); }  ///< bytes

 private:
  AppendFile(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::string waiting_;
};

}  // namespace neural::track
