#include "neural/engine/run/plan.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "neural/base/check.hpp"

namespace neural::engine {
namespace {

constexpr std::int32_t kNobody = -1;
constexpr std::int64_t kAlignment = 64;
/// Between the values of the arena: so that what one thread writes is fetched ahead by none that reads its neighbour.
constexpr std::int64_t kGap = 256;

std::size_t at(ValueId id) {
  return static_cast<std::size_t>(id.index);
}

class Planner {
 public:
  Planner(const Graph& graph, std::int64_t batch) : graph_(graph), producers_(producers(graph)) {
    for (const Operation& operation : graph.operations) plan_.sharings.push_back(sharing_of(graph, operation, batch));
    readers_.resize(graph.values.size());
    for (std::size_t i = 0; i < graph.operations.size(); ++i) {
      for (const ValueId id : graph.operations[i].inputs) readers_[at(id)].push_back(static_cast<std::int32_t>(i));
    }
    find_updates();
  }

  Plan run() {
    schedule();
    find_roots();
    place_states();
    place_in_arena();
    return std::move(plan_);
  }

 private:
  const Operation& operation(std::int32_t index) const { return graph_.operations[static_cast<std::size_t>(index)]; }
  const Sharing& sharing(std::int32_t index) const { return plan_.sharings[static_cast<std::size_t>(index)]; }

  /// Which state an operation gives the new value of; it writes over the old one, so that all others have to have read
  /// it.
  void find_updates() {
    updates_.assign(graph_.operations.size(), {});
    for (std::size_t i = 0; i < graph_.states.size(); ++i) {
      const State& state = graph_.states[i];
      if (state.after == state.before) continue;
      const std::int32_t producer = producers_[at(state.after)];
      if (producer != kNobody) updates_[static_cast<std::size_t>(producer)].push_back(static_cast<std::int32_t>(i));
    }
  }

  /// Part i of the value is read by unit i of the operation, of as many units as `units`.
  bool reads_by_part(std::int32_t index, ValueId id, std::int64_t units) const {
    if (sharing(index).units != units) return false;
    for (std::size_t i = 0; i < operation(index).inputs.size(); ++i) {
      if (operation(index).inputs[i] == id && !sharing(index).is_aligned[i]) return false;
    }
    return true;
  }

  /// Whether it can go into the segment that is being filled, behind what is in it.
  bool may_join(std::int32_t index) const {
    for (const ValueId id : operation(index).inputs) {
      const std::int32_t producer = producers_[at(id)];
      if (producer == kNobody || segment_of_[static_cast<std::size_t>(producer)] != current_) continue;
      if (!sharing(producer).writes_aligned || !reads_by_part(index, id, sharing(producer).units)) return false;
    }
    for (const std::int32_t state : updates_[static_cast<std::size_t>(index)]) {
      const ValueId before = graph_.states[static_cast<std::size_t>(state)].before;
      for (const std::int32_t reader : readers_[at(before)]) {
        if (reader == index) {
          if (!reads_by_part(index, before, sharing(index).units)) continue;
        } else if (segment_of_[static_cast<std::size_t>(reader)] == current_) {
          if (!sharing(index).writes_aligned || !reads_by_part(reader, before, sharing(index).units)) return false;
        }
      }
    }
    return true;
  }

  bool is_ready(std::int32_t index) const {
    const auto is_done = [&](std::int32_t other) { return segment_of_[static_cast<std::size_t>(other)] != kNobody; };
    for (const ValueId id : operation(index).inputs) {
      const std::int32_t producer = producers_[at(id)];
      if (producer != kNobody && !is_done(producer)) return false;
    }
    for (const std::int32_t state : updates_[static_cast<std::size_t>(index)]) {
      for (const std::int32_t reader : readers_[at(graph_.states[static_cast<std::size_t>(state)].before)]) {
        if (reader != index && !is_done(reader)) return false;
      }
    }
    return true;
  }

