#include "neural/describe/json_writer.hpp"

namespace neural::describe {
namespace {

constexpr std::size_t kBuffer = 65536;

void append_line(const Json& value, std::string& text) {
  if (!value.is_structured() || value.empty()) {
    text += compact_json(value);
    return;
  }
  const bool is_object = value.is_object();
  text += is_object ? '{' : '[';
  bool first = true;
  for (const auto& [key, each] : value.items()) {
    if (!first) text += ", ";
    first = false;
    if (is_object) text += compact_json(key) + ": ";
    append_line(each, text);
  }
  text += is_object ? '}' : ']';
}

}  // namespace

std::string line_json(const Json& value) {
  std::string text;
  append_line(value, text);
  return text;
}

void JsonWriter::begin_object() {
  if (buffer_.size() >= kBuffer) flush();
  if (!levels_.empty()) new_line();
  open('{', '}');
}

void JsonWriter::begin_member(std::string_view key) {
  new_line();
  buffer_ += compact_json(key);
  buffer_ += ": ";
}

void JsonWriter::open(char begin, char end) {
  buffer_ += begin;
  levels_.push_back({end});
}

void JsonWriter::new_line() {
  Level& level = levels_.back();
  buffer_ += level.is_empty ? "\n" : ",\n";
  level.is_empty = false;
  buffer_.append(2 * levels_.size(), ' ');
}

void JsonWriter::end() {
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.is_empty) {
    buffer_ += '\n';
    buffer_.append(2 * levels_.size(), ' ');
  }
  buffer_ += level.end;
}

void JsonWriter::member(std::string_view key, const Json& value) {
  begin_member(key);
  append_line(value, buffer_);
}

void JsonWriter::element(const Json& value) {
  new_line();
  append_line(value, buffer_);
}

void JsonWriter::repeat(std::string_view members) {
  buffer_ += members;
  levels_.back().is_empty = false;
}

void JsonWriter::flush() {
  if (status_) status_ = sink_(buffer_);
  buffer_.clear();
}

Status JsonWriter::finish() {
  buffer_ += '\n';
  flush();
  return status_;
}

}  // namespace neural::describe
