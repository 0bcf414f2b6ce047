#include "neural/engine/run/executor.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/engine/run/fuse.hpp"
#include "neural/engine/run/plan.hpp"
#include "neural/engine/run/tasks.hpp"

namespace neural::engine {
namespace {

constexpr std::size_t kElement = 4;
constexpr std::size_t kAlignment = 64;

std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

/// Zeroed, at a multiple of a page, in large pages where the system has them.
std::shared_ptr<void> allocate(std::size_t bytes) {
  constexpr std::size_t kLargePage = std::size_t{1} << 21;
  const std::size_t size = std::max(bytes, std::size_t{1});
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  NEURAL_CHECK(memory != MAP_FAILED, "out of memory");
  if (size >= kLargePage) ::madvise(memory, size, MADV_HUGEPAGE);
  return {memory, [size](void* begin) { ::munmap(begin, size); }};
}

std::size_t bytes_of(const Graph& graph, ValueId id) {
  return static_cast<std::size_t>(element_count(graph.shape(id))) * kElement;
}

char* moved(void* memory, std::int64_t offset) {
  return static_cast<char*>(memory) + offset;
}

}  // namespace

States::States(const Graph& graph) {
  std::size_t total = 0;
  std::vector<std::size_t> offsets;
  for (const State& state : graph.states) {
    names_.push_back(state.name);
    sizes_.push_back(static_cast<std::size_t>(element_count(graph.shape(state.before))));
    offsets.push_back(total);
    total += aligned(sizes_.back() * kElement) + 256;
  }
  memory_ = allocate(total);
  for (const std::size_t offset : offsets) {
    places_.push_back(reinterpret_cast<float*>(moved(memory_.get(), static_cast<std::int64_t>(offset))));
  }
}

float* States::find(const std::string& name) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  return found == names_.end() ? nullptr : places_[static_cast<std::size_t>(found - names_.begin())];
}

std::span<float> States::elements(std::size_t index) {
  return {places_[index], sizes_[index]};
}

namespace {

/// One graph, or the body of a scan: what every thread does in a step.
class GraphRunner {
 public:
  /// Inputs from `first_steady` on stay what they are while the graph runs, however often.
  GraphRunner(const Graph& graph, std::int64_t batch, std::size_t first_steady, Team& team, const Kernels& kernels)
      : graph_(graph), plan_(plan_of(graph, batch)), team_(team) {
    const SteadyValues steady = steady_values(graph, first_steady);
    state_.values.assign(graph.values.size(), nullptr);
    state_.scalars.assign(graph.scalars.size(), 0);
    arena_ = allocate(static_cast<std::size_t>(plan_.arena_bytes));
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
      if (plan_.storages[i].kind == Storage::Kind::kArena)
        state_.values[i] = moved(arena_.get(), plan_.storages[i].offset);
    }
    tasks_.resize(graph.operations.size());
    scans_.resize(graph.operations.size());
    for (std::size_t i = 0; i < graph.operations.size(); ++i) {
      const Operation& operation = graph.operations[i];
      if (const auto* scan = std::get_if<Scan>(&operation.action)) {
        scans_[i] = std::make_unique<GraphRunner>(
            *scan->body, batch, static_cast<std::size_t>(scan->sequences + scan->states), team, kernels);
        scans_[i]->prepare_scan(*scan);
        scratch_floats_ = std::max(scratch_floats_, scans_[i]->scratch_floats_);
      } else {
        tasks_[i] = task_of(graph, operation, plan_.sharings[i], kernels, state_, steady);
        if (tasks_[i].preparation_units > 0) prepared_.push_back(i);
        scratch_floats_ = std::max(scratch_floats_, tasks_[i].scratch_floats);
      }
    }
  }

  const Plan& plan() const { return plan_; }
  StepState& state() { return state_; }
  std::int64_t scratch_floats() const { return scratch_floats_; }
  std::int64_t arena_bytes() const {
    std::int64_t bytes = plan_.arena_bytes;
    for (const auto& scan : scans_) bytes += scan ? scan->arena_bytes() : 0;
    return bytes;
  }

  void set_value(ValueId id, void* place) {
    // With all values that are the same elements in another shape.
    const Storage& storage = plan_.storages[static_cast<std::size_t>(id.index)];
    for (std::size_t i = 0; i < plan_.storages.size(); ++i) {
      const Storage& other = plan_.storages[i];
      if (other.kind == storage.kind && other.index == storage.index && storage.kind != Storage::Kind::kArena) {
        state_.values[i] = place;
      }
    }
  }

  /// What tasks make of steady values, by all threads.
  void prepare(int thread) {
    if (prepared_.empty()) return;
    for (const std::size_t i : prepared_) {
      const Range range = share_of(tasks_[i].preparation_units, thread, team_.size());
      if (range.begin < range.end) tasks_[i].prepare(range.begin, range.end);
    }
    team_.wait();
  }

