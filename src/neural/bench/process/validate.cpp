#include "neural/bench/process/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "neural/base/text.hpp"

namespace neural::bench::process {
namespace {

using Names = std::vector<std::string_view>;

struct Number {
  std::string_view event;
  std::string_view key;
};

// Numbers an event of that name must have. A loss that is not finite arrives as null.
constexpr std::array kNumbers = {
    Number{"import_end", "seconds"},    Number{"model_built", "seconds"},  Number{"data_ready", "seconds"},
    Number{"data_ready", "train_rows"}, Number{"data_ready", "test_rows"}, Number{"warmup_end", "first_step_seconds"},
    Number{"warmup_end", "seconds"},    Number{"warmup_end", "steps"},     Number{"slice", "rows"},
    Number{"slice", "steps"},           Number{"slice", "seconds"},        Number{"slice", "loss"},
    Number{"epoch", "epoch"},           Number{"epoch", "rows"},           Number{"epoch", "steps"},
    Number{"epoch", "seconds"},         Number{"epoch", "loss"},           Number{"train_end", "seconds"},
    Number{"evaluate_end", "rows"},     Number{"evaluate_end", "seconds"}, Number{"evaluate_end", "loss"},
    Number{"memory", "peak_bytes"},     Number{"memory", "begin_bytes"},   Number{"exit", "status"},
};

/// The events of a complete run, but `memory`, which comes once for each phase.
Names required_order(const WorkerPlan& plan) {
  Names names = {"start", "import_end", "model_built", "data_ready", "environment"};
  switch (plan.task) {
    case Task::kParity:
      names.push_back("parity");
      break;
    case Task::kFull:
      names.insert(names.end(), static_cast<std::size_t>(plan.epochs), "epoch");
      names.insert(names.end(), {"train_end", "evaluate_end"});
      break;
    case Task::kPair:
      names.insert(names.end(), {"warmup_end", "slice", "slice", "train_end"});
      break;
    case Task::kMemory:
      names.insert(names.end(), {"epoch", "train_end"});
      break;
  }
  names.push_back("exit");
  return names;
}

Names required_phases(Task task) {
  switch (task) {
    case Task::kParity:
      return {"import", "build", "data"};
    case Task::kFull:
      return {"import", "build", "data", "train", "evaluate"};
    case Task::kPair:
      return {"import", "build", "data", "warmup", "train"};
    case Task::kMemory:
      return {"import", "build", "data", "train"};
  }
  return {};
}

std::string order_fault(const WorkerPlan& plan, const Events& events) {
  const Names required = required_order(plan);
  std::size_t next = 0;
  for (const Json& event : events) {
    const std::string_view name = event_name(event);
    if (std::find(required.begin(), required.end(), name) == required.end()) continue;
    if (next == required.size()) return fmt::format("reported `{}` after its exit", name);
    if (name != required[next]) return fmt::format("reported `{}` where `{}` belongs", name, required[next]);
    ++next;
  }
  if (next == required.size()) return {};
  const auto expected = std::count(required.begin(), required.end(), required[next]);
  if (expected == 1) return fmt::format("did not report `{}`", required[next]);
  const auto seen = std::count(required.begin(), required.begin() + static_cast<std::ptrdiff_t>(next), required[next]);
  return fmt::format("reported {} of {} `{}` events", seen, expected, required[next]);
}

/// "epoch 2", "the long slice", "`train_end`".
std::string describe(const Json& event) {
  if (event_name(event) == "epoch" && event.contains("epoch")) return fmt::format("epoch {}", event["epoch"].dump());
  if (event_name(event) == "slice" && event.contains("kind")) return fmt::format("slice {}", event["kind"].dump());
  return fmt::format("`{}`", event_name(event));
}

std::string number_fault(const Events& events) {
  for (const Json& event : events) {
    for (const Number& number : kNumbers) {
      if (event_name(event) != number.event || std::isfinite(number_of(event, number.key))) continue;
      const bool present = event.contains(number.key);
      return fmt::format("gave {} `{}` in {}", present ? "no finite" : "no", number.key, describe(event));
    }
    if (number_of(event, "seconds") < 0) {
      return fmt::format("gave a negative time in {}", describe(event));
    }
  }
  return {};
}

/// `verb` says what the side did with the rows or steps: "trained on".
std::string count_fault(const Json& event, std::string_view key, std::int64_t expected, std::string_view verb) {
  const double seen = number_of(event, key);
  if (seen == static_cast<double>(expected)) return {};
  return fmt::format("{} {} {} in {}, the plan has {}", verb, with_thousands(static_cast<std::int64_t>(seen)), key,
                     describe(event), with_thousands(expected));
}

std::string first_of(std::initializer_list<std::string> faults) {
  for (const std::string& fault : faults) {
    if (!fault.empty()) return fault;
  }
  return {};
}

std::string slice_fault(const WorkerPlan& plan, const Json& event, bool is_long) {
  const std::string kind = text_of(event, "kind");
  const std::string_view expected = is_long ? "long" : "short";
  if (kind != expected) return fmt::format("reported the slice `{}` where `{}` belongs", kind, expected);
  const std::int64_t steps = is_long ? plan.pair->long_steps : plan.pair->short_steps;
  return first_of({count_fault(event, "steps", steps, "took"),
                   count_fault(event, "rows", std::min(steps * plan.batch_size, plan.train_rows), "trained on")});
}

std::string epoch_fault(const WorkerPlan& plan, const Json& event, std::int64_t number) {
  if (number_of(event, "epoch") != static_cast<double>(number))
    return fmt::format("reported {} as number {}", describe(event), number);
  const std::string fault = first_of({count_fault(event, "rows", plan.train_rows, "trained on"),
                                      count_fault(event, "steps", plan.steps_per_epoch(), "took")});
  if (!fault.empty() || plan.task != Task::kFull || plan.test_rows == 0) return fault;
  if (!std::isfinite(number_of(event, "test_loss")))
    return fmt::format("gave no finite `test_loss` in {}", describe(event));
  const bool no_accuracy = event.contains("test_accuracy") && event["test_accuracy"].is_null();
  if (no_accuracy || std::isfinite(number_of(event, "test_accuracy"))) return {};
  return fmt::format("gave no finite `test_accuracy` in {}", describe(event));
}

std::string counts_fault(const WorkerPlan& plan, const Events& events) {
  std::int64_t epochs = 0;
  int slices = 0;
  for (const Json& event : events) {
    std::string fault;
    const std::string_view name = event_name(event);
    if (name == "start" && number_of(event, "schema") != 1) fault = "speaks another version of the event protocol";
    if (name == "data_ready") {
      fault = first_of({count_fault(event, "train_rows", plan.train_rows, "read"),
                        count_fault(event, "test_rows", plan.test_rows, "read")});
    }
    if (name == "warmup_end" && plan.pair) fault = count_fault(event, "steps", plan.pair->warmup_steps, "took");
    if (name == "slice" && plan.pair) fault = slice_fault(plan, event, slices++ > 0);
    if (name == "epoch") fault = epoch_fault(plan, event, ++epochs);
    if (name == "exit" && number_of(event, "status") != 0)
      fault = fmt::format("reported the status {}", event["status"].dump());
    if (!fault.empty()) return fault;
  }
  return {};
}

std::string memory_fault(Task task, const Events& events) {
  for (const std::string_view phase : required_phases(task)) {
    const bool reported = std::any_of(events.begin(), events.end(), [&](const Json& event) {
      return event_name(event) == "memory" && text_of(event, "phase") == phase && number_of(event, "peak_bytes") > 0;
    });
    if (!reported) return fmt::format("did not report the memory of its phase `{}`", phase);
  }
  return {};
}

}  // namespace

std::string find_fault(const WorkerPlan& plan, const Events& events) {
  for (const std::string& fault : {order_fault(plan, events), number_fault(events)}) {
    if (!fault.empty()) return fault;
  }
  return first_of({counts_fault(plan, events), memory_fault(plan.task, events)});
}

}  // namespace neural::bench::process
