// What a backend emits.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "neural/base/pieces.hpp"

namespace neural::emit {

/// The bytes of a file. Those of weights are not copied: they are written from where they are, so the weights that
/// Options names have to last as long.
class Output {
 public:
  explicit Output(std::string program) : pieces_(std::move(program)) {}
  /// `keeps` is what owns the bytes that are borrowed, besides Options::weights.
  Output(Pieces pieces, std::shared_ptr<const void> keeps) : pieces_(std::move(pieces)), keeps_(std::move(keeps)) {}

  Status write(const Sink& sink) const { return pieces_.write(sink); }
  std::string text() const { return pieces_.text(); }

 private:
  Pieces pieces_;
  std::shared_ptr<const void> keeps_;
};

}  // namespace neural::emit