  /// By all threads, with a barrier behind each segment.
  void run(int thread, float* scratch) {
    for (const Segment& segment : plan_.segments) {
      for (const Group& group : segment.groups) {
        const auto first = static_cast<std::size_t>(group.operations.front());
        if (scans_[first]) {
          scans_[first]->run_scan(*this, graph_.operations[first], thread, scratch);
          continue;
        }
        const Range range = share_of(group.units, thread, team_.size());
        for (std::int64_t begin = range.begin; begin < range.end; begin += group.together) {
          const std::int64_t end = std::min(range.end, begin + group.together);
          for (const std::int32_t index : group.operations) {
            tasks_[static_cast<std::size_t>(index)].run(begin, end, scratch);
          }
        }
      }
      team_.wait();
    }
  }

  std::string explanation(const std::string& indentation) const {
    std::string text;
    int number = 0;
    for (const Segment& segment : plan_.segments) {
      text += fmt::format("{}segment {}\n", indentation, ++number);
      for (const std::int32_t index : operations_of(segment)) {
        const auto i = static_cast<std::size_t>(index);
        const Operation& operation = graph_.operations[i];
        text += fmt::format("{}  {} {} {}: {}, {} units\n", indentation, operation.origin,
                            action_name(operation.action), to_string(graph_.shape(operation.outputs.front())),
                            scans_[i] ? "step by step" : tasks_[i].kernel, plan_.sharings[i].units);
        if (scans_[i]) text += scans_[i]->explanation(indentation + "    ");
      }
    }
    return text;
  }

 private:
  /// A copy of elements that all threads share: each its part.
  void copy_share(const void* from, void* to, std::size_t bytes, int thread) const {
    const Range range = share_of(static_cast<std::int64_t>(bytes), thread, team_.size(), kAlignment);
    std::memcpy(static_cast<char*>(to) + range.begin, static_cast<const char*>(from) + range.begin,
                static_cast<std::size_t>(range.end - range.begin));
  }

  /// Room for the states between two steps.
  void prepare_scan(const Scan& scan) {
    std::size_t total = 0;
    for (int i = 0; i < scan.states; ++i) {
      const ValueId id = graph_.inputs[static_cast<std::size_t>(scan.sequences + i)];
      state_offsets_.push_back(total);
      total += aligned(bytes_of(graph_, id)) + 256;
    }
    state_memory_ = allocate(total);
  }

  /// This is the body's; `outer` has the values around it.
  void run_scan(GraphRunner& outer, const Operation& operation, int thread, float* scratch) {
    const Scan& scan = std::get<Scan>(operation.action);
    const auto value = [&](ValueId id) { return outer.state_.values[static_cast<std::size_t>(id.index)]; };
    const auto states = static_cast<std::size_t>(scan.states);
    const auto sequences = static_cast<std::size_t>(scan.sequences);
    const auto state_place = [&](std::size_t i) {
      return moved(state_memory_.get(), static_cast<std::int64_t>(state_offsets_[i]));
    };
    const auto number_of = [&](std::int64_t turn) { return scan.reversed ? scan.steps - 1 - turn : turn; };
    const auto read_step = [&](std::int64_t number) {
      for (std::size_t i = 0; i < sequences; ++i) {
        const std::size_t bytes = bytes_of(graph_, graph_.inputs[i]);
        set_value(graph_.inputs[i], moved(value(operation.inputs[i]), number * static_cast<std::int64_t>(bytes)));
      }
    };
    for (std::size_t i = 0; i < states; ++i) {
      copy_share(value(operation.inputs[sequences + i]), state_place(i), bytes_of(graph_, graph_.inputs[sequences + i]),
                 thread);
    }
    if (thread == 0) {
      state_.scalars = outer.state_.scalars;
      state_.seed = outer.state_.seed;
      state_.number = outer.state_.number;
      for (std::size_t i = 0; i < states; ++i) set_value(graph_.inputs[sequences + i], state_place(i));
      for (std::size_t i = sequences + states; i < graph_.inputs.size(); ++i)
        set_value(graph_.inputs[i], value(operation.inputs[i]));
      if (scan.steps > 0) read_step(number_of(0));
    }
    team_.wait();
    prepare(thread);
    for (std::int64_t turn = 0; turn < scan.steps; ++turn) {
      run(thread, scratch);
      for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
        const ValueId id = graph_.outputs[i];
        const std::size_t bytes = bytes_of(graph_, id);
        void* from = state_.values[static_cast<std::size_t>(id.index)];
        if (i < states) continue;
        copy_share(from, moved(value(operation.outputs[i]), number_of(turn) * static_cast<std::int64_t>(bytes)), bytes,
                   thread);
      }
      // What is given of this step may be the state before it, which is written over only now.
      team_.wait();
      for (std::size_t i = 0; i < states; ++i) {
        const ValueId id = graph_.outputs[i];
        void* from = state_.values[static_cast<std::size_t>(id.index)];
        if (from != state_place(i)) copy_share(from, state_place(i), bytes_of(graph_, id), thread);
      }
      if (thread == 0 && turn + 1 < scan.steps) read_step(number_of(turn + 1));
      team_.wait();
    }
    for (std::size_t i = 0; i < states; ++i) {
      copy_share(state_place(i), value(operation.outputs[i]), bytes_of(graph_, graph_.outputs[i]), thread);
    }
  }

  const Graph& graph_;
  Plan plan_;
  Team& team_;
  StepState state_;
  std::shared_ptr<void> arena_;
  std::vector<Task> tasks_;                          ///< by operation
  std::vector<std::size_t> prepared_;                ///< operations whose tasks prepare something
  std::vector<std::unique_ptr<GraphRunner>> scans_;  ///< by operation; null where it is no scan
  std::int64_t scratch_floats_ = 0;
  std::shared_ptr<void> state_memory_;  ///< of a scan
  std::vector<std::size_t> state_offsets_;
};

}  // namespace

