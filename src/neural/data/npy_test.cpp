#include "neural/data/npy.hpp"

#include <zip.h>

#include <cstring>

#include "neural/base/files.hpp"
#include "neural/data/testing.hpp"

namespace neural::data {
namespace {

template <class T>
std::string bytes_of(std::vector<T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

class Npy : public testing::InFolder {
 protected:
  Expected<Array> read(std::string_view bytes) const { return read_npy(write("a.npy", bytes)); }
  std::string error_of(std::string_view bytes) const {
    const Expected<Array> array = read(bytes);
    return array ? "" : array.error().message;
  }

  std::filesystem::path write_npz(const std::vector<std::pair<std::string, std::string>>& members,
                                  bool compressed = true) const {
    const std::filesystem::path path = folder_ / "a.npz";
    int error = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    for (const auto& [name, bytes] : members) {
      zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
      const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
      zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
                               0);
    }
    zip_close(archive);
    return path;
  }
};

// numpy.save of numpy.arange(6, dtype="<f4").reshape(2, 3), NumPy 2: its very bytes.
std::string saved_by_numpy() {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  header.append(128 - 10 - 1 - header.size(), ' ');
  return testing::npy_of(header, bytes_of<float>({0, 1, 2, 3, 4, 5}));
}

TEST_F(Npy, what_numpy_saved_is_mapped_as_it_lies) {
  const Array array = read(saved_by_numpy()).value();
  EXPECT_EQ(array.type(), ElementType::kFloat32);
  EXPECT_EQ(array.shape(), (Shape{2, 3}));
  EXPECT_EQ(to_floats(array), (std::vector<float>{0, 1, 2, 3, 4, 5}));
}

TEST_F(Npy, what_is_written_is_what_numpy_writes) {
  ASSERT_TRUE(write_npy(folder_ / "b.npy", Array::of<float>(ElementType::kFloat32, {2, 3}, {0, 1, 2, 3, 4, 5})));
  EXPECT_EQ(read_file(folder_ / "b.npy").value(), saved_by_numpy());
}

TEST_F(Npy, every_type_and_rank_comes_back) {
  for (const Shape& shape : {Shape{}, Shape{4}, Shape{0, 3}, Shape{2, 1, 2}}) {
    const auto count = static_cast<std::size_t>(element_count(shape).value());
    const Array array = Array::of(ElementType::kInt64, shape, std::vector<std::int64_t>(count, -3));
    ASSERT_TRUE(write_npy(folder_ / "b.npy", array));
    const Array back = read_npy(folder_ / "b.npy").value();
    EXPECT_EQ(back.shape(), shape);
    EXPECT_EQ(to_floats(back), std::vector<float>(count, -3));
  }
}

TEST_F(Npy, other_orders_of_bytes_and_axes_are_turned) {
  EXPECT_EQ(to_floats(read(testing::npy_of("{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }",
                                           std::string("\x01\x02\xff\xfe", 4)))
                          .value()),
            (std::vector<float>{258, -2}));
  const Array turned = read(testing::npy_of("{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }",
                                            bytes_of<std::int32_t>({1, 4, 2, 5, 3, 6})))
                           .value();
  EXPECT_EQ(to_floats(turned), (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

TEST_F(Npy, elements_that_do_not_begin_at_a_multiple_of_their_size_are_copied) {
  const Array array =
      read(testing::npy_of("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}  ", bytes_of<double>({2.5})))
          .value();
  EXPECT_EQ(array.values<double>()[0], 2.5);
}

TEST_F(Npy, objects_and_words_are_refused) {
  EXPECT_NE(error_of(testing::npy_of("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "x"))
                .find("elements of type `|O`, not numbers"),
            std::string::npos);
  EXPECT_NE(error_of(testing::npy_of("{'descr': '<U3', 'fortran_order': False, 'shape': (1,), }", "x")).find("<U3"),
            std::string::npos);
}

TEST_F(Npy, broken_files_say_how) {
  EXPECT_NE(error_of("").find("does not begin with the letters"), std::string::npos);
  EXPECT_NE(error_of("\x93NUMPY").find("header is cut off"), std::string::npos);
  EXPECT_NE(error_of(saved_by_numpy().substr(0, 60)).find("header is cut off"), std::string::npos);
  EXPECT_NE(error_of(saved_by_numpy().substr(0, 140)).find("12 bytes of elements, float32 of shape (2, 3)"),
            std::string::npos);
  for (const char* header : {"", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3",
                             "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,)}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (2 3)}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': ()} x",
                             "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}"}) {
    EXPECT_NE(error_of(testing::npy_of(header, "")).find("header is broken"), std::string::npos) << header;
  }
}

TEST_F(Npy, a_shape_too_large_to_count_is_not_believed) {
  EXPECT_NE(
      error_of(
          testing::npy_of(
              "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904), }", ""))
          .find("cut off"),
      std::string::npos);
}

TEST_F(Npy, an_npz_gives_its_arrays_by_name) {
  for (const bool compressed : {true, false}) {
    const auto arrays =
        read_npz(write_npz({{"x_train.npy", saved_by_numpy()}, {"notes.txt", "no array"}}, compressed)).value();
    ASSERT_EQ(arrays.size(), 1U);
    EXPECT_EQ(to_floats(arrays.at("x_train")), (std::vector<float>{0, 1, 2, 3, 4, 5}));
  }
}

TEST_F(Npy, a_broken_npz_says_how) {
  EXPECT_EQ(read_npz(folder_ / "none.npz").error().code, ErrorCode::kNotFound);
  EXPECT_NE(read_npz(write("a.npz", "no zip at all")).error().message.find("is no .npz file of NumPy"),
            std::string::npos);
  EXPECT_NE(read_npz(write_npz({{"x.npy", "no array"}})).error().message.find("`x` in `"), std::string::npos);

  const std::filesystem::path path = write_npz({{"x.npy", saved_by_numpy()}}, false);
  std::string bytes = read_file(path).value();
  bytes[bytes.find("NUMPY") + 130] ^= 1;  // an element: its checksum does not fit any more
  EXPECT_NE(read_npz(write("b.npz", bytes)).error().message.find("is damaged"), std::string::npos);
}

TEST_F(Npy, an_npz_that_unpacks_to_too_much_is_not_read) {
  const std::filesystem::path path = write_npz({{"x.npy", saved_by_numpy() + std::string(1 << 20, '\0')}});
  EXPECT_LT(std::filesystem::file_size(path), 4096U);
  EXPECT_NE(read_npz(path, 1 << 20).error().message.find("unpacks to more than 1048576 bytes"), std::string::npos);
}

}  // namespace
}  // namespace neural::data
