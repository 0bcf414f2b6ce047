#include "neural/emit/text/python_writer.hpp"

#include <algorithm>

#include "neural/base/check.hpp"

namespace neural::emit {

void PythonWriter::line(std::string_view text) {
  if (!text.empty()) {
    text_.append(indent_, ' ');
    text_ += text;
  }
  text_ += '\n';
}

void PythonWriter::blank(int count) {
  text_.append(static_cast<std::size_t>(count), '\n');
}

void PythonWriter::block(std::string_view text, std::initializer_list<Word> words) {
  if (text.starts_with('\n')) text.remove_prefix(1);
  bool line_begins = true;
  while (!text.empty()) {
    if (line_begins && text.front() != '\n') text_.append(indent_, ' ');
    const std::size_t line_end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::size_t key = text.substr(0, line_end).find("${");
    const std::size_t plain = std::min(key, line_end);
    text_ += text.substr(0, plain);
    text.remove_prefix(plain);
    line_begins = plain == line_end;
    if (line_begins) continue;

    const std::size_t close = text.find('}');
    NEURAL_CHECK(close != std::string_view::npos, "a `${` is never closed");
    const std::string_view name = text.substr(2, close - 2);
    const auto* word = std::find_if(words.begin(), words.end(), [&](const Word& each) { return each.first == name; });
    NEURAL_CHECK(word != words.end(), name);
    text_ += word->second;
    text.remove_prefix(close + 1);
  }
  if (!text_.ends_with('\n')) text_ += '\n';
}

void PythonWriter::statement(std::string_view before, const Expression& expression, std::string_view after) {
  text_.append(indent_, ' ');
  text_ += before;
  const std::size_t column = indent_ + before.size();
  const std::size_t width = expression.width();
  const bool parenthesise =
      expression.is_atom() && column + width + after.size() > kLineLength && indent_ + 4 + width <= kLineLength;
  if (parenthesise) {
    text_ += "(\n";
    text_.append(indent_ + 4, ' ');
    expression.append_flat(text_);
    text_ += '\n';
    text_.append(indent_, ' ');
    text_ += ')';
  } else {
    expression.append(text_, indent_, column, after.size());
  }
  text_ += after;
  text_ += '\n';
}

void PythonWriter::list(std::string_view before, std::size_t size,
                        const std::function<Expression(std::size_t)>& element) {
  std::vector<Argument> first;  // as many as decide whether all fit on one line
  std::size_t width = indent_ + before.size() + 2;
  while (first.size() < size && width <= kLineLength) {
    first.emplace_back(element(first.size()));
    width += first.back().value.width() + (first.size() > 1 ? 2 : 0);
  }
  if (width <= kLineLength) return statement(before, Expression::list(std::move(first)));
  line(std::string(before) + "[");
  {
    const auto indentation = indent();
    for (const Argument& each : first) statement("", each.value, ",");
    for (std::size_t i = first.size(); i < size; ++i) statement("", element(i), ",");
  }
  line("]");
}

}  // namespace neural::emit
