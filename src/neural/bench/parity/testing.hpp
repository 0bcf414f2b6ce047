// Tests only: writes parity folders of a small network that trains the way Adam does at its first steps.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "neural/base/json.hpp"

namespace neural::bench::parity {

/// An NPY file of version 1.0, as NumPy writes it; `Number` says what is stored, `kind` what the header claims.
template <class Number>
std::string npy(const std::vector<double>& values, const std::string& shape, const std::string& kind,
                const std::string& fortran = "False") {
  std::string header = "{'descr': '" + kind + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string file = std::string("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  file += header;
  for (const double value : values) {
    const Number number = static_cast<Number>(value);
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    file.append(bytes, sizeof number);
  }
  return file;
}

/// Without the care of write_file, whose waiting for the disk would take most of the tests' time.
inline void put(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// A folder that is removed again.
class ScratchTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "neural_parity_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    scratch_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(scratch_); }

  std::filesystem::path scratch_;
};

/// What a side computes. Its weights after k steps are the initial ones less learning_rate * sign(gradient) * k.
struct Program {
  struct Tensor {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<double> initial;
    std::vector<double> gradient;
  };

  std::vector<Tensor> tensors = {weight("dense.weight", 6), bias("dense.bias", 6), weight("output.weight", 6)};
  double learning_rate = 0.001;
  double first_loss = 2.3;
  /// Factors on what is written.
  double gradient_factor = 1;
  double late_loss_factor = 1;

  static Tensor weight(std::string name, std::int64_t size) {
    Tensor tensor{std::move(name), {size, size}, {}, {}};
    for (std::int64_t i = 0; i < size * size; ++i) {
      tensor.initial.push_back(0.08 * std::sin(1.7 * static_cast<double>(i) + 0.3));
      tensor.gradient.push_back(0.01 * std::cos(2.9 * static_cast<double>(i) + 0.1));
    }
    return tensor;
  }
  static Tensor bias(std::string name, std::int64_t size) {
    Tensor tensor{std::move(name), {size}, std::vector<double>(static_cast<std::size_t>(size), 0.0), {}};
    for (std::int64_t i = 0; i < size; ++i) tensor.gradient.push_back(0.02 * std::sin(static_cast<double>(i) + 0.5));
    tensor.gradient[2] = 0;  // a dead unit
    return tensor;
  }

  std::vector<double> after(const Tensor& tensor, int steps) const {
    std::vector<double> values;
    for (std::size_t i = 0; i < tensor.initial.size(); ++i) {
      const double gradient = tensor.gradient[i];
      const double sign = gradient > 0 ? 1 : gradient < 0 ? -1 : 0;
      values.push_back(tensor.initial[i] - learning_rate * steps * sign);
    }
    return values;
  }
};

inline std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (const std::int64_t size : shape) text += std::to_string(size) + ", ";
  return text + ")";
}

/// The folder a worker would write, 200 steps long.
template <class Number = float>
void write_parity(const std::filesystem::path& folder, const Program& program) {
  const std::string kind = sizeof(Number) == 4 ? "<f4" : "<f8";
  const auto save = [&](const std::string& prefix, auto values_of) {
    Json files = Json::array();
    for (const Program::Tensor& tensor : program.tensors) {
      files.push_back(prefix + "_" + std::to_string(files.size()) + ".npy");
      put(folder / files.back().get<std::string>(), npy<Number>(values_of(tensor), shape_text(tensor.shape), kind));
    }
    return files;
  };
  const auto after = [&](int steps) {
    return [&, steps](const Program::Tensor& tensor) { return program.after(tensor, steps); };
  };
  Json index = {{"schema", 1}, {"parameters", Json::array()}, {"step0_loss", program.first_loss}};
  for (const Program::Tensor& tensor : program.tensors) {
    index["parameters"].push_back({{"name", tensor.name}, {"shape", tensor.shape}});
  }
  index["gradients"] = save("gradient", [&](const Program::Tensor& tensor) {
    std::vector<double> gradient = tensor.gradient;
    for (double& value : gradient) value *= program.gradient_factor;
    return gradient;
  });
  index["weights"] = {{"1", save("step1", after(1))}, {"10", save("step10", after(10))}};
  index["loop_weights"] = save("loop", after(4));
  for (int step = 1; step <= 200; ++step) {
    const double loss = program.first_loss / (1 + 100 * program.learning_rate * step);
    index["losses"].push_back(step > 100 ? loss * program.late_loss_factor : loss);
  }
  put(folder / "index.json", pretty_json(index));
}

}  // namespace neural::bench::parity
