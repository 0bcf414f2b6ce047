#include "neural/engine/network/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/engine/run/team.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"
#include "neural/weights/initial_weights.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::engine {
namespace {

constexpr const char* kOrigin = "memory";  // where arrays come from, in messages

Expected<std::size_t> position_of(const std::vector<std::string>& addresses, const std::string& name,
                                  const std::string& file) {
  if (addresses.empty()) {
    return fail(ErrorCode::kUsage, fmt::format("`{}` defines no network", printable(file)));
  }
  if (name.empty()) return 0;
  const auto found = std::find(addresses.begin(), addresses.end(), name);
  if (found == addresses.end()) {
    return fail(ErrorCode::kUsage, fmt::format("`{}` defines no network `{}`", printable(file), printable(name)),
                fmt::format("it defines: {}", join(addresses, ", ")));
  }
  return static_cast<std::size_t>(found - addresses.begin());
}

Expected<TrainingOptions> settings_of(const model::Model& model, const NetworkOptions& options) {
  TrainingOptions settings;
  settings.shuffle = model.training.shuffle;
  settings.batch_size = options.batch_size.value_or(model.training.batch_size);
  settings.threads = options.threads.value_or(processors());
  settings.isa = options.isa.value_or(best_isa());
  if (options.seed) {
    settings.seed = *options.seed;
  } else if (model.training.seed) {
    settings.seed = static_cast<std::uint64_t>(*model.training.seed);
  } else {
    settings.seed = std::random_device()();
  }
  if (settings.batch_size < 1) {
    return fail(ErrorCode::kUsage, fmt::format("a batch of {} samples", settings.batch_size), "take at least 1");
  }
  constexpr int kMostThreads = 1024;
  if (settings.threads < 1 || settings.threads > kMostThreads) {
    return fail(ErrorCode::kUsage, fmt::format("{} threads", settings.threads),
                fmt::format("take 1 to {}, or leave it out", kMostThreads));
  }
  if (!is_available(settings.isa)) {
    return fail(ErrorCode::kUsage, fmt::format("this processor has no {}", isa_name(settings.isa)),
                fmt::format("`{}` is the best it has", isa_name(best_isa())));
  }
  return settings;
}

std::vector<Shape> rows_of(const Samples& samples, std::size_t inputs) {
  std::vector<Shape> rows;
  for (std::size_t i = 0; i < inputs; ++i) rows.push_back(samples.columns[i].row);
  return rows;
}

}  // namespace

Network::Network(syntax::SourceText source, model::Model model, TrainingOptions settings)
    : source_(std::move(source)), model_(std::move(model)), settings_(settings) {}

Expected<std::unique_ptr<Network>> Network::create(syntax::SourceText source, const NetworkOptions& options,
                                                   syntax::DiagnosticList* diagnostics) {
  syntax::DiagnosticList own;
  syntax::DiagnosticList& found = diagnostics == nullptr ? own : *diagnostics;
  const syntax::File tree = syntax::parse_file(source, found);
  std::vector<std::optional<model::Model>> networks = model::check_file(tree, source, found);
  if (found.has_errors()) return fail(ErrorCode::kUsage, render_text(source, found));
  const std::size_t position = NEURAL_TRY(position_of(model::network_addresses(tree), options.network, source.name()));
  model::Model model = std::move(networks[position]).value();
  const TrainingOptions settings = NEURAL_TRY(settings_of(model, options));
  std::unique_ptr<Network> network(new Network(std::move(source), std::move(model), settings));
  network->before_ = weights::initial_weights(network->model_, settings.seed);
  return network;
}

Expected<std::unique_ptr<Network>> Network::read(const std::filesystem::path& path, const NetworkOptions& options) {
  std::string text = NEURAL_TRY(read_beginning(path, syntax::kLongestSource + 1));
  return create(syntax::SourceText(path.string(), std::move(text)), options);
}

Expected<Samples> Network::samples(std::vector<data::Array> inputs, data::Array targets) const {
  NEURAL_TRY(check_count(inputs));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].rows() == targets.rows() && targets.rows() > 0) continue;
    return fail(ErrorCode::kUsage,
                fmt::format("`{}` has {} samples, there are {} targets",
                            inputs.size() == 1 ? "x" : model_.inputs[i].name, inputs[i].rows(), targets.rows()),
                "samples and targets lie along the first axis: one target for each sample, and at least one");
  }
  return prepare_samples(model_, {std::move(inputs), std::move(targets)}, kOrigin, "");
}

Status Network::check_count(const std::vector<data::Array>& inputs) const {
  if (inputs.size() == model_.inputs.size()) return done();
  return fail(ErrorCode::kUsage,
              fmt::format("`{}` has {}, there are {} arrays", model_.name,
                          model_.inputs.size() == 1 ? "one input" : fmt::format("{} inputs", model_.inputs.size()),
                          inputs.size()),
              "give an array for each input, in their order");
}

Expected<Samples> Network::inputs(const std::vector<data::Array>& inputs) const {
  NEURAL_TRY(check_count(inputs));
  return prepare_inputs(model_, inputs, kOrigin);
}

