// The wire format of Protocol Buffers, as much of it as writing needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace neural {

/// One message, written field by field.
class ProtobufMessage {
 public:
  void integer(int field, std::int64_t value);
  void real(int field, float value);
  void real64(int field, double value);
  void bytes(int field, std::string_view value);           ///< of strings, too
  void borrowed_bytes(int field, std::string_view value);  ///< not copied before text(), so they have to last
  void message(int field, const ProtobufMessage& value);
  void packed_integers(int field, std::span<const std::int64_t> values);

  std::string text() const;

 private:
  void tag(int field, int wire_type);
  void varint(std::uint64_t value);
  void little_endian(std::uint64_t bits, int size);

  struct Borrowed {
    std::size_t position = 0;  ///< in text_, which goes on behind the bytes
    std::string_view bytes;
  };

  std::size_t size() const { return text_.size() + borrowed_size_; }

  std::string text_;
  std::vector<Borrowed> borrowed_;
  std::size_t borrowed_size_ = 0;
};

}  // namespace neural