  /// As many operations as possible before each barrier, in their order.
  void schedule() {
    segment_of_.assign(graph_.operations.size(), kNobody);
    std::vector<std::int32_t> left(graph_.operations.size());
    std::iota(left.begin(), left.end(), 0);
    while (!left.empty()) {
      std::vector<std::int32_t> segment;
      bool grows = true;
      while (grows) {
        grows = false;
        std::vector<std::int32_t> still_left;
        for (const std::int32_t index : left) {
          if (is_ready(index) && may_join(index)) {
            segment_of_[static_cast<std::size_t>(index)] = current_;
            segment.push_back(index);
            grows = true;
          } else {
            still_left.push_back(index);
          }
        }
        left = std::move(still_left);
      }
      NEURAL_CHECK(!segment.empty(), "operations that wait for each other");
      plan_.segments.push_back({groups_of(segment)});
      ++current_;
    }
  }

  /// Neighbours of the same units. What packs a whole matrix each time it is called goes by itself.
  std::vector<Group> groups_of(const std::vector<std::int32_t>& operations) const {
    std::vector<Group> groups;
    bool may_follow = false;
    for (const std::int32_t index : operations) {
      const Action& action = operation(index).action;
      const bool is_alone = std::holds_alternative<Matmul>(action) || std::holds_alternative<MatmulThen>(action) ||
                            std::holds_alternative<ConvolutionKernel>(action) ||
                            std::holds_alternative<MaximaConvolutionKernel>(action) ||
                            std::holds_alternative<Scan>(action);
      const std::int64_t units = sharing(index).units;
      if (!may_follow || is_alone || groups.back().units != units) groups.push_back({{}, units, units});
      groups.back().operations.push_back(index);
      may_follow = !is_alone;
    }
    for (Group& group : groups) group.together = units_together(group);
    return groups;
  }

  std::int64_t units_together(const Group& group) const {
    if (group.operations.size() == 1) return group.units;
    constexpr std::int64_t kCache = std::int64_t{256} << 10;
    constexpr std::int64_t kElement = 4;
    std::int64_t bytes = 0;
    for (const std::int32_t index : group.operations) {
      if (std::holds_alternative<Reshape>(operation(index).action)) continue;
      for (const ValueId id : operation(index).outputs) bytes += element_count(graph_.shape(id)) * kElement;
    }
    return std::clamp<std::int64_t>(kCache * group.units / std::max<std::int64_t>(bytes, 1), 1, group.units);
  }

  /// A Reshape gives the very elements of its input.
  void find_roots() {
    roots_.resize(graph_.values.size());
    for (std::size_t i = 0; i < roots_.size(); ++i) roots_[i] = static_cast<std::int32_t>(i);
    for (const Operation& each : graph_.operations) {
      if (std::holds_alternative<Reshape>(each.action)) roots_[at(each.outputs[0])] = roots_[at(each.inputs[0])];
    }
  }
  std::size_t root(ValueId id) const { return static_cast<std::size_t>(roots_[at(id)]); }

  void place_states() {
    plan_.storages.resize(graph_.values.size());
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
      plan_.storages[at(graph_.inputs[i])] = {Storage::Kind::kInput, 0, static_cast<std::int32_t>(i)};
    }
    for (std::size_t i = 0; i < graph_.states.size(); ++i) {
      plan_.storages[at(graph_.states[i].before)] = {Storage::Kind::kState, 0, static_cast<std::int32_t>(i)};
    }
    for (std::size_t i = 0; i < graph_.states.size(); ++i) {
      const State& state = graph_.states[i];
      if (state.after == state.before) continue;
      Storage& storage = plan_.storages[root(state.after)];
      if (writes_in_place(state) && storage.kind == Storage::Kind::kNone) {
        storage = {Storage::Kind::kState, 0, static_cast<std::int32_t>(i)};
      } else {
        plan_.copied_states.push_back(static_cast<std::int32_t>(i));
      }
    }
  }

