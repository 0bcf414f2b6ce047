#include "neural/emit/tensorflow/keras_names.hpp"

#include <algorithm>
#include <iterator>

namespace neural::emit::tensorflow {
namespace {

constexpr std::size_t kLongestName = 60;

/// What Keras calls the functions that generated programs, or the masks of its layers, put into a graph, and numbers as
/// it likes. No layer of the same graph may have such a name.
constexpr std::string_view kFunctions[] = {
    "absolute",  "abs",         "add",      "any",        "average_pool", "broadcast_to", "cast",      "celu",
    "clip",      "concatenate", "divide",   "exp",        "expand_dims",  "flip",         "get_item",  "divide_no_nan",
    "log",       "logical_and", "maximum",  "logical_or", "mean",         "minimum",      "multiply",  "negative",
    "not_equal", "ones_like",   "pad",      "power",      "relu",         "reshape",      "sigmoid",   "sqrt",
    "square",    "squeeze",     "subtract", "tanh",       "true_divide",  "where",        "zeros_like"};

bool is_name_of_function(std::string_view name) {
  std::string_view base = name;
  while (!base.empty() && base.back() >= '0' && base.back() <= '9') base.remove_suffix(1);
  if (base.size() < name.size() && base.ends_with('_')) base.remove_suffix(1);
  return std::find(std::begin(kFunctions), std::end(kFunctions), base) != std::end(kFunctions);
}

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

std::string KerasNames::legal_name(std::string_view name) {
  std::string legal = keras_name(name, "layer");
  if (!is_name_of_function(legal)) return legal;
  has_name_of_function_ = true;
  return avoid_functions_ ? legal + "_layer" : legal;
}

std::string KerasNames::layer(std::string_view name) {
  const std::string legal = legal_name(name);
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
