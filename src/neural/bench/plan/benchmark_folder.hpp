// For tests: a folder with benchmarks in it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "neural/base/files.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::plan {

class BenchmarkFolder {
 public:
  const std::filesystem::path& path() const { return folder_.path(); }

  void add_model(const std::string& model) { write(model + "/model.neural", "network " + model + " {}\n"); }

  void add_contender(const std::string& model, const std::string& name, const std::string& backend,
                     const std::string& level, const std::string& reference = "") {
    const std::string last = reference.empty() ? "" : "REFERENCE = \"" + reference + "\"\n";
    write(model + "/" + name + ".py", "BACKEND = \"" + backend + "\"\nLEVEL = \"" + level + "\"\n" + last);
  }

  /// A model with an idiomatic and a tuned contender for PyTorch and TensorFlow.
  void add_benchmark(const std::string& model) {
    add_model(model);
    for (const char* backend : {"pytorch", "tensorflow"}) {
      add_contender(model, std::string(backend) + "_native", backend, "idiomatic");
      add_contender(model, std::string(backend) + "_tuned", backend, "tuned");
    }
  }

  void write(const std::filesystem::path& place, const std::string& text) {
    ASSERT_TRUE(make_folder((path() / place).parent_path()));
    ASSERT_TRUE(write_file(path() / place, text));
  }

 private:
  process::ScratchFolder folder_ = process::ScratchFolder::make().value();
};

}  // namespace neural::bench::plan
