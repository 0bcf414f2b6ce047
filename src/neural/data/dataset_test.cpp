#include "neural/data/dataset.hpp"

#include "neural/data/npy.hpp"
#include "neural/data/testing.hpp"

namespace neural::data {
namespace {

using testing::idx_of;

class Datasets : public testing::InFolder {
 protected:
  DatasetRequest request(const std::filesystem::path& path) const {
    DatasetRequest result;
    result.path = path;
    result.inputs = {"input"};
    return result;
  }
  void write_idx(const std::string& test_labels = idx_of({1}, "\x05")) const {
    write("train-images-idx3-ubyte", idx_of({2, 1, 2}, "abcd"));
    write_gz("train-labels-idx1-ubyte.gz", idx_of({2}, "\x01\x02"));
    write("t10k-images-idx3-ubyte", idx_of({1, 1, 2}, "ef"));
    write("t10k-labels-idx1-ubyte", test_labels);
  }
  void write_array(const std::string& name, const Shape& shape) const {
    const auto count = static_cast<std::size_t>(element_count(shape).value());
    ASSERT_TRUE(
        write_npy(folder_ / (name + ".npy"), Array::of(ElementType::kFloat32, shape, std::vector<float>(count))));
  }
  std::string error_of(const DatasetRequest& asked) const {
    const Expected<Dataset> dataset = load_dataset(asked);
    return dataset ? "" : dataset.error().message;
  }
};

TEST_F(Datasets, a_folder_of_idx_files) {
  write_idx();
  const Dataset dataset = load_dataset(request(folder_)).value();
  EXPECT_EQ(dataset.train.inputs.at(0).shape(), (Shape{2, 1, 2}));
  EXPECT_EQ(dataset.train.targets.number(1), 2);
  EXPECT_EQ(dataset.test->inputs.at(0).number(1), 'f');
  EXPECT_EQ(dataset.test->rows(), 1);
}

TEST_F(Datasets, one_that_lacks_a_file_says_which) {
  write_idx();
  std::filesystem::remove(folder_ / "t10k-images-idx3-ubyte");
  EXPECT_NE(error_of(request(folder_)).find("lacks `t10k-images-idx3-ubyte`"), std::string::npos);
}

TEST_F(Datasets, what_claims_to_be_mnist_and_is_not_is_refused) {
  write_idx();
  DatasetRequest asked = request(folder_);
  asked.is_mnist = true;
  EXPECT_NE(error_of(asked).find("is not `train-images-idx3-ubyte` of MNIST"), std::string::npos);
}

TEST_F(Datasets, decoded_arrays_are_mapped_the_next_time_until_a_file_changes) {
  write_idx();
  DatasetRequest asked = request(folder_);
  asked.cache = folder_ / "cache";
  EXPECT_EQ(load_dataset(asked).value().test->targets.number(0), 5);
  std::filesystem::path entry;
  for (const auto& file : std::filesystem::directory_iterator(asked.cache)) entry = file.path();
  ASSERT_TRUE(write_npy(entry / "y_test.npy", Array::of<std::uint8_t>(ElementType::kUint8, {1}, {9})));
  EXPECT_EQ(load_dataset(asked).value().test->targets.number(0), 9) << "the cache was not read";

  write_idx(idx_of({1}, "\x07") + "longer");
  EXPECT_EQ(load_dataset(asked).value().test->targets.number(0), 7);
}

TEST_F(Datasets, a_damaged_entry_of_the_cache_is_made_anew) {
  write_idx();
  DatasetRequest asked = request(folder_);
  asked.cache = folder_ / "cache";
  ASSERT_TRUE(load_dataset(asked));
  for (const auto& file : std::filesystem::recursive_directory_iterator(asked.cache)) {
    if (file.path().extension() == ".npy") std::filesystem::resize_file(file.path(), 20);
  }
  EXPECT_EQ(load_dataset(asked).value().test->targets.number(0), 5);
  EXPECT_EQ(load_dataset(asked).value().test->targets.number(0), 5);
}

TEST_F(Datasets, a_cache_that_cannot_be_written_is_no_error) {
  write_idx();
  DatasetRequest asked = request(folder_);
  asked.cache = write("a file", "") / "cache";
  EXPECT_EQ(load_dataset(asked).value().test->targets.number(0), 5);
}

TEST_F(Datasets, the_cache_keeps_a_few_entries) {
  write_idx();
  DatasetRequest asked = request(folder_);
  asked.cache = folder_ / "cache";
  for (int i = 0; i < 12; ++i) {
    write_idx(idx_of({1}, "\x07") + std::string(static_cast<std::size_t>(i), 'x'));
    ASSERT_TRUE(load_dataset(asked));
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(asked.cache), {}), 8);
}

TEST_F(Datasets, a_folder_of_arrays_may_lack_a_test_set) {
  write_array("x_train", {3, 4});
  write_array("y_train", {3});
  EXPECT_FALSE(load_dataset(request(folder_)).value().test);
  write_array("y_test", {2});
  EXPECT_NE(error_of(request(folder_)).find("has no `x_test`"), std::string::npos);
}

TEST_F(Datasets, inputs_of_their_own_names) {
  write_array("left_train", {3, 4});
  write_array("right_train", {3, 2});
  write_array("y_train", {3});
  DatasetRequest asked = request(folder_);
  asked.inputs = {"left", "right"};
  const Dataset dataset = load_dataset(asked).value();
  EXPECT_EQ(dataset.train.inputs.at(1).row_size(), 2);
  write_array("right_train", {2, 2});
  EXPECT_NE(error_of(asked).find("`right_train` has 2 rows, `y_train` has 3"), std::string::npos);
}

TEST_F(Datasets, a_table) {
  const Dataset dataset = load_dataset(request(write("a.csv", "a,label\n0.5,1\n"))).value();
  EXPECT_EQ(dataset.train.inputs.at(0).shape(), (Shape{1, 1}));
  EXPECT_FALSE(dataset.test);
  write("train.csv", "a,label\n0.5,1\n");
  write("test.csv", "a,label\n0.5,1\n1.5,0\n");
  EXPECT_EQ(load_dataset(request(folder_)).value().test->rows(), 2);
}

TEST_F(Datasets, places_without_data_name_the_next_step) {
  EXPECT_NE(error_of(request(folder_ / "none")).find("there is no `"), std::string::npos);
  EXPECT_NE(error_of(request(folder_)).find("holds no data for this network"), std::string::npos);
  EXPECT_NE(error_of(request(write("a.txt", "x"))).find("is no data set for this network"), std::string::npos);
  write_array("x_train", {0, 4});
  write_array("y_train", {0});
  EXPECT_NE(error_of(request(folder_)).find("`x_train` in"), std::string::npos);
}

TEST_F(Datasets, mnist_is_looked_for_in_one_folder_after_another) {
  const std::filesystem::path second = folder_ / "second";
  std::filesystem::create_directory(second);
  const Error error = find_mnist({folder_, second}).error();
  EXPECT_NE(error.message.find("MNIST is not in"), std::string::npos);
  EXPECT_NE(error.help.find("t10k-labels-idx1-ubyte"), std::string::npos);
  write_idx();
  EXPECT_EQ(find_mnist({second, folder_}).value(), folder_);
  std::filesystem::remove(folder_ / "t10k-labels-idx1-ubyte");
  EXPECT_NE(find_mnist({folder_, second}).error().message.find("lacks `t10k-labels-idx1-ubyte`"), std::string::npos);
}

}  // namespace
}  // namespace neural::data
