// Python expressions that can be laid out: calls, tuples and lists around atoms.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neural::emit {

/// Where `ruff format --line-length 120` breaks a line.
inline constexpr std::size_t kLineLength = 120;

struct Argument;

class Expression {
 public:
  Expression() = default;

  /// Text that is never broken: a name, a literal, `1 - x`. An Expression may be written as its text.
  Expression(std::string atom);  // NOLINT(google-explicit-constructor)
  Expression(const char* atom);  // NOLINT(google-explicit-constructor)

  /// `callee(arguments)`
  static Expression call(std::string callee, std::vector<Argument> arguments);
  static Expression call(std::string callee, std::initializer_list<Argument> arguments);
  /// `[elements]`
  static Expression list(std::vector<Argument> elements);
  /// `(elements)`, with the comma of a single element.
  static Expression tuple(std::vector<Argument> elements);
  /// `{name: value}`; the names are keys as they stand: `"image"`.
  static Expression dictionary(std::vector<Argument> entries);

  bool is_atom() const { return kind_ == Kind::kAtom; }

  /// Characters of the expression on one line.
  std::size_t width() const;

  /// Appends the expression on one line.
  void append_flat(std::string& out) const;
  std::string flat() const;

  /// Appends the expression as `ruff format` lays it out: on one line if it fits between `column` (0-based, where it
  /// begins) and the end of the line with `trailing` characters kept free; else the arguments of a call on one line of
  /// their own if they fit there; else one a line, each with a comma. Lines are indented by `indent`.
  void append(std::string& out, std::size_t indent, std::size_t column, std::size_t trailing) const;

 private:
  enum class Kind { kAtom, kCall, kList, kTuple, kDictionary };

  Expression(Kind kind, std::string open, std::vector<Argument> elements);
  std::string_view close() const;
  std::string_view joint() const { return kind_ == Kind::kDictionary ? ": " : "="; }
  std::size_t width_of_name(const Argument& element) const;
  void append_name(std::string& out, const Argument& element) const;
  std::size_t width_of_elements() const;
  void append_elements(std::string& out) const;

  Kind kind_ = Kind::kAtom;
  std::string open_;  ///< the atom, or all up to and with the opening bracket
  std::vector<Argument> elements_;
};

/// `value`, or `name=value` where a name is given. Mutable, for an expression takes over what a list in braces holds,
/// which C++ makes constant; a network has many.
struct Argument {
  mutable std::string name;
  mutable Expression value;

  Argument(Expression value_) : value(std::move(value_)) {}   // NOLINT(google-explicit-constructor)
  Argument(std::string value_) : value(std::move(value_)) {}  // NOLINT(google-explicit-constructor)
  Argument(const char* value_) : value(value_) {}             // NOLINT(google-explicit-constructor)
  Argument(std::string name_, Expression value_) : name(std::move(name_)), value(std::move(value_)) {}
};

// Here, where the elements are known.
inline Expression::Expression(std::string atom) : open_(std::move(atom)) {}
inline Expression::Expression(const char* atom) : open_(atom) {}

}  // namespace neural::emit
