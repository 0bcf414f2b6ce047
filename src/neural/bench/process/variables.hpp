// The environment of a measured process, the same for both sides.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neural::bench::process {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// The environment of this program.
Variables current_variables();

/// How a process is set up: with everything given to it alike and known, or with what each runtime does by itself in
/// the environment of the user.
enum class Profile { kControlled, kAsShipped };

/// "controlled", "as-shipped".
std::string_view name_of(Profile profile);
std::optional<Profile> profile_named(std::string_view name);

/// The longest padding a run may have.
inline constexpr std::size_t kLongestPadding = 4095;

/// What a worker gets, as `NAME=value`: from `outside` the variables of the allow-list, with paths made absolute
/// because a worker has a working folder of its own; the number of threads under every name a framework reads; and
/// `padding` bytes that shift the stack, since where it begins can decide how fast a program is. How threads wait is
/// left to each framework. As shipped, all of `outside` and the padding.
std::vector<std::string> worker_environment(const Variables& outside, Profile profile, int threads,
                                            std::size_t padding);

/// What a process gets that is not measured: everything, with paths made absolute.
std::vector<std::string> helper_environment(const Variables& outside);

/// Of `outside`, what a worker gets; and what it does not get although it could change a framework's speed.
struct VariableChoice {
  Variables passed;
  Variables dropped;
};
VariableChoice choose_variables(const Variables& outside, Profile profile);

}  // namespace neural::bench::process
