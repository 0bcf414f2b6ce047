#include "neural/bench/plan/variant.hpp"

#include <fmt/format.h>

namespace neural::bench::plan {

std::string label_of(std::string_view model, const Variant& variant) {
  std::string label(model);
  char mark = '@';
  if (variant.level != kUsualLevel) {
    label += mark + variant.level;
    mark = '-';
  }
  if (variant.batch_size) label += fmt::format("{}b{}", mark, *variant.batch_size);
  return label;
}

std::string_view model_of(std::string_view label) {
  return label.substr(0, label.rfind('@'));
}

}  // namespace neural::bench::plan
