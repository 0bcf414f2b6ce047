#include "neural/bench/report/quantities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "neural/base/text.hpp"

namespace neural::bench::report {
namespace {

/// `digits` significant digits, no exponent, "1,234" for whole thousands.
std::string significant(double value, int digits) {
  if (value == 0) return "0";
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  const double unit = std::pow(10, magnitude - digits + 1);
  const double rounded = std::round(value / unit) * unit;
  const int decimals = std::clamp(digits - 1 - static_cast<int>(std::floor(std::log10(std::abs(rounded)))), 0, 12);
  if (std::abs(rounded) >= 1000 && std::abs(rounded) < 1e15) return with_thousands(std::llround(value));
  return fmt::format("{:.{}f}", rounded, decimals);
}

/// A number that is rounded to zero has no sign.
double without_negative_zero(double value, double resolution) {
  return std::abs(value) < resolution / 2 ? 0.0 : value;
}

struct Unit {
  double size;
  const char* name;
};

constexpr std::array kTimes = {Unit{1, "s"}, Unit{1e-3, "ms"}, Unit{1e-6, "µs"}, Unit{1e-9, "ns"}};
constexpr double kKibi = 1024;

}  // namespace

std::string show_seconds(double seconds) {
  // 0.9996 s would be "1000 ms" with three digits.
  constexpr double kRoundsUp = 0.9995;
  for (const Unit& unit : kTimes) {
    if (std::abs(seconds) >= unit.size * kRoundsUp) {
      return fmt::format("{} {}", significant(seconds / unit.size, 3), unit.name);
    }
  }
  return seconds == 0 ? "0 s" : fmt::format("{} ns", significant(seconds * 1e9, 1));
}

std::string show_bytes(double bytes) {
  const double mebibytes = bytes / kKibi / kKibi;
  const double size = std::abs(mebibytes);
  if (size >= kKibi) return fmt::format("{:.2f} GiB", mebibytes / kKibi);
  if (size >= 10) return fmt::format("{:.0f} MiB", mebibytes);
  if (size >= 0.1) return fmt::format("{:.1f} MiB", mebibytes);
  return fmt::format("{:.0f} KiB", without_negative_zero(bytes / kKibi, 1));
}

std::string show_percentage(double percentage) {
  if (std::abs(percentage) >= 1000) {
    return fmt::format("{}{} %", percentage > 0 ? "+" : "", with_thousands(std::llround(percentage)));
  }
  return fmt::format("{:+.1f} %", without_negative_zero(percentage, 0.1));
}

std::string show_share(double fraction) {
  return fmt::format("{:.2f} %", 100 * fraction);
}

std::string show_points(double difference) {
  return fmt::format("{:+.2f} pp", without_negative_zero(100 * difference, 0.01));
}

std::string show_loss(double loss) {
  return significant(loss, 4);
}

std::string show_loss_difference(double difference) {
  return (difference > 0 ? "+" : "") + significant(difference, 2);
}

std::string show_delta(double delta) {
  return fmt::format("{:.4g} %", 100 * delta);
}

std::string show_level(double level) {
  return fmt::format("{:.3g} %", 100 * level);
}

std::string show_if(std::optional<double> number, Show show) {
  return number ? show(*number) : kNoNumber;
}

std::string show_change(std::optional<double> number, Show show) {
  return (number.value_or(0) > 0 ? "+" : "") + show_if(number, show);
}

}  // namespace neural::bench::report
