#include "neural/emit/text/expression.hpp"

namespace neural::emit {

Expression::Expression(Kind kind, std::string open, std::vector<Argument> elements)
    : kind_(kind), open_(std::move(open)), elements_(std::move(elements)) {}

Expression Expression::call(std::string callee, std::vector<Argument> arguments) {
  return {Kind::kCall, std::move(callee) + "(", std::move(arguments)};
}

Expression Expression::call(std::string callee, std::initializer_list<Argument> arguments) {
  std::vector<Argument> taken;
  taken.reserve(arguments.size());
  for (const Argument& each : arguments) taken.emplace_back(std::move(each.name), std::move(each.value));
  return call(std::move(callee), std::move(taken));
}

Expression Expression::list(std::vector<Argument> elements) {
  return {Kind::kList, "[", std::move(elements)};
}

Expression Expression::tuple(std::vector<Argument> elements) {
  return {Kind::kTuple, "(", std::move(elements)};
}

Expression Expression::dictionary(std::vector<Argument> entries) {
  return {Kind::kDictionary, "{", std::move(entries)};
}

std::string_view Expression::close() const {
  switch (kind_) {
    case Kind::kAtom:
      return "";
    case Kind::kCall:
      return ")";
    case Kind::kList:
      return "]";
    case Kind::kTuple:
      return elements_.size() == 1 ? ",)" : ")";
    case Kind::kDictionary:
      return "}";
  }
  return "";
}

std::size_t Expression::width_of_name(const Argument& element) const {
  return element.name.empty() ? 0 : element.name.size() + joint().size();
}

std::size_t Expression::width_of_elements() const {
  std::size_t width = elements_.empty() ? 0 : 2 * (elements_.size() - 1);
  for (const Argument& element : elements_) width += width_of_name(element) + element.value.width();
  return width;
}

std::size_t Expression::width() const {
  return open_.size() + width_of_elements() + close().size();
}

namespace {

void begin_line(std::string& out, std::size_t indent) {
  out += '\n';
  out.append(indent, ' ');
}

}  // namespace

void Expression::append_name(std::string& out, const Argument& element) const {
  if (element.name.empty()) return;
  out += element.name;
  out += joint();
}

void Expression::append_elements(std::string& out) const {
  const char* separator = "";
  for (const Argument& element : elements_) {
    out += separator;
    append_name(out, element);
    element.value.append_flat(out);
    separator = ", ";
  }
}

void Expression::append_flat(std::string& out) const {
  out += open_;
  append_elements(out);
  out += close();
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
    for (const Argument& element : elements_) {
      begin_line(out, inner);
      append_name(out, element);
      element.value.append(out, inner, inner + width_of_name(element), 1);
      out += ',';
    }
  }
  begin_line(out, indent);
  out += close().back();
}

}  // namespace neural::emit
