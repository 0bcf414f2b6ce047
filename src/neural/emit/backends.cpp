#include "neural/emit/backends.hpp"

#include <array>

#include "neural/emit/onnx/onnx.hpp"
#include "neural/emit/pytorch/pytorch.hpp"
#include "neural/emit/tensorflow/tensorflow.hpp"

namespace neural::emit {
namespace {

constexpr std::array kBackends = {
    Backend{"tensorflow", "TensorFlow", ".py", emit_tensorflow, changes_of_tensorflow},
    Backend{"pytorch", "PyTorch", ".py", emit_pytorch, changes_of_pytorch},
    Backend{"onnx", "ONNX", ".onnx", emit_onnx, nullptr},
};

}  // namespace

std::span<const Backend> backends() {
  return kBackends;
}

const Backend* find_backend(std::string_view name) {
  for (const Backend& backend : kBackends) {
    if (backend.name == name) return &backend;
  }
  return nullptr;
}

}  // namespace neural::emit
