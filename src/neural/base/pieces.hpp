// Bytes that are written once, some of them from where they are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "neural/base/files.hpp"

namespace neural {

/// Bytes one behind the other: copied, or borrowed, which have to last as long as this and are read when it is written.
class Pieces {
 public:
  Pieces() = default;
  explicit Pieces(std::string bytes) : copied_(std::move(bytes)) {}

  void append(char byte) { copied_ += byte; }
  void append(std::string_view bytes) { copied_ += bytes; }
  void append(const Pieces& other);
  void borrow(std::string_view bytes);

  std::size_t size() const { return copied_.size() + borrowed_size_; }

  /// Piece by piece, as they are.
  Status write(const Sink& sink) const;

  std::string text() const;

 private:
  struct Borrowed {
    std::size_t position = 0;  ///< in copied_, which goes on behind the bytes
    std::string_view bytes;
  };

  std::string copied_;
  std::vector<Borrowed> borrowed_;
  std::size_t borrowed_size_ = 0;
};

}  // namespace neural
