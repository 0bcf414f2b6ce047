#include "neural/bench/process/event_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/process/descriptor.hpp"

namespace neural::bench::process {
namespace {

constexpr std::int64_t kKibibyte = 1024;

/// A size of /proc/self/status, in bytes.
Expected<std::int64_t> status_bytes(std::string_view field) {
  const std::string text = NEURAL_TRY(read_file("/proc/self/status"));
  for (const std::string& line : split(text, '\n')) {
    if (line.starts_with(std::string(field) + ":")) return std::stoll(line.substr(field.size() + 1)) * kKibibyte;
  }
  return fail(ErrorCode::kIo, fmt::format("/proc/self/status has no field {}", field));
}

/// Lowers the high-water mark to what is resident now; false where the kernel does not allow it.
bool reset_peak() {
  // write_file() would put a new file in its place.
  const Descriptor file(::open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC));
  return file.open() && ::write(file.value(), "5", 1) == 1;
}

}  // namespace

Status EventWriter::emit(std::string_view name, const Json& keys) const {
  Json event = {{"event", name}, {"t", monotonic_ns()}};
  event.update(keys);
  const std::string line = compact_json(event) + "\n";
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return tl::unexpected(system_error("cannot write an event", errno));
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return done();
}

Status PhaseMemory::begin() {
  const bool reset = reset_peak();
  const std::int64_t resident = NEURAL_TRY(status_bytes("VmRSS"));
  const bool is_known =
      std::any_of(records_.begin(), records_.end(), [&](const Json& record) { return record["phase"] == phase_; });
  if (is_known) return done();
  records_.push_back({{"phase", phase_},
                      {"peak_bytes", 0},
                      {"begin_bytes", resident},
                      {"method", reset ? "VmHWM" : "VmHWM-cumulative"}});
  return done();
}

Status PhaseMemory::end() {
  const std::int64_t peak = NEURAL_TRY(status_bytes("VmHWM"));
  for (Json& record : records_) {
    if (record["phase"] == phase_) record["peak_bytes"] = std::max(record["peak_bytes"].get<std::int64_t>(), peak);
  }
  return done();
}

double seconds_since(std::int64_t begin_ns) {
  return static_cast<double>(monotonic_ns() - begin_ns) * 1e-9;
}

}  // namespace neural::bench::process
