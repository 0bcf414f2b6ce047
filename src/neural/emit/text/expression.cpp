#include "neural/emit/text/expression.hpp"

namespace neural::emit {

Expression::Expression(Kind kind, std::string open, const char* close, std::vector<Argument> elements)
    : kind_(kind), open_(std::move(open)), close_(close) {
  elements_.reserve(elements.size());
  for (Argument& element : elements) {
    elements_.push_back(std::move(element.value));
    elements_.back().name_ = std::move(element.name);
  }
}

Expression Expression::call(std::string callee, std::vector<Argument> arguments) {
  return {Kind::kCall, std::move(callee) + "(", ")", std::move(arguments)};
}

Expression Expression::list(std::vector<Argument> elements) {
  return {Kind::kCollection, "[", "]", std::move(elements)};
}

Expression Expression::tuple(std::vector<Argument> elements) {
  const char* close = elements.size() == 1 ? ",)" : ")";
  return {Kind::kCollection, "(", close, std::move(elements)};
}

Expression Expression::dictionary(std::vector<Argument> entries) {
  Expression result(Kind::kCollection, "{", "}", std::move(entries));
  for (Expression& each : result.elements_) each.joint_ = ": ";
  return result;
}

std::size_t Expression::width_of_elements() const {
  std::size_t width = elements_.empty() ? 0 : 2 * (elements_.size() - 1);
  for (const Expression& element : elements_) width += element.width_of_name() + element.width();
  return width;
}

std::size_t Expression::width() const {
  return open_.size() + width_of_elements() + std::char_traits<char>::length(close_);
}

namespace {

void begin_line(std::string& out, std::size_t indent) {
  out += '\n';
  out.append(indent, ' ');
}

}  // namespace

void Expression::append_name(std::string& out) const {
  if (name_.empty()) return;
  out += name_;
  out += joint_;
}

void Expression::append_elements(std::string& out) const {
  const char* separator = "";
  for (const Expression& element : elements_) {
    out += separator;
    element.append_name(out);
    element.append_flat(out);
    separator = ", ";
  }
}

void Expression::append_flat(std::string& out) const {
  out += open_;
  append_elements(out);
  out += close_;
}

std::string Expression::flat() const {
  std::string out;
  append_flat(out);
  return out;
}

void Expression::append(std::string& out, std::size_t indent, std::size_t column, std::size_t trailing) const {
  if (elements_.empty() || column + width() + trailing <= kLineLength) return append_flat(out);
  const std::size_t inner = indent + 4;
  out += open_;
  if (kind_ == Kind::kCall && inner + width_of_elements() <= kLineLength) {
    begin_line(out, inner);
    append_elements(out);
  } else {
    for (const Expression& element : elements_) {
      begin_line(out, inner);
      element.append_name(out);
      element.append(out, inner, inner + element.width_of_name(), 1);
      out += ',';
    }
  }
  begin_line(out, indent);
  out += close_[0] == ',' ? close_ + 1 : close_;
}

}  // namespace neural::emit
