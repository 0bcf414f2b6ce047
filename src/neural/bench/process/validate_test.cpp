#include "neural/bench/process/validate.hpp"

#include <gtest/gtest.h>

#include "neural/bench/process/testing.hpp"

namespace neural::bench::process {
namespace {

WorkerPlan plan_of(Task task) {
  WorkerPlan plan;
  plan.task = task;
  plan.train_rows = 1000;
  plan.test_rows = task == Task::kFull ? 200 : 0;
  plan.batch_size = 64;
  plan.epochs = 2;
  if (task == Task::kParity) plan.parity = ParityTask{"/tmp/parity"};
  if (task == Task::kPair) plan.pair = PairTask{10, 2, 15};
  return plan;
}

Events complete(const WorkerPlan& plan) {
  return CompleteRun(plan, Pace{}).events();
}

Json& find(Events& events, std::string_view name, int which = 0) {
  for (Json& event : events) {
    if (event_name(event) == name && which-- == 0) return event;
  }
  ADD_FAILURE() << "no event " << name;
  return events.front();
}

void remove(Events& events, std::string_view name) {
  std::erase_if(events, [&](const Json& event) { return event_name(event) == name; });
}

TEST(FindFault, FindsNoneInACompleteRunOfAnyTask) {
  for (const Task task : {Task::kParity, Task::kFull, Task::kPair, Task::kMemory}) {
    EXPECT_EQ(find_fault(plan_of(task), complete(plan_of(task))), "") << name_of(task);
  }
}

TEST(FindFault, MissesEveryRequiredEvent) {
  for (const Task task : {Task::kParity, Task::kFull, Task::kPair, Task::kMemory}) {
    const WorkerPlan plan = plan_of(task);
    const Events whole = complete(plan);
    for (const Json& event : whole) {
      const std::string_view name = event_name(event);
      Events events = whole;
      remove(events, name);
      EXPECT_NE(find_fault(plan, events), "") << name_of(task) << " without " << name;
    }
  }
}

TEST(FindFault, MissesEveryRequiredNumber) {
  for (const Task task : {Task::kFull, Task::kPair, Task::kMemory}) {
    const WorkerPlan plan = plan_of(task);
    const Events whole = complete(plan);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      for (const auto& [key, value] : whole[i].items()) {
        const bool may_be_null = key == "accuracy" || key == "test_accuracy";
        const bool is_for_readers =
            key == "t" || key == "pid" || key == "parameters" || key == "tasks" || key == "cpus";
        if (!value.is_number() || may_be_null || is_for_readers) continue;
        Events events = whole;
        events[i][key] = nullptr;
        EXPECT_NE(find_fault(plan, events), "") << name_of(task) << ": " << whole[i].dump() << " without " << key;
      }
    }
  }
}

TEST(FindFault, SaysHowManyEpochsAreMissing) {
  const WorkerPlan plan = plan_of(Task::kFull);
  Events events = complete(plan);
  events.erase(events.begin() + 6);
  EXPECT_EQ(find_fault(plan, events), "reported `train_end` where `epoch` belongs");
  for (const char* name : {"train_end", "evaluate_end", "exit"}) remove(events, name);
  EXPECT_EQ(find_fault(plan, events), "reported 1 of 2 `epoch` events");
}

TEST(FindFault, SaysWhichNumberIsNotFinite) {
  const WorkerPlan plan = plan_of(Task::kFull);
  Events events = complete(plan);
  find(events, "epoch", 1)["loss"] = nullptr;
  EXPECT_EQ(find_fault(plan, events), "gave no finite `loss` in epoch 2");
}

TEST(FindFault, ComparesRowsWithThePlan) {
  const WorkerPlan full = plan_of(Task::kFull);
  Events events = complete(full);
  find(events, "epoch", 1)["rows"] = 960;
  EXPECT_EQ(find_fault(full, events), "trained on 960 rows in epoch 2, the plan has 1,000");

  const WorkerPlan pair = plan_of(Task::kPair);
  events = complete(pair);
  find(events, "slice", 1)["rows"] = 64;
  EXPECT_EQ(find_fault(pair, events), "trained on 64 rows in slice \"long\", the plan has 960");
}

TEST(FindFault, ComparesStepsWithThePlan) {
  const WorkerPlan plan = plan_of(Task::kPair);
  Events events = complete(plan);
  find(events, "warmup_end")["steps"] = 9;
  EXPECT_EQ(find_fault(plan, events), "took 9 steps in `warmup_end`, the plan has 10");
}

TEST(FindFault, RefusesTheLongSliceBeforeTheShortOne) {
  const WorkerPlan plan = plan_of(Task::kPair);
  Events events = complete(plan);
  std::swap(find(events, "slice", 0)["kind"], find(events, "slice", 1)["kind"]);
  EXPECT_EQ(find_fault(plan, events), "reported the slice `long` where `short` belongs");
}

TEST(FindFault, LetsAModelHaveNoAccuracy) {
  const WorkerPlan plan = plan_of(Task::kFull);
  Events events = complete(plan);
  find(events, "epoch")["test_accuracy"] = nullptr;
  EXPECT_EQ(find_fault(plan, events), "");
  find(events, "epoch")["test_accuracy"] = "high";
  EXPECT_EQ(find_fault(plan, events), "gave no finite `test_accuracy` in epoch 1");
}

TEST(FindFault, RefusesEventsAfterTheExitAndAnExitThatFailed) {
  const WorkerPlan plan = plan_of(Task::kFull);
  Events events = complete(plan);
  events.push_back(find(events, "epoch"));
  EXPECT_EQ(find_fault(plan, events), "reported `epoch` after its exit");
  events = complete(plan);
  find(events, "exit")["status"] = 1;
  EXPECT_EQ(find_fault(plan, events), "reported the status 1");
}

TEST(FindFault, NamesThePhaseWithoutMemory) {
  const WorkerPlan plan = plan_of(Task::kMemory);
  Events events = complete(plan);
  find(events, "memory", 4)["peak_bytes"] = 0;
  EXPECT_EQ(find_fault(plan, events), "did not report the memory of its phase `train`");
}

TEST(ParseEvents, NamesTheLineThatIsNoEvent) {
  const auto message = [](std::string_view text) {
    const Expected<Events> events = parse_events(text);
    return events ? "" : events.error().message;
  };
  const std::string good = "{\"event\": \"start\", \"t\": 1}\n";
  EXPECT_EQ(message(good + "\n" + good), "");
  EXPECT_EQ(message(good + "{\"event\": \"epo"), "line 2 is not JSON");
  EXPECT_EQ(message(good + "garbage\n"), "line 2 is not JSON");
  EXPECT_EQ(message("{\"event\": \"epoch\", \"t\": 1, \"loss\": NaN}"), "line 1 has a number that is not finite");
  EXPECT_EQ(message("[1]"), "line 1 is not a JSON object");
  EXPECT_EQ(message("{\"t\": 1}"), "line 1 has no `event`");
  EXPECT_EQ(message("{\"event\": \"start\", \"t\": 1.5}"), "line 1 has no integer `t`");
  EXPECT_EQ(message("{\"event\": \"start\", \"t\": 2}\n" + good), "line 2 is earlier than the line before it");
}

TEST(ParseEvents, SurvivesAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 4096; ++i) bytes += static_cast<char>((i * 7919) >> 3);
  EXPECT_FALSE(parse_events(bytes).has_value());
}

}  // namespace
}  // namespace neural::bench::process
