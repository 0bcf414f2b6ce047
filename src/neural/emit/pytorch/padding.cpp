#include "neural/emit/pytorch/padding.hpp"

#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {

std::string sides_of(const std::vector<Padding>& paddings) {
  std::vector<std::int64_t> sides;
  for (auto padding = paddings.rbegin(); padding != paddings.rend(); ++padding) {
    sides.insert(sides.end(), {padding->before, padding->after});
  }
  return python_tuple(sides);
}

}  // namespace neural::emit::pytorch
