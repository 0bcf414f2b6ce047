#include "neural/estimate/memory.hpp"

#include "neural/estimate/work.hpp"

namespace neural::estimate {

using model::OptimizerKind;
using model::Parameter;

namespace {

std::int64_t slots_of_kind(const model::Optimizer& optimizer) {
  const model::Attributes& parameters = optimizer.parameters;
  switch (optimizer.kind) {
    case OptimizerKind::SGD:
      return parameters.number(Parameter::momentum) > 0 ? 1 : 0;
    case OptimizerKind::RMSprop:
      return 1 + (parameters.number(Parameter::momentum) > 0 ? 1 : 0) +
             (parameters.boolean(Parameter::centered) ? 1 : 0);
    case OptimizerKind::Adam:
    case OptimizerKind::AdamW:
      return 2 + (parameters.boolean(Parameter::amsgrad) ? 1 : 0);
    case OptimizerKind::Adagrad:
    case OptimizerKind::Lion:
      return 1;
    case OptimizerKind::Adadelta:
    case OptimizerKind::Adamax:
    case OptimizerKind::Nadam:
    case OptimizerKind::Ftrl:
      return 2;
  }
  return 0;
}

}  // namespace

std::int64_t optimizer_slots(const model::Optimizer& optimizer) {
  return slots_of_kind(optimizer) + (optimizer.parameters.boolean(Parameter::use_ema) ? 1 : 0);
}

Amount input_bytes(const model::Input& input) {
  return elements(input.shape) * (input.is_integer ? 8 : 4);
}

std::int64_t weight_bytes(const model::Layer& layer) {
  const model::Attribute* type = layer.attributes.find(Parameter::dtype);
  if (type == nullptr) return 4;
  const auto& name = std::get<std::string>(type->value);
  if (name == "float64") return 8;
  return name == "float32" ? 4 : 2;
}

std::int64_t activation_bytes(const model::Layer& layer, bool mixed_precision) {
  const std::int64_t bytes = weight_bytes(layer);
  return mixed_precision && bytes == 4 ? 2 : bytes;
}

}  // namespace neural::estimate
