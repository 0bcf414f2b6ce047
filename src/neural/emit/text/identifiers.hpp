// Python identifiers made from users' names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace neural::emit {

/// True for an ASCII identifier that is no keyword: what may stand for a name in any place of a program.
bool is_python_name(std::string_view text);

/// Hands out identifiers of one Python scope. Each is ASCII, at most 44 characters, neither a keyword nor a builtin nor
/// a word the program keeps for itself, begins with a letter, and differs from all handed out before. The same
/// sequence of calls gives the same identifiers; a call costs O(length of the name).
class Identifiers {
 public:
  /// `reserved` are the words of the program in this scope, some dozens, which have to last.
  explicit Identifiers(std::span<const std::string_view> reserved = {}) : reserved_(reserved) {}

  /// "dense" -> dense, then dense_1; "my layer" -> my_layer; "2d" -> layer_2d with the fallback "layer"; "" -> layer.
  std::string variable(std::string_view name, std::string_view fallback);

  /// The same for a class: "simple_mlp" -> SimpleMlp, "SimpleMLP" -> SimpleMLP.
  std::string class_name(std::string_view name, std::string_view fallback);

  /// An identifier as it stands, of any length, with a number behind it where it is taken.
  std::string exactly(std::string_view identifier) { return unique(std::string(identifier)); }

 private:
  bool is_reserved(std::string_view name) const;
  std::string unique(std::string name);

  std::span<const std::string_view> reserved_;
  std::unordered_map<std::string, std::int64_t> taken_;  ///< to the number of the last suffix given
};

}  // namespace neural::emit
