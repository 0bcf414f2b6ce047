// The field numbers are those of onnx.proto.
#include "neural/base/check.hpp"
#include "neural/base/protobuf.hpp"
#include "neural/emit/onnx/graph.hpp"

namespace neural::emit::onnx {
namespace {

constexpr std::int64_t kIrVersion = 9;
constexpr std::size_t kWorthBorrowing = 1024;  // bytes; copying fewer costs less than writing them apart

ProtobufMessage message_of(const Graph& graph);

/// AttributeProto; the numbers of `type` are AttributeProto.AttributeType.
struct AttributeWriter {
  ProtobufMessage& message;

  void type(std::int64_t number) const { message.integer(20, number); }

  void operator()(std::int64_t value) const {
    message.integer(3, value);
    type(2);
  }
  void operator()(float value) const {
    message.real(2, value);
    type(1);
  }
  void operator()(const std::string& value) const {
    message.bytes(4, value);
    type(3);
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    message.packed_integers(8, values);
    type(7);
  }
  void operator()(const std::vector<std::string>& values) const {
    for (const std::string& value : values) message.bytes(9, value);
    type(8);
  }
  void operator()(const std::shared_ptr<const Graph>& graph) const {
    message.message(6, message_of(*graph));
    type(5);
  }
};

ProtobufMessage message_of(const Node& node) {
  ProtobufMessage message;
  for (const std::string& input : node.inputs) message.bytes(1, input);
  for (const std::string& output : node.outputs) message.bytes(2, output);
  message.bytes(3, node.name);
  message.bytes(4, node.operation);
  for (const Attribute& attribute : node.attributes) {
    ProtobufMessage each;
    each.bytes(1, attribute.name);
    std::visit(AttributeWriter{each}, attribute.value);
    message.message(5, each);
  }
  return message;
}

/// TensorProto with raw_data, which is little-endian as this machine is (weights/safetensors.cpp asserts it).
ProtobufMessage message_of(const Constant& constant) {
  ProtobufMessage message;
  const auto* array = std::get_if<weights::Array>(&constant.value);
  if (const auto* weight = std::get_if<const weights::Array*>(&constant.value)) array = *weight;
  if (array != nullptr) {
    message.packed_integers(1, array->shape);
    message.integer(2, static_cast<std::int64_t>(ElementType::kFloat));
    message.bytes(8, constant.name);
    const std::string_view bytes = {reinterpret_cast<const char*>(array->values.data()),
                                    array->values.size() * sizeof(float)};
    if (bytes.size() < kWorthBorrowing) {
      message.bytes(9, bytes);
    } else {
      message.borrowed_bytes(9, bytes);
    }
    return message;
  }
  const auto& numbers = std::get<std::vector<std::int64_t>>(constant.value);
  message.integer(1, static_cast<std::int64_t>(numbers.size()));
  message.integer(2, static_cast<std::int64_t>(ElementType::kInt64));
  message.bytes(8, constant.name);
  message.bytes(9, {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(std::int64_t)});
  return message;
}

ProtobufMessage message_of(const ValueInfo& info) {
  ProtobufMessage tensor;
  tensor.integer(1, static_cast<std::int64_t>(info.type));
  if (info.has_shape) {
    ProtobufMessage shape;
    for (const auto& size : info.shape) {
      ProtobufMessage dimension;
      if (const auto* number = std::get_if<std::int64_t>(&size)) {
        dimension.integer(1, *number);
      } else {
        dimension.bytes(2, std::get<std::string>(size));
      }
      shape.message(1, dimension);
    }
    tensor.message(2, shape);
  }
  ProtobufMessage type;
  type.message(1, tensor);
  ProtobufMessage message;
  message.bytes(1, info.name);
  message.message(2, type);
  return message;
}

ProtobufMessage message_of(const Graph& graph) {
  ProtobufMessage message;
  for (const Node& node : graph.nodes) message.message(1, message_of(node));
  message.bytes(2, graph.name);
  for (const Constant& constant : graph.constants) message.message(5, message_of(constant));
  if (!graph.description.empty()) message.bytes(10, graph.description);
  for (const ValueInfo& input : graph.inputs) message.message(11, message_of(input));
  for (const ValueInfo& output : graph.outputs) message.message(12, message_of(output));
  return message;
}

}  // namespace

Pieces serialised(const File& file) {
  ProtobufMessage message;
  message.integer(1, kIrVersion);
  message.bytes(2, "neural");
  message.bytes(3, file.producer_version);
  message.message(7, message_of(file.graph));
  ProtobufMessage operators;
  operators.bytes(1, "");
  operators.integer(2, kOperatorSet);
  message.message(8, operators);
  for (const auto& [key, value] : file.metadata) {
    ProtobufMessage entry;
    entry.bytes(1, key);
    entry.bytes(2, value);
    message.message(14, entry);
  }
  return std::move(message).take();
}

}  // namespace neural::emit::onnx
