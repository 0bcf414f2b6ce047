#include "fitted_json.hpp"

#include "neural/describe/json_writer.hpp"

namespace neural::programs {
namespace {

using describe::line_json;

class Writer {
 public:
  explicit Writer(std::size_t columns) : columns_(columns) {}

  void write(const Json& value, std::size_t indent) {
    const std::string line = line_json(value);
    if (!value.is_structured() || value.empty() || used_ + line.size() < columns_) {
      put(line);
      return;
    }
    const bool is_object = value.is_object();
    const bool is_table = !is_object && value.front().is_object();
    put(is_object ? "{" : "[");
    bool needs_line = true;
    for (auto item = value.begin(); item != value.end(); ++item) {
      const std::string key = is_object ? Json(item.key()).dump() + ": " : std::string();
      const std::size_t length = key.size() + line_json(*item).size();
      const bool fits_here = used_ + 2 + length < columns_;
      const bool fits_alone = indent + 3 + length < columns_;
      if (item != value.begin()) put(needs_line || !fits_here ? "," : ", ");
      if (needs_line || !fits_here) new_line(indent + 2);
      put(key);
      write(*item, indent + 2);
      needs_line = is_table || !fits_alone;
    }
    new_line(indent);
    put(is_object ? "}" : "]");
  }

  std::string take() { return std::move(text_); }

 private:
  void put(std::string_view text) {
    text_ += text;
    used_ += text.size();
  }
  void new_line(std::size_t indent) {
    text_ += "\n" + std::string(indent, ' ');
    used_ = indent;
  }

  std::size_t columns_;
  std::size_t used_ = 0;
  std::string text_;
};

}  // namespace

std::string fitted_json(const Json& value, std::size_t columns) {
  Writer writer(columns);
  writer.write(value, 0);
  return writer.take() + "\n";
}

}  // namespace neural::programs
