// What `neural train`, `evaluate` and `predict` have in common: data, processors, and how scores are told.
#pragma once

#include <optional>
#include <string>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/data/dataset.hpp"
#include "neural/engine/train/trainer.hpp"
#include "neural/model/model.hpp"

namespace neural::cli {

/// For `--help`.
inline constexpr const char* kDataHelp =
    "Data: `mnist`; a folder of MNIST's IDX files, of x_train.npy, y_train.npy, x_test.npy, y_test.npy, or of "
    "train.csv and\n"
    "test.csv; an .npz with these arrays; a .csv. A network of several inputs has arrays of their names in place of "
    "x.\n"
    "Without --data it is the data set that the file names. MNIST is looked for in $NEURAL_DATA, in data/mnist here "
    "and\n"
    "above the file, and in the user's cache.\n";
inline constexpr const char* kIsaHelp = "NEURAL_ISA=avx2 (or portable, avx512) takes that instruction set.\n";

struct DataChoice {
  std::string file;                  ///< the .neural file
  std::optional<std::string> data;   ///< --data
  std::optional<std::string> label;  ///< --label
};
Expected<data::Dataset> load_data(const model::Model& model, const DataChoice& choice);

/// What NEURAL_ISA names, else the best there is.
Expected<engine::Isa> chosen_isa();

/// "  loss 0.0812  accuracy 0.9750", each name behind the prefix.
std::string scores_text(const engine::Scores& scores, const std::string& prefix = {});
Json scores_json(const engine::Scores& scores);

std::int64_t peak_memory_bytes();  ///< of this process

std::string with_commas(std::int64_t count);  ///< "60,000"

}  // namespace neural::cli
