// Against the examples of the encoding guide of Protocol Buffers, and bytes worked out by hand.
#include "neural/base/protobuf.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace neural {
namespace {

using namespace std::string_literals;

TEST(ProtobufMessage, writes_integers_seven_bits_a_byte) {
  ProtobufMessage message;
  message.integer(1, 150);
  EXPECT_EQ(message.text(), "\x08\x96\x01"s);
}

TEST(ProtobufMessage, writes_negative_integers_in_ten_bytes) {
  ProtobufMessage message;
  message.integer(1, -1);
  EXPECT_EQ(message.text(), "\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"s);
}

TEST(ProtobufMessage, writes_text_behind_its_length) {
  ProtobufMessage message;
  message.bytes(2, "testing");
  EXPECT_EQ(message.text(), "\x12\x07testing"s);
}

TEST(ProtobufMessage, writes_messages_within) {
  ProtobufMessage inner;
  inner.integer(1, 150);
  ProtobufMessage message;
  message.message(3, inner);
  EXPECT_EQ(message.text(), "\x1A\x03\x08\x96\x01"s);
}

TEST(ProtobufMessage, writes_real_numbers_in_four_bytes) {
  ProtobufMessage message;
  message.real(2, 1.0F);
  EXPECT_EQ(message.text(), "\x15\x00\x00\x80\x3F"s);
}

TEST(ProtobufMessage, writes_double_numbers_in_eight_bytes) {
  ProtobufMessage message;
  message.real64(1, -2.0);
  EXPECT_EQ(message.text(), "\x09\x00\x00\x00\x00\x00\x00\x00\xC0"s);
}

TEST(ProtobufMessage, packs_lists_and_numbers_fields_above_fifteen) {
  ProtobufMessage message;
  message.packed_integers(20, std::vector<std::int64_t>{3, 270});
  EXPECT_EQ(message.text(), "\xA2\x01\x03\x03\x8E\x02"s);
}

TEST(ProtobufMessage, writes_borrowed_bytes_as_others_wherever_they_stand) {
  std::string large(300, 'x');
  ProtobufMessage inner;
  inner.borrowed_bytes(1, large);
  inner.integer(2, 5);
  inner.borrowed_bytes(3, "");
  ProtobufMessage message;
  message.borrowed_bytes(1, "first");
  message.message(2, inner);
  message.message(2, inner);
  message.bytes(3, "last");
  large[0] = 'y';  // which is read at the end
  const std::string within = "\x0A\xAC\x02" + large + "\x10\x05\x1A" + "\x00"s;
  const std::string each = "\x12\xB3\x02" + within;
  EXPECT_EQ(message.text(), "\x0A\x05" + "first"s + each + each + "\x1A\x04" + "last");
}

}  // namespace
}  // namespace neural
