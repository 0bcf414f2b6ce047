// A graph that has been made ready, and what every thread does of it in a step.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "neural/engine/run/memory.hpp"
#include "neural/engine/run/plan.hpp"
#include "neural/engine/run/tasks.hpp"
#include "neural/engine/run/team.hpp"

namespace neural::engine {

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
        const auto make = [&] {
          scans_[i].push_back(std::make_unique<GraphRunner>(
              *scan->body, batch, static_cast<std::size_t>(scan->sequences + scan->states), team, kernels));
          scans_[i].back()->prepare_scan(*scan);
          scans_[i].back()->row_units_ = scans_[i].back()->row_units_of(*scan);
        };
        make();
        // A runner for each thread, where none of them needs anything of another's rows.
        while (scans_[i].back()->row_units_ > 0 && static_cast<int>(scans_[i].size()) < team.size()) make();
        scratch_floats_ = std::max(scratch_floats_, scans_[i].front()->scratch_floats_);
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
    for (const auto& runners : scans_) {
      for (const auto& runner : runners) bytes += runner->arena_bytes();
    }
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
        if (const auto& runners = scans_[first]; !runners.empty()) {
          const Operation& operation = graph_.operations[first];
          if (runners.front()->row_units_ > 0) {
            runners[static_cast<std::size_t>(thread)]->run_scan_by_rows(*this, operation, thread, scratch);
          } else {
            runners.front()->run_scan(*this, operation, thread, scratch);
          }
          continue;
        }
        run_group(group, share_of(group.units, thread, team_.size()), scratch);
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
        text +=
            fmt::format("{}  {} {} {}: {}, {} units\n", indentation, operation.origin, action_name(operation.action),
                        to_string(graph_.shape(operation.outputs.front())), kernel_of(i), plan_.sharings[i].units);
        if (!scans_[i].empty()) text += scans_[i].front()->explanation(indentation + "    ");
      }
    }
    return text;
  }

 private:
  std::string_view kernel_of(std::size_t operation) const {
    if (scans_[operation].empty()) return tasks_[operation].kernel;
    return scans_[operation].front()->row_units_ > 0 ? "step by step, each thread its rows" : "step by step";
  }

  void run_group(const Group& group, const Range& range, float* scratch) {
    for (std::int64_t begin = range.begin; begin < range.end; begin += group.together) {
      const std::int64_t end = std::min(range.end, begin + group.together);
      for (const std::int32_t index : group.operations)
        tasks_[static_cast<std::size_t>(index)].run(begin, end, scratch);
    }
  }

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

  /// As many as rows of the batch go through all steps of this body on their own; 0 where they do not.
  std::int64_t row_units_of(const Scan& scan) const {
    if (plan_.segments.size() != 1 || plan_.segments.front().groups.empty()) return 0;
    const std::int64_t units = plan_.segments.front().groups.front().units;
    const auto changing = graph_.inputs.begin() + (scan.sequences + scan.states);
    const auto has_rows = [&](ValueId id) {
      const Shape& shape = graph_.shape(id);
      return !shape.empty() && shape.front() % units == 0;
    };
    if (units < 2 || !std::all_of(graph_.outputs.begin(), graph_.outputs.end(), has_rows) ||
        !std::all_of(graph_.inputs.begin(), changing, has_rows)) {
      return 0;
    }
    for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
      const Operation& operation = graph_.operations[i];
      const Sharing& sharing = plan_.sharings[i];
      if (std::holds_alternative<Scan>(operation.action) || sharing.units != units) return 0;
      for (std::size_t from = 0; from < operation.inputs.size(); ++from) {
        const bool changes = std::find(graph_.inputs.begin(), changing, operation.inputs[from]) != changing;
        if (changes && !sharing.is_aligned[from]) return 0;
      }
    }
    return units;
  }

  /// The steps of this thread's rows, without waiting for the others. This runner is the thread's own.
  void run_scan_by_rows(const GraphRunner& outer, const Operation& operation, int thread, float* scratch) {
    const Scan& scan = std::get<Scan>(operation.action);
    const Range rows = share_of(row_units_, thread, team_.size());
    if (rows.begin >= rows.end) return;
    const auto value = [&](ValueId id) { return outer.state_.values[static_cast<std::size_t>(id.index)]; };
    const auto own = [&](ValueId id) { return state_.values[static_cast<std::size_t>(id.index)]; };
    const auto states = static_cast<std::size_t>(scan.states);
    const auto sequences = static_cast<std::size_t>(scan.sequences);
    const auto state_place = [&](std::size_t i) {
      return moved(state_memory_.get(), static_cast<std::int64_t>(state_offsets_[i]));
    };
    const auto copy_rows = [&](const void* from, void* to, std::size_t bytes) {
      if (from == to) return;
      const std::size_t row = bytes / static_cast<std::size_t>(row_units_);
      const std::size_t begin = static_cast<std::size_t>(rows.begin) * row;
      std::memcpy(static_cast<char*>(to) + begin, static_cast<const char*>(from) + begin,
                  static_cast<std::size_t>(rows.end - rows.begin) * row);
    };
    const auto at_step = [&](void* sequence, std::int64_t number, std::size_t bytes) {
      return moved(sequence, number * static_cast<std::int64_t>(bytes));
    };
    state_.scalars = outer.state_.scalars;
    state_.seed = outer.state_.seed;
    state_.number = outer.state_.number;
    for (std::size_t i = 0; i < states; ++i) {
      const ValueId id = graph_.inputs[sequences + i];
      copy_rows(value(operation.inputs[sequences + i]), state_place(i), bytes_of(graph_, id));
      set_value(id, state_place(i));
    }
    for (std::size_t i = sequences + states; i < graph_.inputs.size(); ++i)
      set_value(graph_.inputs[i], value(operation.inputs[i]));
    for (const std::size_t i : prepared_) tasks_[i].prepare(0, tasks_[i].preparation_units);
    for (std::int64_t turn = 0; turn < scan.steps; ++turn) {
      const std::int64_t number = scan.reversed ? scan.steps - 1 - turn : turn;
      for (std::size_t i = 0; i < sequences; ++i) {
        const ValueId id = graph_.inputs[i];
        set_value(id, at_step(value(operation.inputs[i]), number, bytes_of(graph_, id)));
      }
      for (const Group& group : plan_.segments.front().groups) run_group(group, rows, scratch);
      for (std::size_t i = states; i < graph_.outputs.size(); ++i) {
        const ValueId id = graph_.outputs[i];
        const std::size_t bytes = bytes_of(graph_, id);
        copy_rows(own(id), at_step(value(operation.outputs[i]), number, bytes), bytes);
      }
      // What is given of this step may be the state before it, which is written over only now.
      for (std::size_t i = 0; i < states; ++i)
        copy_rows(own(graph_.outputs[i]), state_place(i), bytes_of(graph_, graph_.outputs[i]));
    }
    for (std::size_t i = 0; i < states; ++i)
      copy_rows(state_place(i), value(operation.outputs[i]), bytes_of(graph_, graph_.outputs[i]));
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
  std::vector<Task> tasks_;            ///< by operation
  std::vector<std::size_t> prepared_;  ///< operations whose tasks prepare something
  /// By operation, those of a scan: one for all threads, or one for each.
  std::vector<std::vector<std::unique_ptr<GraphRunner>>> scans_;
  std::int64_t scratch_floats_ = 0;
  std::int64_t row_units_ = 0;          ///< of a scan that goes by rows
  std::shared_ptr<void> state_memory_;  ///< of a scan
  std::vector<std::size_t> state_offsets_;
};

}  // namespace neural::engine
