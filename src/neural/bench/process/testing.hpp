// For tests: the events of a complete run, as a worker would send them.
#pragma once

#include <cmath>
#include <string>

#include "neural/bench/process/events.hpp"
#include "neural/bench/process/worker_plan.hpp"

namespace neural::bench::process {

/// How fast the imagined program is.
struct Pace {
  double step_seconds = 0.001;
  double fixed_seconds = 0.01;
  std::int64_t peak_bytes = 500'000'000;
};

class CompleteRun {
 public:
  CompleteRun(const WorkerPlan& plan, const Pace& pace) : plan_(plan), pace_(pace) {
    add("start", {{"pid", 1}, {"schema", 1}});
    add("import_end", {{"versions", {{"python", "3.11"}}}, {"seconds", 0.5}});
    add("model_built", {{"parameters", 101'770}, {"seconds", 0.01}});
    add("data_ready", {{"train_rows", plan.train_rows}, {"test_rows", plan.test_rows}, {"seconds", 0.1}});
    add("environment", {{"threads", Json::object()}, {"tasks", 2}, {"cpus", 2}, {"variables", Json::object()}});
    add_task();
    if (plan.task != Task::kParity) add("train_end", {{"seconds", train_seconds_}});
    if (plan.task == Task::kFull) {
      add("evaluate_end", {{"loss", 0.3}, {"accuracy", 0.9}, {"rows", plan.test_rows}, {"seconds", 0.1}});
    }
    for (const char* phase : {"import", "build", "data", "warmup", "train", "evaluate"}) add_memory(phase);
    add("exit", {{"status", 0}});
  }

  const Events& events() const { return events_; }

  std::string text() const {
    std::string lines;
    for (const Json& event : events_) lines += compact_json(event) + "\n";
    return lines;
  }

 private:
  void add(const char* name, Json keys) {
    Json event = {{"event", name}, {"t", ++time_ * 1'000'000}};
    event.update(keys);
    events_.push_back(std::move(event));
  }

  double seconds_of(std::int64_t steps) const {
    return pace_.fixed_seconds + static_cast<double>(steps) * pace_.step_seconds;
  }

  void add_slice(const char* kind, std::int64_t steps) {
    add("slice", {{"kind", kind},
                  {"rows", steps * plan_.batch_size},
                  {"steps", steps},
                  {"seconds", seconds_of(steps)},
                  {"loss", 0.5}});
    train_seconds_ += seconds_of(steps);
  }

  void add_epoch(std::int64_t epoch, bool evaluated) {
    const std::int64_t steps = plan_.steps_per_epoch();
    Json keys = {{"epoch", epoch},
                 {"rows", plan_.train_rows},
                 {"steps", steps},
                 {"seconds", seconds_of(steps)},
                 {"loss", 1.0 / static_cast<double>(epoch + 1)}};
    keys["test_loss"] = evaluated ? Json(0.3) : Json();
    keys["test_accuracy"] = evaluated ? Json(0.9) : Json();
    add("epoch", keys);
    train_seconds_ += seconds_of(steps);
  }

  void add_task() {
    switch (plan_.task) {
      case Task::kParity:
        add("parity",
            {{"folder", plan_.parity->folder.string()},
             {"step_seconds", std::vector<double>(static_cast<std::size_t>(plan_.parity->steps), pace_.step_seconds)}});
        break;
      case Task::kFull:
        for (std::int64_t epoch = 1; epoch <= plan_.epochs; ++epoch) add_epoch(epoch, true);
        break;
      case Task::kPair:
        add("warmup_end", {{"first_step_seconds", 0.2}, {"seconds", 0.3}, {"steps", plan_.pair->warmup_steps}});
        add_slice("short", plan_.pair->short_steps);
        add_slice("long", plan_.pair->long_steps);
        break;
      case Task::kMemory:
        add_epoch(1, false);
        break;
    }
  }

  void add_memory(const char* phase) {
    add("memory", {{"phase", phase}, {"peak_bytes", pace_.peak_bytes}, {"begin_bytes", 1000}, {"method", "VmHWM"}});
  }

  WorkerPlan plan_;
  Pace pace_;
  Events events_;
  std::int64_t time_ = 0;
  double train_seconds_ = 0;
};

}  // namespace neural::bench::process
