#include "neural/base/protobuf.hpp"

#include <bit>

namespace neural {
namespace {

enum WireType { kVarint = 0, kEightBytes = 1, kLengthDelimited = 2, kFourBytes = 5 };

}  // namespace

void ProtobufMessage::integer(int field, std::int64_t value) {
  tag(field, kVarint);
  varint(static_cast<std::uint64_t>(value));
}

void ProtobufMessage::real(int field, float value) {
  tag(field, kFourBytes);
  little_endian(std::bit_cast<std::uint32_t>(value), 4);
}

void ProtobufMessage::real64(int field, double value) {
  tag(field, kEightBytes);
  little_endian(std::bit_cast<std::uint64_t>(value), 8);
}

void ProtobufMessage::bytes(int field, std::string_view value) {
  tag(field, kLengthDelimited);
  varint(value.size());
  pieces_.append(value);
}

void ProtobufMessage::borrowed_bytes(int field, std::string_view value) {
  tag(field, kLengthDelimited);
  varint(value.size());
  pieces_.borrow(value);
}

void ProtobufMessage::message(int field, const ProtobufMessage& value) {
  tag(field, kLengthDelimited);
  varint(value.pieces_.size());
  pieces_.append(value.pieces_);
}

void ProtobufMessage::packed_integers(int field, std::span<const std::int64_t> values) {
  ProtobufMessage packed;
  for (const std::int64_t value : values) packed.varint(static_cast<std::uint64_t>(value));
  message(field, packed);
}

void ProtobufMessage::tag(int field, int wire_type) {
  varint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wire_type));
}

void ProtobufMessage::varint(std::uint64_t value) {
  while (value >= 0x80) {
    pieces_.append(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  pieces_.append(static_cast<char>(value));
}

void ProtobufMessage::little_endian(std::uint64_t bits, int size) {
  for (int i = 0; i < size; ++i) pieces_.append(static_cast<char>((bits >> (8 * i)) & 0xFF));
}

}  // namespace neural