Expected<Trainer*> Network::trainer_for(const Samples& samples, bool trains) {
  std::vector<Shape> rows = rows_of(samples, model_.inputs.size());
  if (!trainer_ || rows != rows_ || (trains && !trains_)) {
    diagnostics_ = {};
    const auto make = trains ? Trainer::create : Trainer::for_prediction;
    auto trainer = make(model_, samples, settings_, diagnostics_);
    if (!trainer) return fail(ErrorCode::kUsage, render_text(source_, diagnostics_));
    // Sizes that the network leaves open may change from call to call; what is learnt stays.
    if (trains && trains_) {
      NEURAL_TRY(trainer->set_states(trainer_->states()));
    } else {
      trainer->set_weights(weights());
    }
    if (trains_ && !trains) {
      NEURAL_TRY(trainer->check_ids(samples, kOrigin, ""));
      guest_ = std::move(trainer);
      return guest_.get();
    }
    trainer_ = std::move(trainer);
    trains_ = trains;
    rows_ = std::move(rows);
    before_.clear();
  }
  NEURAL_TRY(trainer_->check_ids(samples, kOrigin, ""));
  return trainer_.get();
}

Expected<FitResult> Network::fit(const Samples& samples, const FitOptions& options) {
  const std::int64_t wanted = options.epochs.value_or(model_.training.epochs);
  if (wanted < 1) return fail(ErrorCode::kUsage, fmt::format("{} epochs", wanted), "train for at least 1");
  Samples train = samples;
  std::optional<Samples> validation;
  if (options.validation != nullptr) {
    validation = *options.validation;
  } else {
    validation = NEURAL_TRY(hold_out_validation(model_, train));
  }
  Trainer& trainer = *NEURAL_TRY(trainer_for(train, true));
  if (validation) NEURAL_TRY(trainer.check_ids(*validation, kOrigin, ""));
  const std::int64_t size = std::min(settings_.batch_size, train.rows);
  const std::int64_t steps = (train.rows + size - 1) / size;
  if (first_step_ >= steps) {
    return fail(ErrorCode::kUsage,
                fmt::format("the epoch that goes on is at step {}, these samples give {}", first_step_, steps),
                "go on with the samples that it was begun with");
  }
  FitResult result;
  for (std::int64_t i = 0; i < wanted; ++i) {
    const std::int64_t begun = monotonic_ns();
    const std::int64_t rows_before = first_step_ * size;
    std::int64_t step_reached = first_step_;
    const auto after_step = [&](std::int64_t step, std::int64_t of, double loss) {
      step_reached = step;
      return !options.after_step || options.after_step(step, of, loss);
    };
    const auto scores = NEURAL_TRY(trainer.train_epoch(train, epochs_, first_step_, after_step, steps_));
    if (!scores && step_reached < steps) {
      first_step_ = step_reached;
      result.is_interrupted = true;
      return result;
    }
    EpochResult epoch;
    epoch.number = ++epochs_;
    epoch.seconds = static_cast<double>(monotonic_ns() - begun) * 1e-9;
    epoch.rows = train.rows - rows_before;
    steps_ += steps;
    first_step_ = 0;
    if (!scores) {  // told to end behind the last step: the epoch is whole, but nobody has its scores
      result.is_interrupted = true;
      return result;
    }
    epoch.scores = *scores;
    if (validation) epoch.validation = NEURAL_TRY(evaluate(*validation));
    result.epochs.push_back(epoch);
    if (options.after_epoch && !options.after_epoch(epoch)) break;
  }
  trainer.use_averages();
  return result;
}

Expected<Scores> Network::evaluate(const Samples& samples) {
  return NEURAL_TRY(trainer_for(samples, false))->evaluate(samples);
}

Expected<data::Array> Network::predict(const Samples& samples) {
  Trainer& trainer = *NEURAL_TRY(trainer_for(samples, false));
  data::Shape shape = trainer.output_row();
  shape.insert(shape.begin(), samples.rows);
  return data::Array::of(data::ElementType::kFloat32, std::move(shape), trainer.predict(samples));
}

weights::Weights Network::weights() const {
  return trainer_ ? trainer_->weights() : before_;
}

Status Network::set_weights(const weights::Weights& given) {
  for (const weights::NamedTensor& tensor : weights::tensors_of(model_)) {
    const auto found = given.find(tensor.name);
    if (found == given.end()) {
      return fail(ErrorCode::kUsage, fmt::format("there are no weights `{}`", tensor.name),
                  "they are those of another network");
    }
    if (found->second.shape != tensor.tensor->shape) {
      return fail(ErrorCode::kUsage,
                  fmt::format("`{}` has the shape {}; the network wants {}", tensor.name,
                              data::to_string(found->second.shape), data::to_string(tensor.tensor->shape)),
                  "they are those of another network");
    }
    if (static_cast<std::int64_t>(found->second.values.size()) != tensor.tensor->size()) {
      return fail(ErrorCode::kUsage, fmt::format("`{}` has {} numbers, its shape says {}", tensor.name,
                                                 found->second.values.size(), tensor.tensor->size()));
    }
  }
  if (trainer_) {
    trainer_->set_weights(given);
  } else {
    before_ = given;
  }
  return done();
}

Status Network::save(const std::filesystem::path& path) const {
  return weights::write_safetensors(path, weights());
}

Status Network::load(const std::filesystem::path& path) {
  return set_weights(NEURAL_TRY(weights::read_weights(path, model_)));
}

Expected<std::string> Network::explanation(const Samples& samples) {
  return NEURAL_TRY(trainer_for(samples, true))->explanation();
}

}  // namespace neural::engine
