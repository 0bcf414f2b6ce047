// The wire format of Protocol Buffers, as much of it as writing needs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "neural/base/pieces.hpp"

namespace neural {

/// One message, written field by field.
class ProtobufMessage {
 public:
  void integer(int field, std::int64_t value);
  void real(int field, float value);
  void real64(int field, double value);
  void bytes(int field, std::string_view value);           ///< of strings, too
  void borrowed_bytes(int field, std::string_view value);  ///< Pieces::borrow
  void message(int field, const ProtobufMessage& value);
  void packed_integers(int field, std::span<const std::int64_t> values);

  std::string text() const { return pieces_.text(); }
  Pieces take() && { return std::move(pieces_); }

 private:
  void tag(int field, int wire_type);
  void varint(std::uint64_t value);
  void little_endian(std::uint64_t bits, int size);

  Pieces pieces_;
};

}  // namespace neural
