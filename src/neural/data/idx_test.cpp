#include "neural/data/idx.hpp"

#include "neural/data/testing.hpp"

namespace neural::data {
namespace {

using testing::idx_of;

class Idx : public testing::InFolder {
 protected:
  std::string error_of(std::string_view bytes) const {
    const Expected<Array> array = read_idx(write("a", bytes));
    return array ? "" : array.error().message;
  }
};

TEST_F(Idx, plain_and_compressed_files_are_read_alike) {
  const std::string bytes = idx_of({2, 3}, "abcdef");
  for (const auto& path : {write("a", bytes), write_gz("a.gz", bytes)}) {
    const Array array = read_idx(path).value();
    EXPECT_EQ(array.type(), ElementType::kUint8);
    EXPECT_EQ(array.shape(), (Shape{2, 3}));
    EXPECT_EQ(array.number(5), 'f');
  }
}

TEST_F(Idx, the_other_types_are_big_endian) {
  EXPECT_EQ(read_idx(write("a", idx_of({1}, std::string("\x01\x02", 2), '\x0b'))).value().number(0), 258);
  EXPECT_EQ(read_idx(write("a", idx_of({1}, std::string("\xff\xff\xff\xfe", 4), '\x0c'))).value().number(0), -2);
  EXPECT_EQ(read_idx(write("a", idx_of({1}, std::string("\x3f\xc0\0\0", 4), '\x0d'))).value().number(0), 1.5);
}

TEST_F(Idx, bytes_behind_the_elements_are_left_alone) {
  EXPECT_EQ(read_idx(write("a", idx_of({2}, "abc"))).value().size(), 2);
}

TEST_F(Idx, broken_files_say_how) {
  EXPECT_NE(error_of("ab").find("fewer than 4 bytes"), std::string::npos);
  EXPECT_NE(error_of("GIF89a").find("its first bytes are 47 49 46 38"), std::string::npos);
  EXPECT_NE(error_of(std::string("\0\0\x07\x01", 4)).find("its first bytes are 00 00 07 01"), std::string::npos);
  EXPECT_NE(error_of(std::string("\0\0\x08\x02\0\0", 6)).find("sizes are cut off"), std::string::npos);
  EXPECT_NE(error_of(idx_of({2, 3}, "abcde")).find("5 bytes of elements, its shape (2, 3) of uint8 needs 6"),
            std::string::npos);
  EXPECT_NE(error_of(idx_of({0xffffffff, 0xffffffff}, "")).find("it claims the shape (4294967295, 4294967295)"),
            std::string::npos);
  EXPECT_EQ(read_idx(folder_ / "none").error().code, ErrorCode::kNotFound);
}

TEST_F(Idx, a_file_that_claims_more_than_it_has_does_not_take_the_memory) {
  EXPECT_NE(error_of(idx_of({0xffffffff}, "abc")).find("cut off: 3 bytes"), std::string::npos);
}

TEST_F(Idx, a_compressed_file_that_is_cut_off_is_damaged) {
  std::string noise;
  for (unsigned i = 0; i < 5000; ++i) noise += static_cast<char>(i * 2654435761U >> 24);
  const std::filesystem::path path = write_gz("a.gz", idx_of({5000}, noise));
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_NE(read_idx(path).error().message.find("is damaged: it does not unpack"), std::string::npos);
}

}  // namespace
}  // namespace neural::data
