// Builds the text of a Python program line by line.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "neural/emit/text/expression.hpp"

namespace neural::emit {

class PythonWriter {
 public:
  PythonWriter() { text_.reserve(kUsual); }

  /// What `${key}` in a block stands for.
  using Word = std::pair<std::string_view, std::string_view>;

  /// One line at the current indentation; an empty text is an empty line without blanks.
  void line(std::string_view text);

  /// Empty lines.
  void blank(int count = 1);

  /// Several lines, as written in a raw string: a first newline is dropped, each line gets the current indentation, and
  /// every `${key}` is replaced by its word. That all keys are known is ours to know (NEURAL_CHECK).
  void block(std::string_view text, std::initializer_list<Word> words = {});

  /// `before` + expression + `after`, laid out as `ruff format` would: `x = `, `return `, `raise `.
  /// A lone atom that is too long gets parentheses where they help.
  void statement(std::string_view before, const Expression& expression, std::string_view after = {});

  /// The statement `before[elements]`. A long list is written element by element and never held as a whole.
  void list(std::string_view before, std::size_t size, const std::function<Expression(std::size_t)>& element);

  /// Lines written while the result lives are four blanks further in.
  class [[nodiscard]] Indentation {
   public:
    explicit Indentation(PythonWriter& writer) : writer_(writer) { writer_.indent_ += 4; }
    ~Indentation() { writer_.indent_ -= 4; }
    Indentation(const Indentation&) = delete;
    Indentation& operator=(const Indentation&) = delete;

   private:
    PythonWriter& writer_;
  };
  Indentation indent() { return Indentation(*this); }

  /// The program so far, moved out.
  std::string take() { return std::move(text_); }

 private:
  static constexpr std::size_t kUsual = 32768;  ///< characters of an ordinary program

  std::string text_;
  std::size_t indent_ = 0;
};

}  // namespace neural::emit
