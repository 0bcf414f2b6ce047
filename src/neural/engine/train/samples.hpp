// The rows of a data set as a network takes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/data/dataset.hpp"
#include "neural/engine/graph/graph.hpp"
#include "neural/model/model.hpp"

namespace neural::engine {

/// One input, or the targets.
struct Column {
  enum class Kind : std::uint8_t {
    kReal,    ///< float32
    kBytes,   ///< uint8, of which 255 is 1
    kInteger  ///< int32
  };
  Kind kind{};
  Shape row;          ///< of one sample
  data::Array array;  ///< [rows, …]

  std::int64_t row_size() const { return element_count(row); }
};

struct Samples {
  std::int64_t rows = 0;
  std::vector<Column> columns;  ///< the inputs in the network's order, then the targets

  Samples slice(std::int64_t begin, std::int64_t end) const;  ///< shares the elements
};

/// As generated programs prepare them: images of uint8 are scaled from 0..255 to 0..1 where they are read, an axis of 1
/// behind is added, rows of a flat input may have any shape; one-hot rows and class numbers become what the loss takes.
/// Unknown sizes of the network become those of the data. `split` is "train" or "test",
/// for messages, or empty.
Expected<Samples> prepare_samples(const model::Model& model, const data::Split& data, const std::string& origin,
                                  const std::string& split);

/// The inputs alone, an array for each in the network's order, which have the same number of rows.
Expected<Samples> prepare_inputs(const model::Model& model, const std::vector<data::Array>& arrays,
                                 const std::string& origin);

/// The last rows, as many as `validation_split` of the program asks for, which `samples` then lack; none where it asks
/// for none. An error where either part would be empty.
Expected<std::optional<Samples>> hold_out_validation(const model::Model& model, Samples& samples);

/// That every id is one that the graph's tables have.
Status check_ids(const Graph& graph, const Samples& samples, const std::string& origin, const std::string& split);

}  // namespace neural::engine
