#include "neural/describe/units.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace neural::describe {
namespace {

/// Three digits, or four where a step of 1024 leaves no other choice.
std::string digits(double value) {
  if (value < 9.995) return fmt::format("{:.2f}", value);
  if (value < 99.95) return fmt::format("{:.1f}", value);
  return fmt::format("{:.0f}", value);
}

std::string scaled(Amount amount, double step, const std::array<std::string_view, 7>& units) {
  auto value = static_cast<double>(amount.value());
  std::size_t unit = 0;
  // What would be rounded to a whole step is one of the next unit.
  while (unit + 1 < units.size() && value >= (unit == 0 ? step : step - 0.5)) {
    value /= step;
    ++unit;
  }
  const std::string number = unit == 0 ? std::to_string(amount.value()) : digits(value);
  const std::string_view sign = amount.is_largest() ? "≥ " : "";
  return fmt::format("{}{}{}{}", sign, number, units[unit].empty() ? "" : " ", units[unit]);
}

}  // namespace

std::string count_text(Amount count) {
  return scaled(count, 1000, {"", "k", "M", "G", "T", "P", "E"});
}

std::string bytes_text(Amount bytes) {
  return scaled(bytes, 1024, {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"});
}

}  // namespace neural::describe
