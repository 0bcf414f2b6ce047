#include "neural/bench/process/event_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "neural/base/files.hpp"
#include "neural/bench/process/events.hpp"

namespace neural::bench::process {

EventFile::EventFile(std::filesystem::path path, Descriptor file, Descriptor read_end, Descriptor write_end)
    : path_(std::move(path)),
      file_(std::move(file)),
      read_end_(std::move(read_end)),
      write_end_(std::move(write_end)) {}

Expected<EventFile> EventFile::make(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file.open()) return tl::unexpected(system_error(fmt::format("cannot write `{}`", path.string()), errno));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected(system_error("cannot make a pipe", errno));
  Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  // Only our end: a worker's write waits for us, as it does for any file.
  ::fcntl(read_end.value(), F_SETFL, O_NONBLOCK);
  return EventFile(path, std::move(file), std::move(read_end), std::move(write_end));
}

Status EventFile::receive() {
  std::array<char, 16384> buffer{};
  while (read_end_.open()) {
    const ssize_t count = ::read(read_end_.value(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      if (count == 0) read_end_.close();
      return done();
    }
    const std::size_t wanted = static_cast<std::size_t>(count);
    const std::size_t kept = std::min(wanted, kMostEventBytes - received_);
    std::size_t written = 0;
    while (written < kept) {
      const ssize_t step = ::write(file_.value(), buffer.data() + written, kept - written);
      if (step < 0 && errno == EINTR) continue;
      if (step < 0) return tl::unexpected(system_error(fmt::format("cannot write `{}`", path_.string()), errno));
      written += static_cast<std::size_t>(step);
    }
    received_ += kept;
    look_into({buffer.data(), kept});
    if (kept < wanted) {
      flooded_ = true;
      read_end_.close();
    }
  }
  return done();
}

void EventFile::look_into(std::string_view bytes) {
  if (awaited_.empty() || has_come_) return;
  for (const char byte : bytes) {
    if (byte != '\n') {
      line_ += byte;
      continue;
    }
    const Expected<Events> events = parse_events(std::exchange(line_, {}));
    has_come_ = has_come_ || (events && !events->empty() && event_name(events->front()) == awaited_);
  }
}

}  // namespace neural::bench::process
