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
  /// `avoid_functions`: a name that Keras may give to a function of the graph gets "_layer" behind it.
  explicit KerasNames(bool avoid_functions = false) : avoid_functions_(avoid_functions) {}

  /// A name that is already legal and new comes back as it is. O(length).
  std::string layer(std::string_view name);

  /// A name for several layers: that with any of the suffixes is unlike all before it, and taken.
  std::string block(std::string_view name, std::span<const std::string_view> suffixes);

  /// True if a name so far is one that Keras may give to a function: "reshape", "concatenate_2".
  bool has_name_of_function() const { return has_name_of_function_; }

 private:
  std::string legal_name(std::string_view name);

  bool avoid_functions_ = false;
  bool has_name_of_function_ = false;
  std::unordered_map<std::string, std::int64_t> taken_;  ///< to the number of the last suffix given
};

}  // namespace neural::emit::tensorflow
