#include "neural/base/mapped_file.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "neural/base/files.hpp"

namespace neural {
namespace {

TEST(MappedFile, the_bytes_stay_when_the_file_is_replaced_and_the_object_gone) {
  const std::filesystem::path path = testing::TempDir() + "neural_mapped";
  ASSERT_TRUE(write_file(path, "before"));
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
  {
    const MappedFile file = MappedFile::open(path).value();
    bytes = file.bytes();
    owner = file.owner();
  }
  ASSERT_TRUE(write_file(path, "behind"));
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), "before");
  std::filesystem::remove(path);
}

TEST(MappedFile, an_empty_file_has_no_bytes) {
  const std::filesystem::path path = testing::TempDir() + "neural_mapped_empty";
  ASSERT_TRUE(write_file(path, ""));
  EXPECT_TRUE(MappedFile::open(path).value().bytes().empty());
  std::filesystem::remove(path);
}

TEST(MappedFile, what_is_no_file_is_refused) {
  EXPECT_EQ(MappedFile::open("/no/such/file").error().code, ErrorCode::kNotFound);
  EXPECT_NE(MappedFile::open("/dev/null").error().message.find("no regular file"), std::string::npos);
  EXPECT_FALSE(MappedFile::open("/tmp"));
}

}  // namespace
}  // namespace neural
