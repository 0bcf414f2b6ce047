#include "neural/engine/run/executor.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/engine/run/fuse.hpp"
#include "neural/engine/run/graph_runner.hpp"
#include "neural/engine/run/memory.hpp"

namespace neural::engine {

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
