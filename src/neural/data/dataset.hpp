// Data sets: where they lie, and their arrays as the files have them. What a network makes of them is not known here.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/data/array.hpp"

namespace neural::data {

/// Samples and what is to be learnt of them, row by row.
struct Split {
  std::vector<Array> inputs;  ///< one per input of the network, in its order
  Array targets;

  std::int64_t rows() const { return targets.rows(); }
};

struct Dataset {
  std::string origin;  ///< "`data/mnist`", for messages
  Split train;
  std::optional<Split> test;
};

struct DatasetRequest {
  std::filesystem::path path;        ///< a folder, an .npz file or a .csv file
  std::vector<std::string> inputs;   ///< names of the network's inputs
  std::optional<std::string> label;  ///< of a .csv file: the column of the targets
  std::filesystem::path cache;       ///< folder for arrays that had to be decoded; empty for none
  bool is_mnist = false;             ///< that the files are the published ones is checked
};

/// What is looked for, in this order:
/// - in a folder: MNIST's four IDX files, plain or as .gz; x_train.npy, y_train.npy and, if there, x_test.npy,
///   y_test.npy; train.csv and, if there, test.csv;
/// - in an .npz file: the same four arrays. Of a network with several inputs their names take the place of x;
/// - a .csv file has training data alone.
/// Every split has rows, and as many inputs as targets. Decoded arrays are kept in the cache, and mapped the next time,
/// as long as size and time of the files stay; that the cache cannot be written is no error.
Expected<Dataset> load_dataset(const DatasetRequest& request);

/// The first of the folders with MNIST in it. One that has only some of its files is an error.
Expected<std::filesystem::path> find_mnist(const std::vector<std::filesystem::path>& folders);

}  // namespace neural::data
