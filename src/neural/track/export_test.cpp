// What MLflow, TensorBoard and W&B make of these files is tested in python/tests/tracking.
#include "neural/track/export.hpp"

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/track/testing.hpp"

namespace neural::track {
namespace {

namespace fs = std::filesystem;

class Export : public RunsFolder {
 protected:
  /// A run whose every text is hostile.
  RecordedRun hostile() {
    auto run = start("../../\"x\": !!python\n", {{"name", "a\nb: 'c"}, {"group", "=g"}},
                     {{"../../up", "1\n2"}, {"_._.._up", "3"}, {"plain", "\x1b[2J"}});
    const std::string key = "../../../../tmp/x";
    NEURAL_CHECK(run.log({.step = 1, .epoch = 1, .split = "", .key = key, .value = 1}), "logs");
    NEURAL_CHECK(run.log({.step = 1, .epoch = 1, .split = "", .key = key, .value = 2}), "logs");
    NEURAL_CHECK(run.log({.step = 2, .epoch = 2, .split = "val", .key = "=1,2", .value = 3}), "logs");
    NEURAL_CHECK(run.finish(RunStatus::kFinished), "ends");
    return read_run(run.folder()).value();
  }

  std::vector<std::string> files_in(const fs::path& folder) {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(folder).string());
    }
    std::sort(files.begin(), files.end());
    return files;
  }
};

TEST_F(Export, to_csv_has_a_row_a_place_and_no_formula) {
  const std::vector<RecordedRun> runs = {hostile()};
  std::string text;
  ASSERT_TRUE(export_csv(runs, [&](std::string_view part) { return text += part, done(); }));
  const std::string id = runs[0].id;
  EXPECT_EQ(text, "experiment,run,epoch,step,../../../../tmp/x,\"val_=1,2\"\n\"../../\"\"x\"\": !!python\n\"," + id +
                      ",1,1,2.0,\n\"../../\"\"x\"\": !!python\n\"," + id + ",2,2,,3.0\n");
}

TEST_F(Export, to_mlflow_keeps_every_name_within_its_folder) {
  const std::vector<RecordedRun> runs = {hostile()};
  ASSERT_TRUE(export_mlflow(runs, root_ / "out" / "mlruns"));
  const std::vector<std::string> files = files_in(root_ / "out");
  ASSERT_EQ(files.size(), 12U) << join(files, "\n");
  EXPECT_FALSE(fs::exists(root_ / "up"));
  // Two parameters have the same plain name.
  EXPECT_EQ(std::count_if(files.begin(), files.end(), [](const auto& name) { return name.ends_with("_up"); }), 1);
  EXPECT_EQ(std::count_if(files.begin(), files.end(), [](const auto& name) { return name.ends_with("_up_2"); }), 1);
}

TEST_F(Export, refuses_a_folder_that_holds_anything) {
  const std::vector<RecordedRun> runs = {hostile()};
  ASSERT_TRUE(make_folder(root_ / "full"));
  ASSERT_TRUE(write_file(root_ / "full" / "mine", "x"));
  for (const auto write : {export_mlflow, export_tensorboard, export_wandb}) {
    const Status refused = write(runs, root_ / "full");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("is not empty"), std::string::npos);
    EXPECT_FALSE(write(runs, root_ / "full" / "mine"));
    EXPECT_EQ(files_in(root_ / "full"), std::vector<std::string>{"mine"});
  }
}

TEST_F(Export, to_tensorboard_has_what_the_run_itself_wrote) {
  const RecordedRun run = hostile();
  ASSERT_TRUE(export_tensorboard(std::vector{run}, root_ / "board"));
  const std::vector<std::string> files = files_in(root_ / "board");
  ASSERT_EQ(files.size(), 1U);
  const auto own = std::find_if(fs::directory_iterator(run.folder), fs::directory_iterator(), [](const auto& entry) {
    return entry.path().filename().string().starts_with("events.");
  });
  EXPECT_EQ(read_file(root_ / "board" / files[0]).value(), read_file(own->path()).value());
}

TEST_F(Export, to_wandb_puts_no_text_of_a_run_into_the_script) {
  const RecordedRun run = hostile();
  ASSERT_TRUE(export_wandb(std::vector{run}, root_ / "one"));
  ASSERT_TRUE(export_wandb({}, root_ / "none"));
  EXPECT_EQ(read_file(root_ / "one" / "replay.py").value(), read_file(root_ / "none" / "replay.py").value());
  const Json line = parse_json(read_file(root_ / "one" / "runs.jsonl").value(), "runs.jsonl").value();
  EXPECT_EQ(line.at("project"), "_._..__x_____python_");
  EXPECT_EQ(line.at("rows").dump(), R"([[1,{"epoch":1,"../../../../tmp/x":2.0}],[2,{"epoch":2,"val_=1,2":3.0}]])");
}

}  // namespace
}  // namespace neural::track
