// Names that Keras accepts, made from users' names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace neural::emit::tensorflow {

/// A name for a model: ASCII letters, digits, `_`, `.`, `-`, beginning with a letter or a digit, as TensorFlow asks of
/// a root scope. Other bytes become `_`; a name that begins otherwise gets `prefix` in front.
std::string keras_name(std::string_view name, std::string_view prefix);

/// The layer names of one model: each by the rule of keras_name, cut to 60 characters, and unlike all before it.
class KerasNames {
 public:
  /// A name that is already legal and new comes back as it is. O(length).
  std::string layer(std::string_view name);

  /// A name for several layers: that with any of the suffixes is unlike all before it, and taken.
  std::string block(std::string_view name, std::span<const std::string_view> suffixes);

 private:
  std::unordered_map<std::string, std::int64_t> taken_;  ///< to the number of the last suffix given
};

}  // namespace neural::emit::tensorflow
