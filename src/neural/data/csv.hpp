// Tables of numbers in CSV (RFC 4180): separated by commas, semicolons or tabs, with or without a line of names.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/data/array.hpp"

namespace neural::data {

struct Table {
  std::vector<std::string> columns;  ///< names; empty where the file has none
  std::size_t width = 0;             ///< fields of a row
  std::vector<double> values;        ///< row by row

  std::size_t rows() const { return width == 0 ? 0 : values.size() / width; }
};

/// A first line with a field that is no number is the line of names. Errors name the line and the column.
Expected<Table> read_table(const std::filesystem::path& path);
Expected<Table> parse_table(std::string_view text, const std::string& name);

/// The columns of a table but one, and that one.
struct Columns {
  Array inputs;   ///< float32 [rows, width - 1]
  Array targets;  ///< [rows]; int64 where every value is a whole number, else float32
};

/// `label` is the name of the column of the targets, or its number from 0; without one it is the column called
/// "label", "target", "class" or "y". `name` is the file's, for errors.
Expected<Columns> split_columns(const Table& table, const std::optional<std::string>& label, const std::string& name);

}  // namespace neural::data
