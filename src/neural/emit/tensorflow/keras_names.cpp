#include "neural/emit/tensorflow/keras_names.hpp"

#include <algorithm>

namespace neural::emit::tensorflow {
namespace {

constexpr std::size_t kLongestName = 60;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string keras_name(std::string_view name, std::string_view prefix) {
  std::string legal;
  for (const char c : name.substr(0, kLongestName)) {
    legal += is_letter_or_digit(c) || c == '_' || c == '.' || c == '-' ? c : '_';
  }
  if (legal.empty() || !is_letter_or_digit(legal.front())) legal.insert(0, prefix);
  return legal;
}

std::string KerasNames::layer(std::string_view name) {
  const std::string legal = keras_name(name, "layer");
  if (taken_.try_emplace(legal, 0).second) return legal;
  for (;;) {
    std::string unique = legal + "_" + std::to_string(++taken_.at(legal));
    if (taken_.try_emplace(unique, 0).second) return unique;
  }
}

std::string KerasNames::block(std::string_view name, std::span<const std::string_view> suffixes) {
  const std::string legal = keras_name(name, "layer");
  std::string unique = legal;
  const auto is_taken = [&](std::string_view suffix) { return taken_.contains(unique + std::string(suffix)); };
  for (std::int64_t i = 1; std::any_of(suffixes.begin(), suffixes.end(), is_taken); ++i) {
    unique = legal + "_" + std::to_string(i);
  }
  for (const std::string_view suffix : suffixes) taken_.try_emplace(unique + std::string(suffix), 0);
  return unique;
}

}  // namespace neural::emit::tensorflow
