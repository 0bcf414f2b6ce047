#include "neural/bench/history/database.hpp"

#include "neural/bench/history/testing.hpp"

namespace neural::bench::history {
namespace {

class DatabaseTest : public HistoryTest {
 protected:
  Database database() const {
    Expected<Database> opened = Database::open(file(), true);
    EXPECT_TRUE(opened.has_value()) << opened.error().message;
    return *std::move(opened);
  }
};

TEST_F(DatabaseTest, ValuesComeBackAsTheyWere) {
  Database all = database();
  ASSERT_TRUE(all.run_script("CREATE TABLE t (a INTEGER, b REAL, c TEXT, d REAL) STRICT"));
  const std::string hostile("'); DROP TABLE t; --\0\xff end", 27);
  ASSERT_TRUE(all.run("INSERT INTO t VALUES (?, ?, ?, ?)", {std::int64_t{-5}, 0.1, hostile, nullptr}));
  EXPECT_EQ(all.changed_rows(), 1);
  int rows = 0;
  ASSERT_TRUE(all.run("SELECT * FROM t", {}, [&](const Row& row) {
    EXPECT_EQ(row.integer(0), -5);
    EXPECT_EQ(row.real(1), 0.1);
    EXPECT_EQ(row.text(2), hostile);
    EXPECT_FALSE(row.real(3).has_value());
    ++rows;
    return done();
  }));
  EXPECT_EQ(rows, 1);
}

TEST_F(DatabaseTest, WhatARowIsSeenWithMayEndTheStatement) {
  Database all = database();
  ASSERT_TRUE(all.run_script("CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1), (2)"));
  int rows = 0;
  const Status status = all.run("SELECT a FROM t", {}, [&](const Row&) -> Status {
    ++rows;
    return fail(ErrorCode::kNoSpace, "enough");
  });
  EXPECT_EQ(status.error().message, "enough");
  EXPECT_EQ(rows, 1);
}

TEST_F(DatabaseTest, AChangeThatFailsIsNone) {
  Database all = database();
  ASSERT_TRUE(all.run_script("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT"));
  const auto twice = [&]() -> Status {
    NEURAL_TRY(all.run("INSERT INTO t VALUES (1)"));
    return all.run("INSERT INTO t VALUES (1)");
  };
  EXPECT_FALSE(in_one_transaction(all, twice));
  EXPECT_EQ(all.number("SELECT count(*) FROM t").value(), 0);
  EXPECT_TRUE(in_one_transaction(all, [&] { return all.run("INSERT INTO t VALUES (1)"); }));
  EXPECT_EQ(all.number("SELECT count(*) FROM t").value(), 1);
}

TEST_F(DatabaseTest, WhatIsNoFileOfItIsRefused) {
  EXPECT_EQ(Database::open(file(), false).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Database::open(folder_, true).error().message, "`" + folder_.string() + "` is a folder");
  ASSERT_TRUE(write_file(file("text"), std::string(5000, 'x')));
  Expected<Database> text = Database::open(file("text"), true);
  ASSERT_TRUE(text.has_value());  // SQLite reads at the first statement
  const Status status = text->run("SELECT count(*) FROM sqlite_schema");
  EXPECT_EQ(status.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(status.error().message, "`" + file("text").string() + "` is no SQLite database");
  EXPECT_EQ(read_file(file("text")).value(), std::string(5000, 'x'));
}

TEST_F(DatabaseTest, AFullDiskAndABusyFileAreToldAsWhatTheyAre) {
  Database all = database();
  ASSERT_TRUE(all.run_script("CREATE TABLE t (a TEXT) STRICT; PRAGMA max_page_count = 4"));
  const auto grow = [&] { return all.run("INSERT INTO t VALUES (?)", {std::string(100'000, 'x')}); };
  EXPECT_EQ(in_one_transaction(all, grow).error().code, ErrorCode::kNoSpace);
  EXPECT_FALSE(all.in_transaction());

  Database other = database();
  ASSERT_TRUE(other.run("PRAGMA busy_timeout = 1"));
  const auto write = [&] { return in_one_transaction(other, [&] { return other.run("DELETE FROM t"); }); };
  ASSERT_TRUE(all.run("BEGIN IMMEDIATE"));
  const Status busy = write();
  EXPECT_EQ(busy.error().message, "`" + file().string() + "` is in use by another process");
  ASSERT_TRUE(all.run("COMMIT"));
  EXPECT_TRUE(write());
}

TEST_F(DatabaseTest, AFolderIsMadeForIt) {
  ASSERT_TRUE(Database::open(folder_ / "new" / "deep" / "history.db", true));
  EXPECT_TRUE(std::filesystem::is_directory(folder_ / "new" / "deep"));
}

}  // namespace
}  // namespace neural::bench::history
