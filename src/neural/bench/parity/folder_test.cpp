#include "neural/bench/parity/folder.hpp"

#include "neural/bench/parity/testing.hpp"

namespace neural::bench::parity {
namespace {

class FolderTest : public ScratchTest {
 protected:
  void SetUp() override {
    ScratchTest::SetUp();
    write_parity(scratch_, Program{});
    index_ = read_json(scratch_ / "index.json").value();
  }
  /// The message for an index that has been changed, without the name of the file.
  std::string error_of(const Json& index) const {
    put(scratch_ / "index.json", pretty_json(index));
    const Expected<Folder> folder = read_folder(scratch_);
    if (folder) return "no error";
    const std::string name = "`" + (scratch_ / "index.json").string() + "`: ";
    EXPECT_TRUE(folder.error().message.starts_with(name)) << folder.error().message;
    return folder.error().message.substr(name.size());
  }

  Json index_;
};

TEST_F(FolderTest, reads_what_a_worker_wrote) {
  const Expected<Folder> folder = read_folder(scratch_);
  ASSERT_TRUE(folder) << folder.error().message;
  ASSERT_EQ(folder->parameters.size(), 3U);
  EXPECT_EQ(folder->parameters[1].name, "dense.bias");
  EXPECT_EQ(folder->parameters[0].shape, (Shape{6, 6}));
  EXPECT_EQ(folder->initial_loss, 2.3);
  EXPECT_EQ(folder->gradients.size(), 3U);
  EXPECT_EQ(folder->weights.at(10)[2], "step10_2.npy");
  EXPECT_EQ(folder->loop_weights.size(), 3U);
  EXPECT_EQ(folder->losses.size(), 200U);
  EXPECT_EQ(read_tensor(*folder, folder->gradients, 1)->shape(), (Shape{6}));
}

TEST_F(FolderTest, tells_what_is_missing) {
  for (const std::string key : {"schema", "parameters", "step0_loss", "gradients", "weights", "losses"}) {
    Json index = index_;
    index.erase(key);
    EXPECT_EQ(error_of(index), "`" + key + "` is missing");
  }
}

TEST_F(FolderTest, weights_after_a_loop_may_be_missing) {
  index_.erase("loop_weights");
  EXPECT_EQ(error_of(index_), "no error");
}

TEST_F(FolderTest, tells_what_does_not_fit) {
  const auto with = [&](const Json::json_pointer& place, Json value) {
    Json index = index_;
    index[place] = std::move(value);
    return error_of(index);
  };
  using Place = Json::json_pointer;
  EXPECT_EQ(with(Place("/schema"), 2), "schema 2, expected 1");
  EXPECT_EQ(with(Place("/parameters"), Json::array()), "there are no parameters");
  EXPECT_EQ(with(Place("/gradients"), {"a.npy"}), "`gradients` has 1 files for 3 parameters");
  EXPECT_EQ(with(Place("/gradients/1"), "../a.npy"), "`../a.npy` is not the name of a file in this folder");
  EXPECT_EQ(with(Place("/gradients/1"), ""), "`` is not the name of a file in this folder");
  EXPECT_EQ(with(Place("/weights/x"), {"a", "b", "c"}), "`x` in `weights` is not a number of steps");
  EXPECT_EQ(with(Place("/weights/0"), {"a", "b", "c"}), "`0` in `weights` is not a number of steps");
  EXPECT_EQ(with(Place("/step0_loss"), nullptr), "`step0_loss` is not a number");
  EXPECT_EQ(with(Place("/losses/7"), nullptr), "the loss of step 8 is not a number");
  EXPECT_EQ(with(Place("/parameters/0/shape"), "wide"), "`shape` is of the wrong kind: string");
}

TEST_F(FolderTest, an_index_that_is_missing_or_no_json_is_named) {
  put(scratch_ / "index.json", "{\"schema\": 1, \"step0_loss\": NaN}");
  EXPECT_NE(read_folder(scratch_).error().message.find("index.json`: not JSON"), std::string::npos);
  std::filesystem::remove(scratch_ / "index.json");
  EXPECT_EQ(read_folder(scratch_).error().code, ErrorCode::kNotFound);
}

TEST_F(FolderTest, a_tensor_must_have_the_shape_of_its_parameter) {
  put(scratch_ / "gradient_1.npy", npy<float>({1, 2}, "(2,)", "<f4"));
  const Folder folder = read_folder(scratch_).value();
  const Expected<Array> tensor = read_tensor(folder, folder.gradients, 1);
  ASSERT_FALSE(tensor);
  EXPECT_EQ(tensor.error().message, "`" + (scratch_ / "gradient_1.npy").string() +
                                        "`: has the shape (2,), the parameter `dense.bias` has (6,)");
}

}  // namespace
}  // namespace neural::bench::parity