class Executor::Program {
 public:
  Program(const Graph& graph, std::int64_t batch, States& states, Team& team, Isa isa)
      : graph_(fused(graph)), team_(team), runner_(graph_, batch, graph_.inputs.size(), team, kernels_of(isa)) {
    for (const State& state : graph_.states) {
      float* place = states.find(state.name);
      NEURAL_CHECK(place != nullptr, "a state that the others do not have");
      runner_.set_value(state.before, place);
    }
    const std::size_t each = aligned(static_cast<std::size_t>(runner_.scratch_floats()) * kElement) + 256;
    scratch_ = allocate(each * static_cast<std::size_t>(team.size()));
    scratch_step_ = each;
    work_ = [this](int thread) { run_thread(thread); };
  }

  void run(std::span<const void* const> inputs, std::uint64_t seed, std::int64_t step) {
    NEURAL_CHECK(inputs.size() == graph_.inputs.size());
    StepState& state = runner_.state();
    for (std::size_t i = 0; i < inputs.size(); ++i) runner_.set_value(graph_.inputs[i], const_cast<void*>(inputs[i]));
    for (std::size_t i = 0; i < graph_.scalars.size(); ++i) state.scalars[i] = graph_.scalars[i].value(step);
    state.seed = seed;
    state.number = static_cast<std::uint64_t>(step);
    team_.run(work_);
  }

  const float* output(std::size_t index) {
    return static_cast<const float*>(runner_.state().values[static_cast<std::size_t>(graph_.outputs[index].index)]);
  }
  std::int64_t arena_bytes() const { return runner_.arena_bytes(); }
  std::string explanation() const { return runner_.explanation(""); }

 private:
  void run_thread(int thread) {
    auto* scratch = reinterpret_cast<float*>(
        moved(scratch_.get(), static_cast<std::int64_t>(scratch_step_ * static_cast<std::size_t>(thread))));
    runner_.prepare(thread);
    runner_.run(thread, scratch);
    const std::vector<std::int32_t>& copied = runner_.plan().copied_states;
    for (const std::int32_t index : copied) {
      const State& state = graph_.states[static_cast<std::size_t>(index)];
      const auto value = [&](ValueId id) { return runner_.state().values[static_cast<std::size_t>(id.index)]; };
      const Range range = share_of(element_count(graph_.shape(state.before)), thread, team_.size(), 16);
      std::memcpy(static_cast<float*>(value(state.before)) + range.begin,
                  static_cast<const float*>(value(state.after)) + range.begin,
                  static_cast<std::size_t>(range.end - range.begin) * kElement);
    }
  }

  const Graph graph_;
  Team& team_;
  GraphRunner runner_;
  std::shared_ptr<void> scratch_;
  std::size_t scratch_step_ = 0;
  std::function<void(int)> work_;
};

Executor::Executor(const Graph& graph, std::int64_t batch, States& states, Team& team, Isa isa)
    : program_(std::make_unique<Program>(graph, batch, states, team, isa)) {}
Executor::~Executor() = default;

void Executor::run(std::span<const void* const> inputs, std::uint64_t seed, std::int64_t step) {
  program_->run(inputs, seed, step);
}
const float* Executor::output(std::size_t index) const {
  return program_->output(index);
}
std::int64_t Executor::arena_bytes() const {
  return program_->arena_bytes();
}
std::string Executor::explanation() const {
  return program_->explanation();
}

}  // namespace neural::engine
