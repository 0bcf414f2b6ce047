#include "neural/model/names.hpp"

namespace neural::model {
namespace {

/// Of the name of a custom layer no more goes into automatic names.
constexpr std::size_t kLongestBase = 100;

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

}  // namespace

std::string snake_case(std::string_view name) {
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins_word =
        i > 0 && is_upper(name[i]) && (is_lower(name[i - 1]) || (i + 1 < name.size() && is_lower(name[i + 1])));
    if (begins_word) snake += '_';
    snake += is_upper(name[i]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return snake;
}

std::string AutomaticNames::next(std::string_view kind) {
  kind = kind.substr(0, kLongestBase);
  if (last_ == nullptr || last_kind_ != kind) {
    last_kind_ = kind;
    // Two kinds that read alike, "ReLU" and "Re_lu", share a series: it goes by the base.
    const std::string base = snake_case(kind);
    last_ = &series_.try_emplace(base, Series{base}).first->second;
  }
  for (;;) {
    const std::int64_t number = last_->count++;
    std::string name = number == 0 ? last_->base : last_->base + "_" + std::to_string(number);
    if (taken_.empty() || !taken_.contains(name)) return name;
  }
}

}  // namespace neural::model
