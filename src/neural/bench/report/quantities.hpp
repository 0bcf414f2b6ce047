// Numbers as a reader wants them: sensible digits, a unit, a sign where it matters.
#pragma once

#include <optional>
#include <string>

namespace neural::bench::report {

/// What stands where there is no number.
inline constexpr const char* kNoNumber = "–";

/// Three significant digits: "2.14 s", "31.2 ms", "980 µs"; from 1000 s on "1,234 s".
std::string show_seconds(double seconds);

/// "412 MiB", from 1024 MiB on "1.21 GiB", below 10 MiB "2.4 MiB", below 0.1 MiB "12 KiB".
std::string show_bytes(double bytes);

/// One decimal and always a sign: "+1.8 %", "-4.1 %", "+0.0 %"; from 1000 % on no decimal.
std::string show_percentage(double percentage);

/// A fraction as a share with two decimals: "97.81 %".
std::string show_share(double fraction);

/// A difference of two fractions in percentage points: "+0.12 pp".
std::string show_points(double difference);

/// A loss: four significant digits, "0.08731".
std::string show_loss(double loss);

/// A difference of two losses: two significant digits and a sign, "-0.0012".
std::string show_loss_difference(double difference);

/// `δ` as "3 %".
std::string show_delta(double delta);

/// A confidence level as "95 %", "96.9 %", "97.8 %".
std::string show_level(double level);

using Show = std::string (*)(double);

/// The text `show` makes of the number, or kNoNumber.
std::string show_if(std::optional<double> number, Show show);

/// The same with a plus sign in front of what is above zero: "+12.0 ms".
std::string show_change(std::optional<double> number, Show show);

}  // namespace neural::bench::report
