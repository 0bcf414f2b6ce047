#include "neural/bench/parity/npy.hpp"

#include <cmath>

#include "neural/bench/parity/testing.hpp"

namespace neural::bench::parity {
namespace {

class NpyTest : public ScratchTest {
 protected:
  Expected<Array> read(std::string_view file) const {
    put(scratch_ / "a.npy", file);
    return read_npy(scratch_ / "a.npy");
  }
  /// The message of the error, without the name of the file, which must be in front.
  std::string error_of(std::string_view file) const {
    const Expected<Array> array = read(file);
    if (array) return "no error";
    const std::string name = "`" + (scratch_ / "a.npy").string() + "`: ";
    EXPECT_TRUE(array.error().message.starts_with(name)) << array.error().message;
    EXPECT_EQ(array.error().code, ErrorCode::kCorrupt);
    return array.error().message.substr(name.size());
  }
};

TEST_F(NpyTest, reads_float32_and_float64) {
  const Expected<Array> single = read(npy<float>({1, -0.1, 2.5, 1e-30, 5, 6}, "(2, 3)", "<f4"));
  ASSERT_TRUE(single);
  EXPECT_EQ(single->shape(), (Shape{2, 3}));
  EXPECT_EQ(single->precision(), Precision::kFloat32);
  ASSERT_EQ(single->size(), 6U);
  EXPECT_EQ((*single)[1], double{-0.1F});
  EXPECT_EQ((*single)[5], 6);
  const Expected<Array> twice = read(npy<double>({0.1, 0.2}, "(2,)", "<f8"));
  ASSERT_TRUE(twice);
  EXPECT_EQ((*twice)[1], 0.2);
  EXPECT_EQ(twice->bytes().size(), 16U);
}

TEST_F(NpyTest, reads_single_numbers_empty_arrays_and_what_is_not_finite) {
  EXPECT_EQ((*read(npy<float>({7}, "()", "<f4")))[0], 7);
  EXPECT_EQ(read(npy<float>({}, "(0, 5)", "<f4"))->size(), 0U);
  EXPECT_TRUE(std::isnan((*read(npy<float>({std::nan("")}, "(1,)", "<f4")))[0]));
}

TEST_F(NpyTest, reads_version_2) {
  std::string file = npy<float>({1, 2}, "(2,)", "<f4");
  file[6] = 2;
  file.insert(10, std::string(2, '\0'));  // four bytes of length instead of two
  EXPECT_EQ((*read(file))[1], 2);
}

TEST_F(NpyTest, keys_come_in_any_order) {
  const std::string header = "{'shape':(2,),'descr':'<f4','fortran_order':False}";
  const std::string data = npy<float>({1, 2}, "(2,)", "<f4");
  const std::string file = std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header;
  EXPECT_EQ((*read(file + data.substr(data.size() - 8)))[1], 2);
}

TEST_F(NpyTest, refuses_what_is_no_npy_file) {
  EXPECT_EQ(error_of(""), "not an NPY file");
  EXPECT_EQ(error_of("PK\x03\x04 an archive"), "not an NPY file");
  EXPECT_EQ(error_of("\x93NUMPX\x01"), "not an NPY file");
}

TEST_F(NpyTest, refuses_other_versions) {
  std::string file = npy<float>({1}, "(1,)", "<f4");
  file[6] = 3;
  EXPECT_EQ(error_of(file), "NPY version 3.0, expected 1.0 or 2.0");
  file[6] = 1;
  file[7] = 1;
  EXPECT_EQ(error_of(file), "NPY version 1.1, expected 1.0 or 2.0");
}

TEST_F(NpyTest, refuses_numbers_of_another_kind) {
  for (const std::string kind : {"<i4", ">f4", "<f2", "|u1", "<c8", "float32"}) {
    EXPECT_EQ(error_of(npy<float>({1}, "(1,)", kind)),
              "holds `" + kind + "`, expected little-endian float32 (`<f4`) or float64 (`<f8`)");
  }
}

TEST_F(NpyTest, refuses_fortran_order) {
  EXPECT_EQ(error_of(npy<float>({1, 2, 3, 4}, "(2, 2)", "<f4", "True")), "is in Fortran order, expected C order");
}

TEST_F(NpyTest, refuses_more_or_fewer_numbers_than_the_shape_has) {
  const std::string file = npy<float>({1, 2, 3, 4}, "(2, 2)", "<f4");
  EXPECT_EQ(error_of(file + "x"), "17 bytes of data do not fit the shape (2, 2) of float32");
  EXPECT_EQ(error_of(npy<float>({1}, "(4294967296, 4294967296, 4)", "<f4")),
            "4 bytes of data do not fit the shape (4294967296, 4294967296, 4) of float32");
}

TEST_F(NpyTest, refuses_every_truncation) {
  const std::string file = npy<float>({1, 2, 3, 4}, "(2, 2)", "<f4");
  for (std::size_t length = 0; length < file.size(); ++length) {
    EXPECT_NE(error_of(file.substr(0, length)), "no error") << length;
  }
}

TEST_F(NpyTest, refuses_a_header_that_does_not_describe_an_array) {
  for (const std::string shape : {"(2, 2", "2, 2)", "(2 2)", "(-1,)", "(a,)", "(99999999999999999999,)",
                                  "(2, 2), 'shape': (1,)", "(1,), 'other': 1", "(1,)} {", ""}) {
    EXPECT_EQ(error_of(npy<float>({1}, shape, "<f4")), "its header is no description of an array") << shape;
  }
  EXPECT_EQ(error_of(npy<float>({1}, "(1,)", "<f4", "Maybe")), "its header is no description of an array");
}

TEST_F(NpyTest, a_missing_file_is_named) {
  const Expected<Array> array = read_npy(scratch_ / "none.npy");
  ASSERT_FALSE(array);
  EXPECT_EQ(array.error().code, ErrorCode::kNotFound);
  EXPECT_NE(array.error().message.find("none.npy"), std::string::npos);
}

}  // namespace
}  // namespace neural::bench::parity
