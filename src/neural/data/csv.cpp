#include "neural/data/csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"

namespace neural::data {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::optional<double> as_number(std::string_view field) {
  field = trim(field);
  if (field.starts_with('+')) field.remove_prefix(1);
  double value = 0;
  const char* end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, value);
  const bool is_number = error == std::errc() && stop == end && std::isfinite(value);  // "nan" is a missing value
  return is_number ? std::optional(value) : std::nullopt;
}

/// The fields of one record after another. A quoted field may hold separators, line ends and doubled quotes.
class Records {
 public:
  Records(std::string_view text, char separator) : left_(text), separator_(separator) {}

  bool at_end() const { return left_.empty(); }
  std::size_t line() const { return line_; }  ///< of the record that was read last, from 1

  /// False where a quote is never closed.
  bool next(std::vector<std::string>& fields) {
    fields.clear();
    line_ = next_line_;
    for (bool more = true; more;) {
      std::string field;
      if (left_.starts_with('"')) {
        if (!quoted(field)) return false;
      }
      const std::size_t end = std::min(left_.find_first_of(stops_), left_.size());
      field += left_.substr(0, end);
      left_.remove_prefix(end);
      fields.push_back(std::move(field));
      more = !left_.empty() && left_.front() == separator_;
      if (more) left_.remove_prefix(1);
    }
    if (left_.starts_with('\r')) left_.remove_prefix(1);
    if (left_.starts_with('\n')) left_.remove_prefix(1);
    ++next_line_;
    return true;
  }

 private:
  bool quoted(std::string& field) {
    left_.remove_prefix(1);
    while (true) {
      const std::size_t end = left_.find('"');
      if (end == std::string_view::npos) return false;
      next_line_ +=
          static_cast<std::size_t>(std::count(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
      field += left_.substr(0, end);
      left_.remove_prefix(end + 1);
      if (!left_.starts_with('"')) return true;
      field += '"';
      left_.remove_prefix(1);
    }
  }

  std::string_view left_;
  char separator_;
  std::string stops_ = std::string("\r\n") + separator_;
  std::size_t line_ = 1;
  std::size_t next_line_ = 1;
};

char separator_of(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  const auto count = [&](char character) { return std::count(first.begin(), first.end(), character); };
  constexpr std::array<char, 3> kSeparators = {',', ';', '\t'};
  return *std::max_element(kSeparators.begin(), kSeparators.end(), [&](char a, char b) { return count(a) < count(b); });
}

std::string column_title(const Table& table, std::size_t column) {
  if (column < table.columns.size()) return fmt::format("column `{}`", printable(table.columns[column]));
  return fmt::format("column {}", column);
}

Status add_row(Table& table, const std::vector<std::string>& fields, std::size_t line, const std::string& name) {
  if (fields.size() != table.width) {
    return fail(
        ErrorCode::kCorrupt,
        fmt::format("line {} of {} has {} fields, those before it have {}", line, name, fields.size(), table.width),
        "every row needs a value for every column");
  }
  for (std::size_t column = 0; column < fields.size(); ++column) {
    const std::optional<double> value = as_number(fields[column]);
    if (!value) {
      return fail(ErrorCode::kUsage,
                  fmt::format("line {} of {}, {}: `{}` is no number", line, name, column_title(table, column),
                              printable(fields[column].substr(0, 40))),
                  "turn words into numbers, and fill or remove what is missing");
    }
    table.values.push_back(*value);
  }
  return done();
}

Expected<std::size_t> find_label(const Table& table, const std::optional<std::string>& label, const std::string& name) {
  const auto index_of = [&](std::string_view column) -> std::optional<std::size_t> {
    const auto found = std::find(table.columns.begin(), table.columns.end(), column);
    if (found == table.columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - table.columns.begin());
  };
  const std::string known =
      table.columns.empty()
          ? fmt::format("it has no line of names, and columns 0 to {}", table.width - 1)
          : fmt::format("its columns are {}", printable(fmt::format("{}", fmt::join(table.columns, ", "))));
  if (label) {
    if (const auto index = index_of(*label)) return *index;
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(label->data(), label->data() + label->size(), number);
    if (error == std::errc() && end == label->data() + label->size() && number < table.width) return number;
    return fail(ErrorCode::kUsage, fmt::format("{} has no column `{}`; {}", name, printable(*label), known));
  }
  for (const std::string_view usual : {"label", "target", "class", "y"}) {
    if (const auto index = index_of(usual)) return *index;
  }
  return fail(ErrorCode::kUsage, fmt::format("which column of {} are the targets? {}", name, known),
              "name it with --label, or call it `label`");
}

}  // namespace

Expected<Table> parse_table(std::string_view text, const std::string& name) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Table table;
  Records records(text, separator_of(text));
  std::vector<std::string> fields;
  while (!records.at_end()) {
    if (!records.next(fields)) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("line {} of {} opens a quote that is never closed", records.line(), name));
    }
    if (fields.size() == 1 && trim(fields.front()).empty()) continue;  // an empty line
    if (table.width == 0) {
      table.width = fields.size();
      if (!std::all_of(fields.begin(), fields.end(),
                       [](const std::string& field) { return as_number(field).has_value(); })) {
        for (const std::string& field : fields) table.columns.emplace_back(trim(field));
        continue;
      }
    }
    NEURAL_TRY(add_row(table, fields, records.line(), name));
  }
  if (table.rows() == 0) return fail(ErrorCode::kUsage, fmt::format("{} has no rows", name));
  return table;
}

Expected<Table> read_table(const std::filesystem::path& path) {
  const std::string text = NEURAL_TRY(read_file(path));
  return parse_table(text, fmt::format("`{}`", path.string()));
}

Expected<Columns> split_columns(const Table& table, const std::optional<std::string>& label, const std::string& name) {
  if (table.width < 2)
    return fail(ErrorCode::kUsage, fmt::format("{} has one column, where inputs and targets are needed", name));
  const std::size_t target = NEURAL_TRY(find_label(table, label, name));
  std::vector<float> inputs;
  inputs.reserve(table.values.size() - table.rows());
  std::vector<float> values;
  std::vector<std::int64_t> classes;
  constexpr double kLargest = 9.0e15;
  for (std::size_t at = 0; at < table.values.size(); ++at) {
    const double value = table.values[at];
    if (at % table.width != target) {
      inputs.push_back(static_cast<float>(value));
      continue;
    }
    values.push_back(static_cast<float>(value));
    if (value == std::floor(value) && std::abs(value) < kLargest) classes.push_back(static_cast<std::int64_t>(value));
  }
  const auto rows = static_cast<std::int64_t>(table.rows());
  const auto width = static_cast<std::int64_t>(table.width) - 1;
  Columns columns;
  columns.inputs = Array::of(ElementType::kFloat32, {rows, width}, std::move(inputs));
  columns.targets = classes.size() == values.size() ? Array::of(ElementType::kInt64, {rows}, std::move(classes))
                                                    : Array::of(ElementType::kFloat32, {rows}, std::move(values));
  return columns;
}

}  // namespace neural::data
