#include "neural/base/pieces.hpp"

namespace neural {

void Pieces::append(const Pieces& other) {
  for (const Borrowed& each : other.borrowed_) borrowed_.push_back({copied_.size() + each.position, each.bytes});
  borrowed_size_ += other.borrowed_size_;
  copied_ += other.copied_;
}

void Pieces::borrow(std::string_view bytes) {
  borrowed_.push_back({copied_.size(), bytes});
  borrowed_size_ += bytes.size();
}

Status Pieces::write(const Sink& sink) const {
  const std::string_view copied = copied_;
  std::size_t written = 0;
  for (const Borrowed& each : borrowed_) {
    if (each.position > written) NEURAL_TRY(sink(copied.substr(written, each.position - written)));
    NEURAL_TRY(sink(each.bytes));
    written = each.position;
  }
  return sink(copied.substr(written));
}

std::string Pieces::text() const {
  std::string whole;
  whole.reserve(size());
  std::size_t written = 0;
  for (const Borrowed& each : borrowed_) {
    whole.append(copied_, written, each.position - written).append(each.bytes);
    written = each.position;
  }
  return whole.append(copied_, written);
}

}  // namespace neural
