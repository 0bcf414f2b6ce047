// A benchmark measured otherwise than it stands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace neural::bench::plan {

/// The level of programs unless another is asked for.
inline constexpr std::string_view kUsualLevel = "O1";

struct Variant {
  /// Of the generated program: "O0" or "O1".
  std::string level = std::string(kUsualLevel);
  /// Of both sides; nothing is what the model declares.
  std::optional<std::int64_t> batch_size;

  bool operator==(const Variant&) const = default;
};

/// What reports and files call a model measured that way: "cnn", "cnn@O0", "cnn@b128", "cnn@O0-b128".
std::string label_of(std::string_view model, const Variant& variant);

/// The model of a label.
std::string_view model_of(std::string_view label);

}  // namespace neural::bench::plan
