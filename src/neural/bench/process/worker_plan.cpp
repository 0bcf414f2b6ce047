#include "neural/bench/process/worker_plan.hpp"

#include "neural/base/check.hpp"

namespace neural::bench::process {
namespace {

Json path_or_null(const std::filesystem::path& path) {
  return path.empty() ? Json() : Json(path.string());
}

}  // namespace

std::string_view name_of(Task task) {
  switch (task) {
    case Task::kParity:
      return "parity";
    case Task::kFull:
      return "full";
    case Task::kPair:
      return "pair";
    case Task::kMemory:
      return "memory";
  }
  NEURAL_CHECK(false, "a task without a name");
}

std::string_view name_of(Side side) {
  return side == Side::kNeural ? "neural" : "native";
}

Json to_json(const WorkerPlan& plan) {
  Json parity;
  if (plan.parity) {
    parity = {{"folder", plan.parity->folder.string()},
              {"steps", plan.parity->steps},
              {"weights_after", plan.parity->weights_after}};
  }
  Json pair;
  if (plan.pair) {
    pair = {{"warmup_steps", plan.pair->warmup_steps},
            {"short_steps", plan.pair->short_steps},
            {"long_steps", plan.pair->long_steps}};
  }
  Json json = {
      {"schema", 1},
      {"run", plan.run},
      {"task", name_of(plan.task)},
      {"side", name_of(plan.side)},
      {"backend", plan.backend},
      {"program", plan.program.string()},
      {"profile", name_of(plan.profile)},
      {"threads", plan.threads},
      {"seed", plan.seed},
      {"data", {{"folder", plan.data.string()}, {"train_rows", plan.train_rows}, {"test_rows", plan.test_rows}}},
      {"input_shape", plan.input_shape},
      {"batch_size", plan.batch_size},
      {"epochs", plan.epochs},
      {"shuffle", plan.shuffle},
      {"loss", plan.loss},
      {"optimizer", plan.optimizer},
      {"weights", {{"load", path_or_null(plan.load_weights)}, {"save", path_or_null(plan.save_weights)}}},
      {"parity", parity},
      {"pair", pair},
  };
  if (!plan.layout.empty()) json["layout"] = plan.layout;
  return json;
}

}  // namespace neural::bench::process
