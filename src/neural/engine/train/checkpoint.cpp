#include "neural/engine/train/checkpoint.hpp"

#include <fmt/format.h>

#include <string>
#include <system_error>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::engine {
namespace {

namespace fs = std::filesystem;

constexpr int kSchema = 1;
constexpr const char* kFile = "checkpoint.json";
constexpr const char* kPrefix = "states_";

void remove_others(const fs::path& folder, const std::string& kept) {
  std::error_code ignored;  // what cannot be removed stays, and harms nobody
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix) && name != kept) fs::remove(entry.path(), ignored);
  }
}

}  // namespace

Status write_checkpoint(const fs::path& folder, const Checkpoint& checkpoint) {
  NEURAL_TRY(make_folder(folder));
  const std::string states = fmt::format("{}{}_{}.safetensors", kPrefix, checkpoint.epoch, checkpoint.step);
  NEURAL_TRY(weights::write_safetensors(folder / states, checkpoint.states));
  NEURAL_TRY(write_file(folder / kFile, pretty_json({{"schema", kSchema},
                                                     {"epoch", checkpoint.epoch},
                                                     {"step", checkpoint.step},
                                                     {"states", states},
                                                     {"about", checkpoint.about}})));
  remove_others(folder, states);
  return done();
}

Expected<Checkpoint> read_checkpoint(const fs::path& folder) {
  const fs::path path = folder / kFile;
  const std::string name = fmt::format("`{}`", printable(path.string()));
  const Json json = NEURAL_TRY(read_json(path));
  const int schema = NEURAL_TRY(json_field<int>(json, "schema", name));
  if (schema != kSchema) {
    return fail(ErrorCode::kUsage, fmt::format("{} is of version {}, this program knows {}", name, schema, kSchema),
                "go on with the program that wrote it");
  }
  Checkpoint checkpoint;
  checkpoint.epoch = NEURAL_TRY(json_field<std::int64_t>(json, "epoch", name));
  checkpoint.step = NEURAL_TRY(json_field<std::int64_t>(json, "step", name));
  checkpoint.about = NEURAL_TRY(json_field<Json>(json, "about", name));
  const std::string states = NEURAL_TRY(json_field<std::string>(json, "states", name));
  if (checkpoint.epoch < 0 || checkpoint.step < 0 || fs::path(states).filename() != states) {
    return fail(ErrorCode::kUsage, name + " is damaged", "train anew");
  }
  checkpoint.states = NEURAL_TRY(weights::read_safetensors(folder / states));
  return checkpoint;
}

}  // namespace neural::engine
