#include "neural/base/protobuf.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <bit>

namespace neural {
namespace {

enum WireType { kVarint = 0, kEightBytes = 1, kLengthDelimited = 2, kFourBytes = 5 };

/// Memory that is new costs a fault of a page for each 4 KiB first written, which takes longer than the writing; pages
/// of 2 MiB cost one for each of those. The system may have none to give, which changes nothing but the time.
void ask_for_large_pages(char* memory, std::size_t size) {
#ifdef MADV_HUGEPAGE
  constexpr std::size_t kWorthIt = std::size_t{4} << 20;
  if (size < kWorthIt) return;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t skipped = page - reinterpret_cast<std::uintptr_t>(memory) % page;
  madvise(memory + skipped, (size - skipped) / page * page, MADV_HUGEPAGE);
#endif
}

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
  text_ += value;
}

void ProtobufMessage::borrowed_bytes(int field, std::string_view value) {
  tag(field, kLengthDelimited);
  varint(value.size());
  borrowed_.push_back({text_.size(), value});
  borrowed_size_ += value.size();
}

void ProtobufMessage::message(int field, const ProtobufMessage& value) {
  tag(field, kLengthDelimited);
  varint(value.size());
  for (const Borrowed& each : value.borrowed_) borrowed_.push_back({text_.size() + each.position, each.bytes});
  borrowed_size_ += value.borrowed_size_;
  text_ += value.text_;
}

std::string ProtobufMessage::text() const {
  std::string whole;
  whole.reserve(size());
  ask_for_large_pages(whole.data(), whole.capacity());
  std::size_t written = 0;
  for (const Borrowed& each : borrowed_) {
    whole.append(text_, written, each.position - written).append(each.bytes);
    written = each.position;
  }
  return whole.append(text_, written);
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
    text_ += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  text_ += static_cast<char>(value);
}

void ProtobufMessage::little_endian(std::uint64_t bits, int size) {
  for (int i = 0; i < size; ++i) text_ += static_cast<char>((bits >> (8 * i)) & 0xFF);
}

}  // namespace neural
