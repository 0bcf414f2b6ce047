#include "neural/syntax/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace neural::syntax {
namespace {

std::string_view without_plus(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  return number;
}

/// Whether a number that no double holds is below 1: then it is zero, and not too large.
bool is_tiny(std::string_view number) {
  const std::size_t exponent_mark = std::min(number.find_first_of("eE"), number.size());
  const std::string_view digits = number.substr(0, exponent_mark);
  const auto point = static_cast<std::ptrdiff_t>(std::min(digits.find('.'), digits.size()));
  const auto first = static_cast<std::ptrdiff_t>(digits.find_first_of("123456789"));
  std::int64_t exponent = 0;
  if (exponent_mark < number.size()) {
    const std::string_view text = without_plus(number.substr(exponent_mark + 1));
    if (std::from_chars(text.data(), text.data() + text.size(), exponent).ec != std::errc()) {
      return text.starts_with('-');
    }
  }
  return exponent < first - point;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool fits_integer(std::string_view number) {
  constexpr std::size_t kSurelyFits = 18;  // nineteen digits may be too many
  if (number.size() <= kSurelyFits) return true;
  number = without_plus(number);
  std::int64_t value = 0;
  return std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc();
}

bool fits_double(std::string_view number) {
  // A short number with a short exponent is no greater than 1e199.
  constexpr std::size_t kShort = 100;
  constexpr std::size_t kLongestExponent = 2;
  if (number.size() <= kShort) {
    const std::size_t mark = number.find_first_of("eE");
    if (mark == std::string_view::npos || number.size() - mark - 1 <= kLongestExponent) return true;
  }
  number = without_plus(number);
  double value = 0;
  const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
  // An underflow to zero is out of range for from_chars; it is a finite number all the same.
  return result.ec == std::errc() || is_tiny(number);
}

std::int64_t integer_of(std::string_view number) {
  number = without_plus(number);
  std::int64_t value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value;
}

double double_of(std::string_view number) {
  number = without_plus(number);
  double value = 0;  // stays 0 when the number is too small for a double
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value;
}

std::string help_for_malformed(std::string_view number) {
  constexpr std::size_t kLongest = 40;
  if (number.size() > kLongest) return {};
  if (number.find('_') != std::string_view::npos) return "write the digits without `_`";
  if (number.starts_with("0x") || number.starts_with("0b") || number.starts_with("0o")) {
    return "numbers are decimal";
  }
  const std::size_t cross = number.find('x');
  if (cross != std::string_view::npos && all_digits(number.substr(0, cross)) && all_digits(number.substr(cross + 1))) {
    return fmt::format("write `{}, {}`", number.substr(0, cross), number.substr(cross + 1));
  }
  const std::size_t letter = number.find_first_not_of("+-.0123456789");
  if (letter == std::string_view::npos) return "a number has one decimal point";
  if (number[letter] == 'e' || number[letter] == 'E') return "an exponent is a whole number, as in `1e-3`";
  return "a number and a name need something between them; names begin with a letter";
}

}  // namespace neural::syntax
