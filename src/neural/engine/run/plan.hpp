// A Graph made ready to run: which operations follow each other without a barrier, and where each value lies.
#pragma once

#include <cstdint>
#include <vector>

#include "neural/engine/graph/graph.hpp"
#include "neural/engine/run/sharing.hpp"

namespace neural::engine {

/// Operations of the same units, of which unit i needs of the others no unit but i: a thread takes some units at a time
/// through all of them, as many as its cache holds the results of.
struct Group {
  std::vector<std::int32_t> operations;
  std::int64_t units = 1;
  std::int64_t together = 1;  ///< units at a time
};

/// Groups that every thread runs one behind the other for its own units, without waiting for the others.
struct Segment {
  std::vector<Group> groups;
};
std::vector<std::int32_t> operations_of(const Segment& segment);

/// Where the elements of a value are.
struct Storage {
  enum class Kind : std::uint8_t {
    kArena,  ///< in the arena, from `offset` on
    kInput,  ///< where the caller has input `index`
    kState,  ///< where state `index` is kept
    kNone    ///< nobody reads or writes it
  };
  Kind kind = Kind::kNone;
  std::int64_t offset = 0;  ///< bytes
  std::int32_t index = 0;
};

struct Plan {
  std::vector<Sharing> sharings;  ///< by operation
  std::vector<Segment> segments;  ///< with a barrier behind each
  std::vector<Storage> storages;  ///< by value
  std::int64_t arena_bytes = 0;
  std::vector<std::int32_t>
      copied_states;  ///< those whose new value has a place of its own, and is copied behind the step
};

/// `batch` is the size of the first axis by which most operations are shared out.
Plan plan_of(const Graph& graph, std::int64_t batch);

}  // namespace neural::engine
