// The way events take: out of the process through a pipe, into events.jsonl as they arrive.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "neural/base/expected.hpp"
#include "neural/bench/process/descriptor.hpp"

namespace neural::bench::process {

/// The most a run may send. A complete run of a thousand epochs sends less than a quarter of a megabyte.
inline constexpr std::size_t kMostEventBytes = std::size_t{8} << 20;

class EventFile {
 public:
  /// Makes the pipe and the file, which is truncated.
  static Expected<EventFile> make(const std::filesystem::path& path);

  int read_end() const { return read_end_.value(); }
  int write_end() const { return write_end_.value(); }
  /// To be called once the process has its copy; otherwise the end of the events is never seen.
  void close_write_end() { write_end_.close(); }

  /// Writes to the file what is in the pipe now, without waiting. Closes the read end when no more can come.
  Status receive();

  /// An event of this name is waited for; to be called before the first receive().
  void wait_for(std::string event) { awaited_ = std::move(event); }
  /// It has come.
  bool has_come() const { return has_come_; }

  /// More than kMostEventBytes came; the file holds the first of them.
  bool flooded() const { return flooded_; }

 private:
  EventFile(std::filesystem::path path, Descriptor file, Descriptor read_end, Descriptor write_end);

  /// Looks for the awaited event in what came.
  void look_into(std::string_view bytes);

  std::filesystem::path path_;
  Descriptor file_;
  Descriptor read_end_;
  Descriptor write_end_;
  std::size_t received_ = 0;
  bool flooded_ = false;
  std::string awaited_;
  std::string line_;  ///< the beginning of one whose end has not come
  bool has_come_ = false;
};

}  // namespace neural::bench::process
