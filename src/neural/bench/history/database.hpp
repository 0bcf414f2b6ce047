// A SQLite file: the one door to SQLite.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "neural/base/expected.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace neural::bench::history {

/// What stands for a `?` in a statement. Values are bound, never pasted into SQL.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

/// A row of a result, while it is looked at. Columns count from 0.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  std::string text(int column) const;
  std::int64_t integer(int column) const;
  /// Nothing for NULL.
  std::optional<double> real(int column) const;

 private:
  sqlite3_stmt* statement_;
};

/// An open file. Errors name it: it is in use (kIo), damaged or no database (kCorrupt), the disk is full (kNoSpace), it
/// may not be written (kPermission).
class Database {
 public:
  /// Waits up to half a minute where another process writes. `create` makes the file and its folder where there is
  /// none; else that is kNotFound. A file that may only be read is opened for reading.
  static Expected<Database> open(const std::filesystem::path& path, bool create);

  /// One statement; `see` gets each row of its result.
  Status run(std::string_view sql, const std::vector<Value>& values = {},
             const std::function<Status(const Row&)>& see = {});

  /// Statements divided by `;`.
  Status run_script(const std::string& sql);

  /// The number in the first column of the only row.
  Expected<std::int64_t> number(std::string_view sql, const std::vector<Value>& values = {});

  /// Rows that the last statement inserted, changed or removed.
  std::int64_t changed_rows() const;
  /// Lets readers go on while another process writes, for good: a property of the file.
  Status use_write_ahead_log();

  /// True between the begin and the end of a transaction.
  bool in_transaction() const;

  const std::filesystem::path& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };

  Database(std::filesystem::path path, sqlite3* connection) : path_(std::move(path)), connection_(connection) {}
  Error error() const;

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> connection_;
};

/// All that `change` does, or nothing of it. No other process writes meanwhile. Within another transaction it is a part
/// of that one.
Status in_one_transaction(Database& database, const std::function<Status()>& change);

}  // namespace neural::bench::history