  /// An elementwise operation that reads each element before it writes over it; nobody reads the old value later.
  bool writes_in_place(const State& state) const {
    const std::int32_t producer = producers_[at(state.after)];
    if (producer == kNobody) return false;
    const Action& action = operation(producer).action;
    const bool has_matrices = std::holds_alternative<MatmulThen>(action);
    if (!has_matrices && !std::holds_alternative<Elementwise>(action)) return false;
    for (std::size_t i = 0; i < operation(producer).inputs.size(); ++i) {
      const ValueId input = operation(producer).inputs[i];
      if (root(input) != root(state.before)) continue;
      if ((has_matrices && i < 2) || graph_.shape(input) != graph_.shape(state.after)) return false;
    }
    return std::find(graph_.outputs.begin(), graph_.outputs.end(), state.before) == graph_.outputs.end();
  }

  struct Life {
    std::size_t value = 0;
    std::int64_t bytes = 0;
    std::int32_t first = std::numeric_limits<std::int32_t>::max();  ///< segments
    std::int32_t last = -1;
  };

  std::vector<Life> lives() const {
    std::vector<Life> all(graph_.values.size());
    const auto touch = [&](ValueId id, std::int32_t segment) {
      Life& life = all[root(id)];
      life.first = std::min(life.first, segment);
      life.last = std::max(life.last, segment);
    };
    for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
      for (const ValueId id : graph_.operations[i].inputs) touch(id, segment_of_[i]);
      for (const ValueId id : graph_.operations[i].outputs) touch(id, segment_of_[i]);
    }
    // What is looked at behind the step lives on.
    for (const ValueId id : graph_.outputs) touch(id, current_);
    for (const State& state : graph_.states) touch(state.after, current_);
    std::vector<Life> result;
    constexpr std::int64_t kElement = 4;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].last < 0 || plan_.storages[i].kind != Storage::Kind::kNone) continue;
      all[i].value = i;
      const std::int64_t bytes = element_count(graph_.values[i].shape) * kElement;
      all[i].bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment + kGap;
      result.push_back(all[i]);
    }
    return result;
  }

  /// The largest first, each at the lowest place where nothing lives at the same time.
  void place_in_arena() {
    std::vector<Life> all = lives();
    std::stable_sort(all.begin(), all.end(), [](const Life& a, const Life& b) { return a.bytes > b.bytes; });
    std::vector<std::pair<Life, std::int64_t>> placed;  // by offset
    for (const Life& life : all) {
      std::int64_t offset = 0;
      for (const auto& [other, begin] : placed) {
        if (other.last < life.first || life.last < other.first) continue;
        if (offset + life.bytes <= begin) break;
        offset = std::max(offset, begin + other.bytes);
      }
      const auto place = std::upper_bound(placed.begin(), placed.end(), offset,
                                          [](std::int64_t value, const auto& entry) { return value < entry.second; });
      placed.insert(place, {life, offset});
      plan_.storages[life.value] = {Storage::Kind::kArena, offset, 0};
      plan_.arena_bytes = std::max(plan_.arena_bytes, offset + life.bytes);
    }
    for (std::size_t i = 0; i < roots_.size(); ++i) {
      plan_.storages[i] = plan_.storages[static_cast<std::size_t>(roots_[i])];
    }
  }

  const Graph& graph_;
  std::vector<std::int32_t> producers_;
  std::vector<std::vector<std::int32_t>> readers_;  ///< by value
  std::vector<std::vector<std::int32_t>> updates_;  ///< by operation: states
  std::vector<std::int32_t> segment_of_;            ///< by operation; -1: not yet
  std::int32_t current_ = 0;
  std::vector<std::int32_t> roots_;  ///< by value
  Plan plan_;
};

}  // namespace

std::vector<std::int32_t> operations_of(const Segment& segment) {
  std::vector<std::int32_t> all;
  for (const Group& group : segment.groups) all.insert(all.end(), group.operations.begin(), group.operations.end());
  return all;
}

Plan plan_of(const Graph& graph, std::int64_t batch) {
  return Planner(graph, batch).run();
}

}  // namespace neural::engine
