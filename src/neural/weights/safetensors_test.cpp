#include "neural/weights/safetensors.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "neural/model/testing.hpp"
#include "neural/weights/initial_weights.hpp"

namespace neural::weights {
namespace {

class Safetensors : public testing::Test {
 protected:
  Safetensors() : path_(std::filesystem::temp_directory_path() / ("neural_weights_" + std::to_string(getpid()))) {}
  ~Safetensors() override { std::filesystem::remove(path_); }

  std::string error_of(const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
    const auto read = read_safetensors(path_);
    return read ? "" : read.error().message;
  }

  /// A file of this header and these bytes.
  static std::string file_of(const std::string& header, const std::string& numbers) {
    std::string length(8, '\0');
    for (int i = 0; i < 8; ++i) length[i] = static_cast<char>((header.size() >> (8 * i)) & 0xFF);
    return length + header + numbers;
  }

  std::filesystem::path path_;
};

TEST_F(Safetensors, come_back_as_they_were_written) {
  const Weights weights = {{"a/kernel", {{2, 3}, {1, 2, 3, 4, 5, 6.5F}}}, {"b", {{}, {-1}}}, {"none", {{0, 4}, {}}}};
  ASSERT_TRUE(write_safetensors(path_, weights));
  const auto read = read_safetensors(path_);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, weights);
}

TEST_F(Safetensors, of_half_precision_become_float32) {
  const std::string header =
      R"({"h": {"dtype": "F16", "shape": [3], "data_offsets": [0, 6]}, "b": {"dtype": "BF16", "shape": [1], "data_offsets": [6, 8]}})";
  std::ofstream(path_, std::ios::binary) << file_of(header, std::string("\x00\x3E\x01\x00\x00\xC0\x80\x3F", 8));
  const auto read = read_safetensors(path_);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->at("h").values, (std::vector<float>{1.5F, 0x1p-24F, -2.0F}));
  EXPECT_EQ(read->at("b").values, (std::vector<float>{1.0F}));
}

TEST_F(Safetensors, that_are_broken_are_refused) {
  EXPECT_NE(error_of("").find("shorter than 8 bytes"), std::string::npos);
  EXPECT_NE(error_of(std::string(8, '\xFF')).find("longer than the file"), std::string::npos);
  EXPECT_NE(error_of(file_of("{", "")).find("its header"), std::string::npos);
  EXPECT_NE(error_of(file_of("[]", "")).find("no object"), std::string::npos);
  EXPECT_NE(error_of(file_of(R"({"a": 1})", "")).find("`dtype` is missing"), std::string::npos);
  const auto entry = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return file_of(
        R"({"a": {"dtype": ")" + dtype + R"(", "shape": )" + shape + R"(, "data_offsets": )" + offsets + "}}",
        std::string(8, '\0'));
  };
  EXPECT_EQ(error_of(entry("F32", "[2]", "[0, 8]")), "");
  EXPECT_NE(error_of(entry("I64", "[1]", "[0, 8]")).find("type `I64`"), std::string::npos);
  for (const char* offsets : {"[0, 9]", "[0, 18446744073709551615]"}) {
    EXPECT_NE(error_of(entry("F32", "[2]", offsets)).find("ends before the numbers of `a`"), std::string::npos);
  }
  for (const char* offsets : {"[8, 0]", "[0]"}) {
    EXPECT_NE(error_of(entry("F32", "[2]", offsets)).find("`a` has no place"), std::string::npos) << offsets;
  }
  for (const char* shape : {"[-2]", "[4611686018427387904, 4611686018427387904]"}) {
    EXPECT_NE(error_of(entry("F32", shape, "[0, 8]")).find("`a` has no place"), std::string::npos) << shape;
  }
  EXPECT_NE(error_of(entry("F32", "[3]", "[0, 8]")).find("the place of `a` is not"), std::string::npos);
  EXPECT_NE(error_of(entry("F32", "[2]", "[4, 8]")).find("the place of `a` is not"), std::string::npos);
}

TEST_F(Safetensors, have_each_byte_in_one_tensor) {
  const auto two = [](const std::string& second, std::size_t bytes) {
    return file_of(
        R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "b": {"dtype": "F32", "shape": [1],)"
        R"( "data_offsets": )" +
            second + "}}",
        std::string(bytes, '\0'));
  };
  EXPECT_EQ(error_of(two("[8, 12]", 12)), "");
  EXPECT_NE(error_of(two("[4, 8]", 8)).find("`b` does not begin where the one before ends"), std::string::npos);
  EXPECT_NE(error_of(two("[12, 16]", 16)).find("`b` does not begin where"), std::string::npos);
  EXPECT_NE(error_of(two("[8, 12]", 15)).find("3 bytes at its end are of no tensor"), std::string::npos);
  EXPECT_NE(error_of(two("[-4, 0]", 12)).find("`b` has no place"), std::string::npos);
}

TEST_F(Safetensors, are_listed_by_their_header) {
  std::ofstream(path_, std::ios::binary) << file_of(
      R"({"__metadata__": {"by": "us"}, "b": {"dtype": "I64", "shape": [2, 1], "data_offsets": [0, 16]},)"
      R"( "a": {"dtype": "F32", "shape": [], "data_offsets": [16, 20]}})",
      std::string(20, '\0'));
  const auto listed = list_safetensors(path_);
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_EQ(listed->size(), 2U);
  EXPECT_EQ(listed->front().name, "b");
  EXPECT_EQ(listed->front().dtype, "I64");
  EXPECT_EQ(listed->front().shape, (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(listed->back().end - listed->back().begin, 4U);
  std::ofstream(path_, std::ios::binary) << std::string(8, '\x7F');
  EXPECT_FALSE(list_safetensors(path_));
}

TEST_F(Safetensors, of_another_network_are_refused) {
  const model::Model model = model::testing::model_of("Dense(2)", "(3)", "loss: mse");
  Weights weights = initial_weights(model, 1);
  ASSERT_TRUE(write_safetensors(path_, weights));
  EXPECT_TRUE(read_weights(path_, model));
  weights["dense/kernel"].shape = {2, 3};
  ASSERT_TRUE(write_safetensors(path_, weights));
  const auto turned = read_weights(path_, model);
  ASSERT_FALSE(turned);
  EXPECT_NE(turned.error().message.find("has the shape [2, 3]; the network wants [3, 2]"), std::string::npos);
  weights.erase("dense/kernel");
  ASSERT_TRUE(write_safetensors(path_, weights));
  const auto partial = read_weights(path_, model);
  ASSERT_FALSE(partial);
  EXPECT_NE(partial.error().message.find("has no weights `dense/kernel`"), std::string::npos);
}

}  // namespace
}  // namespace neural::weights
