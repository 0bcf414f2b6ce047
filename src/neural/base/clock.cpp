#include "neural/base/clock.hpp"

#include <array>
#include <ctime>

namespace neural {
namespace {

std::int64_t read_clock(clockid_t clock, std::int64_t units_per_second) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * units_per_second + now.tv_nsec / (1'000'000'000 / units_per_second);
}

std::string format_utc(std::int64_t unix_ms, const char* format) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

}  // namespace

std::int64_t monotonic_ns() {
  return read_clock(CLOCK_MONOTONIC, 1'000'000'000);
}

std::int64_t unix_ms() {
  return read_clock(CLOCK_REALTIME, 1'000);
}

std::string utc_iso(std::int64_t unix_ms) {
  return format_utc(unix_ms, "%Y-%m-%dT%H:%M:%SZ");
}

std::string utc_compact(std::int64_t unix_ms) {
  return format_utc(unix_ms, "%Y%m%dT%H%M%SZ");
}

}  // namespace neural
